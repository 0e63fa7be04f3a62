"""The schema of the boxes in ``station.yaml``: what drives and reads, and how far and how fast it may go."""

import math
import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_serializer,
    field_validator,
    model_validator,
)

from valvelab import boxes
from valvelab.boxes import (
    METERS,
    SHARES,
    SOURCES,
    demand_between,
    demand_channel,
    demand_limits,
    demand_offered,
    demand_share,
)
from valvelab.configuration import Section
from valvelab.mistakes import PlacedError, listed
from valvelab.quantities import (
    CurrentRampRate,
    HeaterPower,
    MeterVoltage,
    PositiveTemperature,
    Resistance,
    SourceCurrent,
    SourceVoltage,
    VoltageRampRate,
)
from valvelab.units import format_quantity, parse_quantity
from valvelab.wording import nearest, one_of

AtEnd = Literal["zero", "hold"]
Approach = Literal["any", "from_below", "from_above"]


def _address(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]+\d*::\S+|https?://\S+", text):
        raise ValueError(
            f"must be a VISA address such as TCPIP0::192.168.1.5::inst0::INSTR, found {text!r}; ask the box or "
            "its web page for it"
        )
    return text


class _Box(Section):
    address: Annotated[str, AfterValidator(_address)]
    serial: str | None = None

    @property
    def terminal(self) -> int | None:
        """The channel or slot, where a box has several that sources or meters can be at."""
        return None


