"""The switching protocol as a pure plan: what to read, in which order, with which set points."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from valvelab.device import Device
from valvelab.errors import ConfigurationError
from valvelab.heating import heater_voltage
from valvelab.places import Place
from valvelab.units import format_quantity
from valvelab.walk import CENTRING, REGULATING, Plan, Reading

if TYPE_CHECKING:
    from valvelab.protocol import Protocol, Recentre

_SCAN = "scan_"


@dataclass(frozen=True)
class SwitchingReading(Reading):
    """A reading of a switching run, with what its set points are meant to bring about."""

    frequency_1: float
    frequency_2: float
    source_temperature: float
    """Temperature of the reservoir that is heated [K]."""
    reversed: bool
    """Whether the heater's voltage has the other sign."""

    @property
    def told(self) -> str:
        """What is being measured, in a few words of even length."""
        bath, warm = self.bath_temperature * 1e3, self.source_temperature * 1e3
        return f"bath {bath:3.0f}, {self.heated} {warm:3.0f} mK, {self.configuration:8}"


class _Visit(NamedTuple):
    """A configuration, and where the file says its frequencies."""

    name: str
    frequencies: tuple[float, float]
    place: Place


class _Block(NamedTuple):
    """Visits that belong together."""

    bath: float
    source: float
    reversed: bool
    visits: Sequence[_Visit]
    readings: int
    """At each visit."""
    is_counted: bool
    """Whether it has a number of its own in its cell; what prepares a block has the number of that block."""


def make_plan(protocol: "Protocol", device: Device, reading_time: float = 0.4) -> Plan:
    """Turn a protocol into readings with set points for a device.

    Source temperatures below the bath cannot be reached and are left out; one equal to the bath means no
    heating. The heater voltage is what the electron-phonon law of the heated reservoir asks for; the temperature that
    counts later is the measured one.

    Parameters
    ----------
    protocol, device
        What to do, and on which chip.
    reading_time
        Time for one reading of both thermometers [s].

    Raises
    ------
    ConfigurationError
        If the device file lacks a part, a qubit cannot reach a frequency, or no cell is left.
    """
    currents = _Currents(protocol, device)
    cells: dict[tuple[float, float], int] = {}
    numbers: Counter[int] = Counter()
    readings: list[Reading] = []
    for block in _blocks(protocol, device):
        cell = cells.setdefault((block.bath, block.source), len(cells))
        heater = heater_voltage(
            device, block.source, block.bath, island=protocol.heated, reverse=block.reversed
        )
        for visit in block.visits:
            coils = currents.of(visit)
            for repetition in range(block.readings):
                place = (len(readings), cell, numbers[cell], repetition, visit.name)
                meant = (*visit.frequencies, block.source)
                readings.append(
                    SwitchingReading(
                        *place, block.bath, *coils, heater, *meant, block.reversed, heated=protocol.heated
                    )
                )
        numbers[cell] += block.is_counted
    if not readings:
        warmest, coldest = (
            format_quantity(value, "temperature", 6)
            for value in (max(protocol.source_temperatures), min(protocol.bath_temperatures))
        )
        raise ConfigurationError(
            f"{protocol.places.at('source_temperatures')}: must reach the lowest of the bath_temperatures, {coldest}, "
            f"found {warmest} at most, so that no cell is left; a source cannot be colder than the bath"
        )
    return Plan(tuple(readings), protocol, reading_time)


def scan_index(name: str) -> int | None:
    """Return which frequency of the scan a configuration is; None if it is none of them."""
    return int(name.removeprefix(_SCAN)) if name.startswith(_SCAN) else None


def _blocks(protocol: "Protocol", device: Device) -> Iterator[_Block]:
    chance = np.random.default_rng(protocol.seed)
    heated = 0
    for bath in protocol.bath_temperatures:
        for source in protocol.source_temperatures:
            for number in range(protocol.blocks_per_cell if source >= bath else 0):
                turned = _is_odd(number, protocol.reverse_heater_every) and source > bath
                if source > bath:
                    if _is_due(protocol.reference_every, heated):
                        yield _block(protocol, chance, bath, bath)
                    for visits, readings in _preparations(protocol, device, number, heated):
                        yield _Block(bath, source, turned, visits, readings, is_counted=False)
                    heated += 1
                yield _block(protocol, chance, bath, source, turned=turned)


