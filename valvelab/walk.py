"""What a station can be walked through: readings with their set points, in order, and how long to settle between."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from valvelab.configuration import Section
from valvelab.device import Device
from valvelab.mistakes import PlacedError
from valvelab.places import Place
from valvelab.quantities import Settling, TemperatureDistance, VoltageDistance
from valvelab.units import format_quantity

Count = Annotated[int, Field(ge=1, le=100_000)]
Reservoir = Literal["source", "drain"]
CENTRING, REGULATING = "centre_", "regulate"
"""How the configurations begin that find a ridge again, or bring a reservoir to its temperature; they carry no heat
power of their own."""


class Stable(Section):
    """When the station has become steady after a new bath or heater set point.

    For `duration` every reading must lie within `mixing_chamber` of the bath's set point, and within `thermometers` of
    the mean of its thermometer; what is not given is not looked at. After `longest` the attempt has failed.
    """

    mixing_chamber: TemperatureDistance | None = None
    thermometers: VoltageDistance | None = None
    duration: Settling
    longest: Settling

    @field_validator("longest")
    @classmethod
    def _can_be_met(cls, longest: float, info: ValidationInfo) -> float:
        if longest <= info.data.get("duration", 0.0):
            texts = [format_quantity(time, "time", 6) for time in (info.data["duration"], longest)]
            raise ValueError(f"must be above duration, {texts[0]}, found {texts[1]}; it could never be met")
        return longest

    @model_validator(mode="after")
    def _looks_at_something(self) -> "Stable":
        if self.mixing_chamber is None and self.thermometers is None:
            raise PlacedError(
                (), "must say what is to be steady, found neither mixing_chamber nor thermometers; add one"
            )
        return self


class Settle(Section):
    """How long to wait after a change, before the next reading counts."""

    configuration: Settling
    source: Settling
    bath: Settling
    until_stable: Stable | None = None


class Suspend(Section):
    """When readings do not count, and what must hold before the run goes on."""

    distance: TemperatureDistance
    """Of the mixing chamber from its set point."""
    good_readings: Annotated[int, Field(ge=2, le=1000)] = 5
    interval: Annotated[Settling, Field(gt=0)] = 10.0
    longest: Settling

    @field_validator("longest")
    @classmethod
    def _can_end(cls, longest: float, info: ValidationInfo) -> float:
        needed = info.data.get("good_readings", 0) * info.data.get("interval", 0.0)
        if longest <= needed:
            texts = [format_quantity(time, "time", 6) for time in (needed, longest)]
            raise ValueError(
                f"must be above the time of good_readings, {texts[0]}, found {texts[1]}; it could never go on"
            )
        return longest


class Walk(Section):
    """What a station can be walked through: a protocol or a calibration."""

    name: str
    settle: Settle
    suspend: Suspend | None = None

    def plan(self, device: Device) -> "Plan":
        """Return all readings with their set points for a device."""
        raise NotImplementedError

    def cause(self, reading: "Reading", role: str) -> tuple[Place, str]:
        """Return the place in the file that asks for a set point, and what the set point is called there."""
        raise NotImplementedError


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
    heated: Reservoir = field(default="source", kw_only=True)

    @property
    def set_points(self) -> dict[str, float]:
        """What must stand, by the role that gives it."""
        return {
            "mixing_chamber": self.bath_temperature,
            f"{self.heated}_heater": self.heater_voltage,
            "coil_1": self.coil_current_1,
            "coil_2": self.coil_current_2,
        }

    @property
    def told(self) -> str:
        """What is being measured, in a few words of even length."""
        currents = f"coils {self.coil_current_1 * 1e6:7.1f} and {self.coil_current_2 * 1e6:7.1f} uA"
        return f"bath {self.bath_temperature * 1e3:3.0f} mK, heater {self.heater_voltage * 1e3:6.1f} mV, {currents}"

    @property
    def visit(self) -> tuple[int, int, str]:
        """What is repeated as a whole after an interruption: a block, or what is prepared before it."""
        return self.cell, self.block, purpose(self.configuration)

    def as_record(self) -> dict[str, Any]:
        """Return the fields for the journal."""
        return asdict(self)


@dataclass(frozen=True)
class Plan:
    """All readings of a run in order."""

    readings: tuple[Reading, ...]
    protocol: Walk
    reading_time: float = 0.4
    """For both thermometers, at ten power line cycles each [s]."""

    @cached_property
    def waits(self) -> tuple[float, ...]:
        """Time that each reading takes with the settling before it [s]; ramps, and waiting for more, not counted."""
        return tuple(wait + self.reading_time for wait in self._settling())

    @property
    def duration(self) -> float:
        """Sum of `waits` [s]."""
        return sum(self.waits)

    @property
    def cells(self) -> int:
        """Number of pairs of bath and source temperature, or of points of a calibration."""
        return max(reading.cell for reading in self.readings) + 1

    @cached_property
    def begins(self) -> tuple[int, ...]:
        """For each reading the index at which its block begins, and the number of readings at the end."""
        begins: list[int] = []
        for reading in self.readings:
            same = reading.index > 0 and self.readings[reading.index - 1].visit == reading.visit
            begins.append(begins[-1] if same else reading.index)
        return (*begins, len(self.readings))

    @cached_property
    def blocks(self) -> int:
        """Number of blocks."""
        return len(set(self.begins)) - 1

    def _settling(self) -> Iterator[float]:
        times = self.protocol.settle
        before: Mapping[str, float] = {}
        for reading in self.readings:
            points = reading.set_points
            yield max(
                (settling(times, role) for role, value in points.items() if before.get(role) != value),
                default=0.0,
            )
            before = points


def purpose(configuration: str) -> str:
    """Return what a configuration prepares, `CENTRING` or `REGULATING`; nothing if it is measured for its heat."""
    return next((kind for kind in (CENTRING, REGULATING) if configuration.startswith(kind)), "")


def settling(times: Settle, role: str) -> float:
    """Return how long to wait after the set point of a role has changed [s]."""
    if role == "mixing_chamber":
        return times.bath
    return times.configuration if role.startswith("coil") else times.source
