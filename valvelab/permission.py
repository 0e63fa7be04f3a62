"""Whoever must say go before a shared cryostat is used; nobody, where the station file names nobody."""

import importlib
from typing import Any

from valvelab.clock import Clock
from valvelab.errors import RunError, SuspendedError
from valvelab.run_folder import Run
from valvelab.units import format_quantity


class Permission:
    """Ask the coordinator of the station file, if there is one.

    Parameters
    ----------
    run
        The run; its station file names the coordinator.
    """

    def __init__(self, run: Run) -> None:
        self._rule = run.station.coordinator
        self._planned = len(run.plan.readings)
        self._client: Any = None
        if self._rule is not None:
            drivers = importlib.import_module("valvelab.drivers")
            self._client = drivers.FridgeCoordinator(self._rule.address, self._rule.name)
            self._client.register(run.folder.name, run.plan.duration)

    def demand(self) -> None:
        """Go on only if nobody objects.

        Raises
        ------
        SuspendedError
            If the coordinator does, or does not answer.
        """
        if self._client is not None and (objection := self._client.objection()):
            raise SuspendedError(objection)

    def wait(self, clock: Clock) -> None:
        """Wait until nobody objects.

        Raises
        ------
        RunError
            If that takes longer than the station file allows.
        """
        if self._client is None or self._rule is None:
            return
        begun = clock.now()
        while objection := self._client.objection():
            if clock.now() - begun >= self._rule.longest:
                longest = format_quantity(self._rule.longest, "time", 6)
                raise RunError(f"{objection}, still after {longest}; run 'valvelab resume' when it may go on")
            clock.sleep(self._rule.interval)

    def report(self, state: str, done: int, reason: str = "") -> None:
        """Say how far the run is."""
        if self._client is not None:
            self._client.report(state, done, self._planned, reason)
