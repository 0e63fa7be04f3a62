"""A client for whoever decides which experiment may use a shared cryostat.

There is no standard for this, so the conversation is small: three requests with a JSON object each, by POST.

``/register`` ``{"name", "run", "machine", "duration"}`` is answered with ``{"ticket": TEXT}``; ``/status``
``{"ticket"}`` with ``{"go": true or false, "reason": TEXT}``; ``/report`` ``{"ticket", "state", "done", "planned",
"reason"}`` with ``{}``. `state` is running, suspended, or how the run ended.
"""

import logging
import platform

from valvelab.errors import RunError

from .json_over_http import JsonOverHttp

logger = logging.getLogger(__name__)


class FridgeCoordinator:
    """Ask for the cryostat, and say how far the run is.

    Who does not answer has not said go.

    Parameters
    ----------
    address
        URL of the coordinator, such as ``http://192.168.150.2:8080``.
    name
        What this experiment is called there.
    timeout
        How long to wait for a reply [s].

    Raises
    ------
    StationError
        If `address` is no URL.
    """

    def __init__(self, address: str, name: str, *, timeout: float = 5.0) -> None:
        self._http = JsonOverHttp("coordinator", address, visalib=None, timeout=timeout)
        self._name = name
        self._ticket = ""

    def register(self, run: str, duration: float) -> None:
        """Ask for the cryostat.

        Parameters
        ----------
        run
            Name of the run folder.
        duration
            How long the run will take at least [s].

        Raises
        ------
        RunError
            If the coordinator does not answer, or gives no ticket.
        """
        machine = platform.node()
        asked = {"name": self._name, "run": run, "machine": machine, "duration": duration}
        ticket = self._http.request("/register", asked).get("ticket")
        if not isinstance(ticket, str) or not ticket:
            raise RunError(
                f"coordinator: must answer /register with a ticket, found {ticket!r} at {self._http.address}"
            )
        self._ticket = ticket

    def objection(self) -> str:
        """Return why the run must wait, or nothing if it may go on."""
        try:
            reply = self._http.request("/status", {"ticket": self._ticket})
        except RunError as error:
            return str(error)
        if reply.get("go") is True:
            return ""
        return f"coordinator: must say go, found {reply.get('reason') or 'no reason given'}"

    def report(self, state: str, done: int, planned: int, reason: str = "") -> None:
        """Say how far the run is; a coordinator that does not listen is no reason to stop."""
        told = {"ticket": self._ticket, "state": state, "done": done, "planned": planned, "reason": reason}
        try:
            self._http.request("/report", told)
        except RunError as error:
            logger.warning("%s", error)