def _preparations(
    protocol: "Protocol", device: Device, number: int, heated: int
) -> Iterator[tuple[list[_Visit], int]]:
    """Yield what comes before a heated block, the so-manieth of its cell and of all: visits, and readings at each."""
    regulate, recentre = protocol.regulate, protocol.recentre
    if regulate is not None and _is_due(regulate.every, number):
        off = _Visit(REGULATING, protocol.configurations["off"], ("configurations", "off"))
        yield [off], regulate.readings
    if recentre is not None and _is_due(recentre.every, heated):
        yield _centring(device, protocol.configurations["off"], recentre), 1


def _is_due(every: int | None, number: int) -> bool:
    return every is not None and number % every == 0


def _block(
    protocol: "Protocol", chance: np.random.Generator, bath: float, source: float, *, turned: bool = False
) -> _Block:
    once = [_Visit(name, protocol.configurations[name], ("configurations", name)) for name in protocol.block]
    once += _scan(protocol)
    if protocol.order == "random":
        visits = [once[place] for _ in range(2) for place in chance.permutation(len(once))]
    else:
        visits = [*once, *reversed(once)]
    return _Block(bath, source, turned, visits, protocol.readings_per_visit, is_counted=True)


def _is_odd(number: int, every: int | None) -> bool:
    return every is not None and number // every % 2 == 1


def _scan(protocol: "Protocol") -> list[_Visit]:
    scan = protocol.scan
    if scan is None:
        return []
    visits = []
    for place, frequency in enumerate(scan.frequencies):
        pair = list(protocol.configurations["both"])
        pair[scan.qubit - 1] = frequency
        visits.append(_Visit(f"{_SCAN}{place:03d}", (pair[0], pair[1]), ("scan", "frequencies", place)))
    return visits


def _centring(device: Device, parked: tuple[float, float], recentre: "Recentre") -> list[_Visit]:
    """Return one qubit after the other through the resonance, up and down, so that a linear drift cancels."""
    middle, half = device.resonator.frequency, recentre.span / 2
    up = np.linspace(middle - half, middle + half, recentre.points).tolist()
    visits = []
    for qubit in (1, 2):
        for frequency in [*up, *reversed(up)]:
            pair = list(parked)
            pair[qubit - 1] = frequency
            visits.append(_Visit(f"{CENTRING}{qubit}", (pair[0], pair[1]), ("recentre", "span")))
    return visits


class _Currents:
    """Coil currents that give the frequencies of a visit, each pair of frequencies worked out once."""

    def __init__(self, protocol: "Protocol", device: Device) -> None:
        if device.flux is None:
            raise ConfigurationError(f"{device.places.at('flux')}: must be known to set frequencies; add it")
        self._protocol, self._device, self._flux = protocol, device, device.flux
        self._known: dict[tuple[float, float], tuple[float, float]] = {}

    def of(self, visit: _Visit) -> tuple[float, float]:
        if visit.frequencies not in self._known:
            fluxes = self._fluxes(visit)
            self._known[visit.frequencies] = self._flux.smallest_coil_currents(fluxes)
            if visit.place[0] != "configurations":  # what is scanned stays on one branch of the flux
                both = self._protocol.configurations.get("both", self._protocol.configurations["off"])
                anchor = self.of(_Visit("both", both, ("configurations", "both")))
                near = self._flux.nearest_fluxes(fluxes, self._flux.fluxes(anchor))
                first, second = self._flux.coil_currents(near)
                self._known[visit.frequencies] = float(first), float(second)
        return self._known[visit.frequencies]

    def _fluxes(self, visit: _Visit) -> list[float]:
        fluxes = []
        for number, (qubit, frequency) in enumerate(
            zip(self._device.qubits, visit.frequencies, strict=True), start=1
        ):
            place: Place = (*visit.place, number - 1) if visit.place[0] == "configurations" else visit.place
            try:
                fluxes.append(float(qubit.flux(frequency)))
            except ValueError as error:
                raise ConfigurationError(
                    f"{self._protocol.places.at(*place)}: qubit {number}: {error} "
                    f"({self._device.places.beside('qubits', number - 1)}); choose another frequency"
                ) from None
        return fluxes
