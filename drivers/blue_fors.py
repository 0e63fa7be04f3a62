"""The Bluefors temperature controller, by the HTTP interface of its maker.

Requests and replies are those of the API reference for the Bluefors Temperature Controller, API version 1, which
listens on port 5001 without a key. `blue_fors_software` reads what the control software of a cryostat has.
"""

from collections.abc import Mapping
from typing import Any

from qcodes.instrument import Instrument

from valvelab.errors import RunError, StationError

from .blue_fors_channel import BlueForsChannel
from .blue_fors_heater import BlueForsHeater
from .json_over_http import JsonOverHttp

_CHANNELS, _HEATERS = range(1, 13), range(1, 5)


class BlueFors(Instrument):
    """Read thermometers and control heaters of a Bluefors cryostat.

    Parameters
    ----------
    name
        Name of this instrument.
    address
        URL of the controller, such as ``http://192.168.150.41:5001``.
    visalib
        Where PyVISA finds a simulated cryostat, such as ``@valve``, for the controller in it; else of no account.
    timeout
        How long to wait for a reply [s].
    maximum_age
        Oldest measurement that is taken for the present one [s]; longer than the controller's scan.
    kwargs
        What every QCoDeS instrument takes.

    Raises
    ------
    StationError
        If no such controller answers.
    """

    def __init__(
        self,
        name: str,
        address: str,
        *,
        visalib: str | None = None,
        timeout: float = 5.0,
        maximum_age: float = 120.0,
        **kwargs: Any,
    ) -> None:
        self._http = JsonOverHttp(name, address, visalib=visalib, timeout=timeout)
        self.address = self._http.address
        self.resource_manager = self._http.resource_manager
        self.maximum_age = maximum_age
        super().__init__(name, **kwargs)
        for number in _CHANNELS:
            self.add_submodule(f"ch{number:02d}", BlueForsChannel(self, f"ch{number:02d}", number))
        for number in _HEATERS:
            self.add_submodule(f"heater_{number}", BlueForsHeater(self, f"heater_{number}", number))
        self.connect_message()

    def request(self, path: str, **payload: Any) -> Mapping[str, Any]:
        """Send a request, and return what the controller tells.

        Parameters
        ----------
        path
            The endpoint, such as ``/heater``.
        payload
            The fields of the request; without any it is a GET.

        Raises
        ------
        RunError
            If the controller does not answer, answers nonsense, or refuses.
        """
        reply = self._http.request(path, payload)
        if reply.get("status") == "OK":
            return reply
        told = reply.get("error")
        reason = told.get("message") if isinstance(told, dict) else reply
        raise RunError(f"{self.name}: must take {path} {payload}, the controller refuses: {reason}")

    def get_idn(self) -> dict[str, str | None]:
        """Return the identity that the controller tells."""
        told = self.request("/system")
        if told.get("type") != "Bluefors TC":
            raise StationError(
                f"{self.name}: must be a Bluefors temperature controller, found {told.get('type')!r} at "
                f"{self.address}; correct the address"
            )
        serial, firmware = (str(told.get(key) or "") or None for key in ("serial", "software_version"))
        return {"vendor": "Bluefors", "model": "TC", "serial": serial, "firmware": firmware}

    def named(self, title: str) -> BlueForsChannel | BlueForsHeater:
        """Return the thermometer or heater that has a name at the controller, such as "mxc" or "still".

        Raises
        ------
        RunError
            If none has it, or several have.
        """
        parts = [
            part for part in self.submodules.values() if isinstance(part, BlueForsChannel | BlueForsHeater)
        ]
        titles = [part.title() for part in parts]
        found = [part for part, other in zip(parts, titles, strict=True) if other == title]
        if len(found) != 1:
            known = ", ".join(repr(other) for other in titles if other)
            raise RunError(f"{self.name}: must have one thermometer or heater named {title!r}, found {known}")
        return found[0]
