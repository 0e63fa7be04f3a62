"""Faults on demand: what sits on the lines of a rack, and what happens to its world and when."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from valvelab.clock import Clock
from valvelab.mistakes import mistakes
from valvelab.places import Places

from .agenda import Agenda
from .fault import Fault
from .line import Armed, Line
from .schema import Cryostat, Wire, refuse_misplaced
from .world import World


class Faults:
    """The faults of one cryostat, those of its file to begin with.

    Chances come from the seed of the file and the number of the fault: the same steps meet the same faults.

    Parameters
    ----------
    cryostat
        The cryostat file.
    world
        The world made of it.
    lines
        The lines to its boxes, by their addresses.
    clock
        The time of the world.
    agenda
        Where what has its time is put down; who owns the clock lets it act.
    """

    def __init__(
        self, cryostat: Cryostat, world: World, lines: Mapping[str, Line], clock: Clock, agenda: Agenda
    ) -> None:
        self._cryostat = cryostat
        self._world = world
        self._lines = lines
        self._clock = clock
        self._agenda = agenda
        self._armed: dict[int, Armed] = {}
        self._in_force: dict[int, int] = {}
        self._last = 0
        self._cold = world.mixing_chamber.base_temperature
        for fault in cryostat.faults:
            self._arm(fault)

    def add(self, kind: str, **keys: Any) -> int:
        """Add a fault and return its number.

        Parameters
        ----------
        kind
            One of `valvelab.sim.cryostat.fault.KINDS`.
        keys
            The other keys as they stand in a file, quantities with their units: ``at="coil_1", delay="3 s", times=1``.

        Raises
        ------
        ValueError
            If that is no fault of this cryostat.
        """
        try:
            fault = Fault.model_validate({"kind": kind, **keys})
        except ValidationError as error:
            raise ValueError("; ".join(mistakes(Places(), Fault, error))) from None
        refuse_misplaced(fault, self._cryostat.boxes)
        return self._arm(fault)

    def remove(self, number: int) -> None:
        """End a fault and undo what it did to the world; what was done by hand stays.

        Raises
        ------
        ValueError
            If there is no fault of this number.
        """
        if number not in self._armed:
            raise ValueError(f"must be the number of a fault, {_numbers(self._armed)}, found {number}")
        armed = self._armed.pop(number)
        for line in self._lines.values():
            line.faults = [other for other in line.faults if other is not armed]
        if self._in_force.pop(number, 0):
            self._tell_refrigerator()

    def clear(self) -> None:
        """End all faults."""
        for number in list(self._armed):
            self.remove(number)

    def report(self) -> dict[int, tuple[Fault, int]]:
        """Return the faults by their numbers, each with how often it has struck."""
        return {number: (armed.fault, armed.struck) for number, armed in self._armed.items()}

    def _arm(self, fault: Fault) -> int:
        self._last += 1
        number = self._last
        armed = Armed(fault, (self._cryostat.seed, number), self._clock.now())
        self._armed[number] = armed
        if not fault.is_timed:
            line = self._lines[self._address(fault.at)]
            line.faults = [*line.faults, armed]
            return number
        self._disturb(fault)
        self._agenda.add(self._next(armed, armed.begin), lambda: self._begin(number))
        self._agenda.act(self._clock.now())
        return number

    def _next(self, armed: Armed, time: float) -> float:
        rate = armed.fault.rate
        return time if rate is None else time + float(armed.random.exponential(1 / rate))

    def _begin(self, number: int) -> None:
        armed = self._armed.get(number)
        if armed is None:
            return
        fault, now = armed.fault, self._clock.now()
        armed.struck += 1
        if fault.command is not None:
            self._lines[self._address(fault.at)].press(fault.command)
        self._change(number, 1)
        if fault.lasting is not None:
            self._agenda.add(now + fault.lasting, lambda: self._change(number, -1))
        if fault.rate is not None and armed.struck != fault.times:
            self._agenda.add(self._next(armed, now), lambda: self._begin(number))

    def _change(self, number: int, by: int) -> None:
        if number in self._armed:
            self._in_force[number] = self._in_force.get(number, 0) + by
            if self._armed[number].fault.temperature is not None:
                self._tell_refrigerator()

    def _disturb(self, fault: Fault) -> None:
        """Let the world ask what is in force; one that never has such a fault asks nothing."""
        if fault.flux is not None:
            self._world.disturb("coil_1", lambda current: current + self._stray_current(0))
            self._world.disturb("coil_2", lambda current: current + self._stray_current(1))
        if fault.voltage is not None:
            wire: Wire = "source_thermometer" if fault.at == "source_thermometer" else "drain_thermometer"
            self._world.disturb(wire, lambda voltage: self._broken_voltage(wire, voltage))

    def _stray_current(self, coil: int) -> float:
        """Return the current in a coil that would make the flux of all jumps [A]."""
        jumps = [0.0, 0.0]
        for fault, times in self._acting():
            if fault.flux is not None:
                jumps[0 if fault.at == "coil_1" else 1] += fault.flux * times
        flux = self._cryostat.chip.flux
        return float((flux.coil_currents(jumps) - flux.coil_currents([0.0, 0.0]))[coil])

    def _broken_voltage(self, wire: Wire, voltage: float) -> float:
        shown = [
            fault.voltage for fault, _ in self._acting() if fault.voltage is not None and fault.at == wire
        ]
        return shown[-1] if shown else voltage

    def _tell_refrigerator(self) -> None:
        heated = [fault.temperature for fault, _ in self._acting() if fault.temperature is not None]
        self._world.mixing_chamber.warm_to(max(heated, default=self._cold))

    def _acting(self) -> list[tuple[Fault, int]]:
        # Whoever reads the world asks this, while another thread may add and remove.
        acting = [(self._armed.get(number), times) for number, times in list(self._in_force.items())]
        return [(armed.fault, times) for armed, times in acting if armed is not None and times]

    def _address(self, at: str | None) -> str:
        return next(
            address for address, box in self._cryostat.boxes.items() if at in (address, *box.wires.values())
        )


def _numbers(known: Mapping[int, Armed]) -> str:
    return ", ".join(map(str, known)) or "of which there is none"
