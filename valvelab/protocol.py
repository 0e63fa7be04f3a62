"""The switching protocol as a pure plan: what to read, in which order, with which set points."""

import itertools
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from valvelab.configuration import Section
from valvelab.device import Device
from valvelab.errors import ConfigurationError
from valvelab.mistakes import PlacedError, listed
from valvelab.places import Place
from valvelab.quantities import Frequency, PositiveTemperature, Settling
from valvelab.station_file import SET_POINTS
from valvelab.units import format_quantity
from valvelab.wording import one_of

ConfigurationName = Literal["off", "both", "only_1", "only_2"]
Count = Annotated[int, Field(ge=1, le=100_000)]
Temperatures = Annotated[
    tuple[PositiveTemperature, ...], listed("temperatures", "[60 mK, 120 mK]", repeats=False)
]
Pair = Annotated[tuple[Frequency, Frequency], listed("frequencies, one per qubit", "[4 GHz, 2 GHz]", 2)]


class Settle(Section):
    """How long to wait after a change, before the next reading counts."""

    configuration: Settling
    source: Settling
    bath: Settling


class Walk(Section):
    """What a station can be walked through: a protocol or a calibration."""

    name: str
    settle: Settle

    def plan(self, device: Device) -> "Plan":
        """Return all readings with their set points for a device."""
        raise NotImplementedError

    def cause(self, reading: "Reading", role: str) -> tuple[Place, str]:
        """Return the place in the file that asks for a set point, and what the set point is called there."""
        raise NotImplementedError


class Protocol(Walk):
    """A switching run: every pair of bath and source temperature is a cell of palindromic blocks.

    A block visits the configurations in the order of `block` and then backwards, so that a drift that is
    linear in time cancels between them.
    """

    schema_: Literal["valvelab-protocol/1"] = Field(alias="schema")
    bath_temperatures: Temperatures
    source_temperatures: Temperatures
    configurations: dict[ConfigurationName, Pair]
    block: Annotated[tuple[ConfigurationName, ...], listed("configurations", "[off, both, only_1, only_2]")]
    blocks_per_cell: Count
    readings_per_visit: Count = 1

    def plan(self, device: Device) -> "Plan":
        """Return all readings with their set points for a device; see `make_plan`."""
        return make_plan(self, device)

    def cause(self, reading: "Reading", role: str) -> tuple[Place, str]:
        """Return the place in the file that asks for a set point, and what the set point is called there."""
        assert isinstance(reading, SwitchingReading)  # noqa: S101 # made by `plan`
        if role == "mixing_chamber":
            return ("bath_temperatures", self.bath_temperatures.index(reading.bath_temperature)), ""
        if role == "source_heater":
            source, bath = (
                format_quantity(value, "temperature", 4)
                for value in (reading.source_temperature, reading.bath_temperature)
            )
            place = self.source_temperatures.index(reading.source_temperature)
            return (
                ("source_temperatures", place),
                f"the heater_voltage for {source} over a bath at {bath} ",
            )
        what = f"the {SET_POINTS[role][0]} of '{reading.configuration}' "
        return ("configurations", reading.configuration), what

    @model_validator(mode="after")
    def _block_names_are_defined(self) -> "Protocol":
        unknown = [name for name in self.block if name not in self.configurations]
        if unknown:
            raise PlacedError(
                ("block", self.block.index(unknown[0])),
                f"must name a configuration that is defined, found {one_of(unknown)}; define it above",
            )
        if "off" not in self.block or len(set(self.block)) < 2:
            raise PlacedError(
                ("block",),
                "must hold 'off', which measures the background, and another configuration, found "
                f"{', '.join(self.block)}; add what is missing",
            )
        return self


@dataclass(frozen=True)
class Reading:
    """One reading of all thermometers, and the set points that must stand before it."""

    index: int
    cell: int
    block: int
    repetition: int
    configuration: str
    bath_temperature: float
    coil_current_1: float
    coil_current_2: float
    heater_voltage: float

    @property
    def set_points(self) -> dict[str, float]:
        """What must stand, by the role that gives it."""
        return {
            "mixing_chamber": self.bath_temperature,
            "source_heater": self.heater_voltage,
            "coil_1": self.coil_current_1,
            "coil_2": self.coil_current_2,
        }

    @property
    def told(self) -> str:
        """What is being measured, in a few words of even length."""
        currents = f"coils {self.coil_current_1 * 1e6:7.1f} and {self.coil_current_2 * 1e6:7.1f} uA"
        return f"bath {self.bath_temperature * 1e3:3.0f} mK, heater {self.heater_voltage * 1e3:6.1f} mV, {currents}"

    def as_record(self) -> dict[str, Any]:
        """Return the fields for the journal."""
        return asdict(self)