class Source(_Box):
    """What drives a wire."""

    dimension: ClassVar[str]
    """What its limits are, current or voltage."""
    driver: str
    channel: int | None = None
    approach: Approach = "any"
    at_end: AtEnd = "zero"

    @property
    def terminal(self) -> int | None:
        """The channel or slot."""
        return self.channel

    @field_validator("driver")
    @classmethod
    def _is_known(cls, driver: str) -> str:
        return _known(driver, SOURCES)

    # Each is compared with what stands before it in the file and is no mistake, so that one mistake hides no other.
    @field_validator("limits", check_fields=False)
    @classmethod
    def _limits_fit(cls, limits: tuple[float, float], info: ValidationInfo) -> tuple[float, float]:
        full_scale = info.data.get("range", math.inf) / (info.data.get("series_resistance") or 1.0)
        demand_limits(limits, full_scale, cls.dimension)
        return limits

    @field_validator(*SHARES, check_fields=False)
    @classmethod
    def _moves_fit(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and "limits" in info.data:
            demand_share(str(info.field_name), value, info.data["limits"], cls.dimension)
        return value


class CurrentSource(Source):
    """The current source of a coil or of a thermometer's bias; with a series resistor it is a voltage source."""

    dimension: ClassVar[str] = "current"
    series_resistance: Resistance | None = None
    range: float
    limits: Annotated[
        tuple[SourceCurrent, SourceCurrent],
        listed("currents, the lowest and the highest", "[-300 uA, 300 uA]", 2),
    ]
    resolution: SourceCurrent
    maximum_step: SourceCurrent
    ramp_rate: CurrentRampRate
    overshoot: SourceCurrent | None = None

    @property
    def sourced(self) -> str:
        """What the box itself sources, current or voltage."""
        return "current" if self.series_resistance is None else "voltage"

    @field_validator("range", mode="before")
    @classmethod
    def _read_range(cls, value: object, info: ValidationInfo) -> float:
        dimension = "current" if info.data.get("series_resistance") is None else "voltage"
        return parse_quantity(value, dimension, "range")

    @field_serializer("range", when_used="json")
    def _write_range(self, value: float) -> str:
        return format_quantity(value, self.sourced)

    @model_validator(mode="after")
    def _fits(self) -> "CurrentSource":
        _demand_source(self, self.sourced)
        return self


class VoltageSource(Source):
    """The supply of a heater; at the end of a run it always goes to zero."""

    dimension: ClassVar[str] = "voltage"
    range: SourceVoltage
    limits: Annotated[
        tuple[SourceVoltage, SourceVoltage], listed("voltages, the lowest and the highest", "[0 V, 1 V]", 2)
    ]
    resolution: SourceVoltage
    maximum_step: SourceVoltage
    ramp_rate: VoltageRampRate
    overshoot: SourceVoltage | None = None
    at_end: Literal["zero"] = "zero"

    @property
    def sourced(self) -> str:
        """What the box itself sources."""
        return "voltage"

    @model_validator(mode="after")
    def _fits(self) -> "VoltageSource":
        _demand_source(self, "voltage")
        return self


class Voltmeter(_Box):
    """The voltmeter of a thermometer."""

    driver: str
    channel: int | None = None
    power_line_cycles: float
    range: MeterVoltage

    @property
    def terminal(self) -> int | None:
        """The channel or slot."""
        return self.channel

    @field_validator("driver")
    @classmethod
    def _is_known(cls, driver: str) -> str:
        return _known(driver, METERS)

    @model_validator(mode="after")
    def _offered(self) -> "Voltmeter":
        box = METERS[self.driver]
        demand_channel(self.channel, box.channels, self.driver)
        if box.any_between:
            demand_between("power_line_cycles", self.power_line_cycles, box.cycles, self.driver)
        else:
            demand_offered("power_line_cycles", self.power_line_cycles, box.cycles, self.driver)
        demand_offered("range", self.range, box.ranges, self.driver, "voltage")
        return self


class TemperatureController(_Box):
    """The controller of the mixing chamber."""

    driver: Literal["LakeshoreModel372", "BlueFors"]
    channel: Annotated[int, Field(ge=1, le=16)]
    heater_range: Annotated[str, BeforeValidator(boxes.heater_range)] | None = None
    heater: Annotated[int, Field(ge=1, le=4)] | None = None
    maximum_power: HeaterPower | None = None
    limits: Annotated[
        tuple[PositiveTemperature, PositiveTemperature],
        listed("temperatures, the lowest and the highest", "[20 mK, 400 mK]", 2),
    ]

    @field_validator("limits")
    @classmethod
    def _ordered(cls, limits: tuple[float, float]) -> tuple[float, float]:
        low, high = (format_quantity(limit, "temperature", 6) for limit in limits)
        if not limits[0] < limits[1]:
            raise ValueError(f"must be in rising order, found {low} before {high}; swap them")
        return limits

    @model_validator(mode="after")
    def _has_what_its_driver_needs(self) -> "TemperatureController":
        needed = {"LakeshoreModel372": {"heater_range"}, "BlueFors": {"heater", "maximum_power"}}
        for key in ("heater_range", "heater", "maximum_power"):
            given = getattr(self, key) is not None
            if given != (key in needed[self.driver]):
                what = "must be left out for" if given else "is needed for"
                raise PlacedError((key,), f"{what} a {self.driver}; {'remove' if given else 'add'} it")
        by_url, known = self.address.startswith("http"), "http://192.168.150.41:5001"
        if by_url != (self.driver == "BlueFors"):
            wanted = f"a URL such as {known}" if self.driver == "BlueFors" else "a VISA address"
            raise PlacedError(("address",), f"must be {wanted} for a {self.driver}, found {self.address!r}")
        return self


def _known(driver: str, drivers: Mapping[str, object]) -> str:
    if driver not in drivers:
        meant = nearest(driver, list(drivers))
        cure = f"did you mean '{meant}'?" if meant else "correct it, or register your own"
        raise ValueError(f"must be {one_of(drivers)}, found {driver!r}; {cure}")
    return driver


def _demand_source(source: CurrentSource | VoltageSource, dimension: str) -> None:
    box = SOURCES[source.driver]
    offered = box.current if dimension == "current" else box.voltage
    if not offered:
        cure = "give the series_resistance it works through" if dimension == "current" else "take another"
        raise PlacedError(("driver",), f"must source a {dimension}, which a {source.driver} does not; {cure}")
    demand_channel(source.channel, box.channels, source.driver)
    demand_offered("range", source.range, offered, source.driver, dimension)
    if (source.approach == "any") != (source.overshoot is None):
        raise PlacedError(
            ("overshoot",),
            "must stand beside an approach from_below or from_above, and only there; add or remove it",
        )
