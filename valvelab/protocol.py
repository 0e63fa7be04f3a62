"""The schema of ``protocol.yaml``: what a switching run does."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from valvelab.configuration import Section
from valvelab.device import Device
from valvelab.mistakes import PlacedError, listed
from valvelab.places import Place
from valvelab.quantities import Frequency, FrequencyDistance, PositiveTemperature, TemperatureDistance
from valvelab.station_file import SET_POINTS
from valvelab.switching_plan import SwitchingReading, make_plan, scan_index
from valvelab.units import format_quantity
from valvelab.walk import CENTRING, REGULATING, Count, Plan, Reading, Reservoir, Walk
from valvelab.wording import one_of

ConfigurationName = Literal["off", "both", "only_1", "only_2"]
Temperatures = Annotated[
    tuple[PositiveTemperature, ...], listed("temperatures", "[60 mK, 120 mK]", repeats=False)
]
Pair = Annotated[tuple[Frequency, Frequency], listed("frequencies, one per qubit", "[4 GHz, 2 GHz]", 2)]
Qubit = Annotated[int, Field(ge=1, le=2)]


def _time_of_day(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise ValueError(f"must be a time of day, e.g. \"06:00\", found '{text}'")
    return text


def _share(value: object) -> float:
    number = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*%\s*", value) if isinstance(value, str) else None
    if number is None or not 0.01 <= float(number[1]) <= 50:
        raise ValueError(f"must be a share between 0.01 % and 50 %, e.g. 1 %, found {value!r}")
    return float(number[1]) / 100


class Scan(Section):
    """Further configurations in each block: one qubit at each of these frequencies, the other as in "both"."""

    qubit: Qubit
    frequencies: Annotated[
        tuple[Frequency, ...], listed("frequencies", "[3.8 GHz, 4 GHz, 4.2 GHz]", repeats=False)
    ]


class Recentre(Section):
    """Find both ridges again, before the first block and then after each so many blocks with a heated reservoir.

    Each qubit is scanned through the resonance, up and down, the other one parked as in "off".
    """

    every: Count
    span: FrequencyDistance
    points: Annotated[int, Field(ge=5, le=201)] = 9


class Regulate(Section):
    """Bring the reservoir that is heated to its temperature by its own thermometer, in closed loop.

    Before the first block of a cell that is heated, and then after each so many, readings in "off" are taken; after
    each but the last the heater is given what the reservoir lacks, unless it is within `tolerance` already.
    """

    every: Count
    tolerance: TemperatureDistance
    readings: Annotated[int, Field(ge=2, le=50)] = 5


class Stop(Section):
    """When enough is known."""

    enhancement: Annotated[float, BeforeValidator(_share)] | None = None
    """Standard error, over its value, of both / (only_1 + only_2) as read, at which a cell has enough blocks."""
    at: Annotated[str, AfterValidator(_time_of_day)] | None = None
    """Local time of day after which no block is begun."""

    @model_validator(mode="after")
    def _says_when(self) -> "Stop":
        if self.enhancement is None and self.at is None:
            raise PlacedError((), "must say when to stop, found neither enhancement nor at; add one")
        return self


class Protocol(Walk):
    """A switching run: every pair of bath and source temperature is a cell of blocks.

    A block visits the configurations in the order of `block` and then backwards, so that a drift that is linear in
    time cancels between them; or twice in an order drawn anew for each block.
    """

    schema_: Literal["valvelab-protocol/1"] = Field(alias="schema")
    bath_temperatures: Temperatures
    source_temperatures: Temperatures
    heated: Reservoir = "source"
    configurations: dict[ConfigurationName, Pair]
    block: Annotated[tuple[ConfigurationName, ...], listed("configurations", "[off, both, only_1, only_2]")]
    scan: Scan | None = None
    order: Literal["palindrome", "random"] = "palindrome"
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] | None = Field(default=None, validate_default=True)
    blocks_per_cell: Count
    readings_per_visit: Count = 1
    reverse_heater_every: Count | None = None
    reference_every: Count | None = None
    recentre: Recentre | None = None
    regulate: Regulate | None = None
    stop: Stop | None = None

    def plan(self, device: Device) -> Plan:
        """Return all readings with their set points for a device; see `valvelab.switching_plan.make_plan`."""
        return make_plan(self, device)

    def cause(self, reading: Reading, role: str) -> tuple[Place, str]:
        """Return the place in the file that asks for a set point, and what the set point is called there."""
        assert isinstance(reading, SwitchingReading)  # noqa: S101 # made by `plan`
        if role == "mixing_chamber":
            return ("bath_temperatures", self.bath_temperatures.index(reading.bath_temperature)), ""
        if role.endswith("_heater"):
            return self._cause_of_heating(reading)
        name = reading.configuration
        what = f"the {SET_POINTS[role][0]} of '{name}' "
        if name.startswith(CENTRING):
            return ("recentre", "span"), what
        if name == REGULATING:
            name = "off"
        place = scan_index(name)
        return (("configurations", name) if place is None else ("scan", "frequencies", place)), what

    def _cause_of_heating(self, reading: SwitchingReading) -> tuple[Place, str]:
        warm, bath = reading.source_temperature, reading.bath_temperature
        texts = [format_quantity(value, "temperature", 4) for value in (warm, bath)]
        if warm not in self.source_temperatures:
            return ("reference_every",), f"the heater_voltage at rest over a bath at {texts[1]} "
        place: Place = ("source_temperatures", self.source_temperatures.index(warm))
        if self.reverse_heater_every is not None and reading.reversed:
            place = ("reverse_heater_every",)
        return place, f"the heater_voltage for {texts[0]} over a bath at {texts[1]} "

    # Each is compared with what stands before it in the schema and is no mistake, so that one mistake hides no other.
    @field_validator("block")
    @classmethod
    def _block_can_be_visited(cls, block: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        unknown = [name for name in block if name not in info.data.get("configurations", block)]
        if unknown:
            raise PlacedError(
                (block.index(unknown[0]),),
                f"must name a configuration that is defined, found {one_of(unknown)}; define it above",
            )
        if "off" not in block:
            raise ValueError(
                f"must hold 'off', which measures the background, found {', '.join(block)}; add it"
            )
        return block

    @field_validator("scan")
    @classmethod
    def _scan_has_its_place(cls, scan: Scan | None, info: ValidationInfo) -> Scan | None:
        if scan is not None and "both" not in info.data.get("configurations", "both"):
            raise ValueError("needs the configuration 'both', which says where the other qubit is")
        return scan

    @field_validator("seed")
    @classmethod
    def _order_can_be_repeated(cls, seed: int | None, info: ValidationInfo) -> int | None:
        if "order" in info.data and (info.data["order"] == "random") != (seed is not None):
            found = "no seed" if seed is None else "one beside a palindrome"
            raise ValueError(f"must be given where the order is random, and only there, found {found}")
        return seed

    @field_validator("stop")
    @classmethod
    def _ratio_is_measured(cls, stop: Stop | None, info: ValidationInfo) -> Stop | None:
        wanted = {"both", "only_1", "only_2"}
        block = info.data.get("block", wanted)
        if stop is not None and stop.enhancement is not None and not wanted <= set(block):
            raise PlacedError(
                ("enhancement",),
                f"needs both, only_1 and only_2 in the block, found {', '.join(block)}; add what is missing",
            )
        return stop

    @model_validator(mode="after")
    def _compares_something(self) -> "Protocol":
        if len(set(self.block)) < 2 and self.scan is None:
            raise PlacedError(
                ("block",),
                f"must hold another configuration beside 'off', found {', '.join(self.block)}; add one",
            )
        return self