@dataclass(frozen=True)
class SwitchingReading(Reading):
    """A reading of a switching run, with what its set points are meant to bring about."""

    frequency_1: float
    frequency_2: float
    source_temperature: float

    @property
    def told(self) -> str:
        """What is being measured, in a few words of even length."""
        bath, source = self.bath_temperature * 1e3, self.source_temperature * 1e3
        return f"bath {bath:3.0f}, source {source:3.0f} mK, {self.configuration:6}"


@dataclass(frozen=True)
class Plan:
    """All readings of a run in order, with its duration."""

    readings: tuple[Reading, ...]
    duration: float
    """Settling times and readings [s], ramps not counted."""
    protocol: "Walk"

    @property
    def cells(self) -> int:
        """Number of pairs of bath and source temperature."""
        return self.readings[-1].cell + 1


def make_plan(protocol: Protocol, device: Device, reading_time: float = 0.4) -> Plan:
    """Turn a protocol into readings with set points for a device.

    Source temperatures below the bath cannot be reached and are left out; one equal to the bath means no
    heating. The heater voltage is what the electron-phonon law of the source asks for; the temperature that
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
    currents = _coil_currents(protocol, device)
    visits = [*protocol.block, *reversed(protocol.block)]
    readings: list[SwitchingReading] = []
    duration = 0.0
    for cell, (bath, source, new_bath) in enumerate(_cells(protocol)):
        duration += protocol.settle.bath if new_bath else protocol.settle.source
        heater = heater_voltage(device, source, bath)
        for block in range(protocol.blocks_per_cell):
            for name in visits:
                duration += protocol.settle.configuration + protocol.readings_per_visit * reading_time
                for repetition in range(protocol.readings_per_visit):
                    readings.append(
                        SwitchingReading(
                            len(readings), cell, block, repetition, name, bath, *currents[name], heater,
                            *protocol.configurations[name], source,
                        )
                    )  # fmt: skip
    if not readings:
        warmest, coldest = (
            format_quantity(value, "temperature", 6)
            for value in (max(protocol.source_temperatures), min(protocol.bath_temperatures))
        )
        raise ConfigurationError(
            f"{protocol.places.at('source_temperatures')}: must reach the lowest of the bath_temperatures, {coldest}, "
            f"found {warmest} at most, so that no cell is left; a source cannot be colder than the bath"
        )
    return Plan(tuple(readings), duration, protocol)


def _cells(protocol: Protocol) -> Iterator[tuple[float, float, bool]]:
    previous = None
    for bath, source in itertools.product(protocol.bath_temperatures, protocol.source_temperatures):
        if source >= bath:
            yield bath, source, bath != previous
            previous = bath


def _coil_currents(protocol: Protocol, device: Device) -> dict[str, tuple[float, float]]:
    if device.flux is None:
        raise ConfigurationError(f"{device.places.at('flux')}: must be known to set frequencies; add it")
    currents: dict[str, tuple[float, float]] = {}
    for name, frequencies in protocol.configurations.items():
        fluxes = []
        for number, (qubit, frequency) in enumerate(zip(device.qubits, frequencies, strict=True), start=1):
            try:
                fluxes.append(float(qubit.flux(frequency)))
            except ValueError as error:
                raise ConfigurationError(
                    f"{protocol.places.at('configurations', name, number - 1)}: qubit {number}: {error} "
                    f"({device.places.beside('qubits', number - 1)}); choose another frequency"
                ) from None
        currents[name] = device.flux.smallest_coil_currents(fluxes)
    return currents


def heater_voltage(device: Device, source: float, bath: float) -> float:
    """Return the voltage of the heater's supply [V] that the electron-phonon law asks for to warm the source.

    Raises
    ------
    ConfigurationError
        If the device file does not know the heater.
    """
    heater = None if device.source is None else device.source.heater
    if source == bath:
        return 0.0 if heater is None else heater.offset
    if device.source is None or heater is None:
        raise ConfigurationError(f"{device.places.at('source', 'heater')}: must be known to heat; add it")
    power = device.source.electron_phonon_power(source, bath)
    return heater.offset + float(heater.source_voltage(power, source))
