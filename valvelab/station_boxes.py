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
from valvelab.mistakes import listed
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
_CHECKED = Field(default=None, validate_default=True)
"""May be left out, unless a validator asks for it."""
_NEEDED_BY = {"heater_range": "LakeshoreModel372", "heater": "BlueFors", "maximum_power": "BlueFors"}
"""What a controller needs beside its address, by key."""


def _address(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]+\d*::\S+|https?://\S+", text):
        raise ValueError(
            f"must be a VISA address such as TCPIP0::192.168.1.5::inst0::INSTR, found {text!r}; ask the box or "
            "its web page for it"
        )
    return text


class _Box(Section):
    driver: str
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
    channel: int | None = _CHECKED
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

    # Each is compared with what stands before it in the schema and is no mistake, so that one mistake hides no other.
    @field_validator("channel")
    @classmethod
    def _channel_is_there(cls, channel: int | None, info: ValidationInfo) -> int | None:
        if "driver" in info.data:
            demand_channel(channel, SOURCES[info.data["driver"]].channels, info.data["driver"])
        return channel

    @field_validator("range", check_fields=False)
    @classmethod
    def _range_is_offered(cls, value: float, info: ValidationInfo) -> float:
        driver = info.data.get("driver")
        if driver is None:
            return value
        sourced = cls.dimension if info.data.get("series_resistance") is None else "voltage"
        offered = SOURCES[driver].current if sourced == "current" else SOURCES[driver].voltage
        if not offered:
            cure = "give the series_resistance it works through" if sourced == "current" else "take another"
            raise ValueError(f"must be a {sourced}, which a {driver} does not source; {cure}")
        demand_offered(value, offered, driver, sourced)
        return value

    @field_validator("overshoot", check_fields=False)
    @classmethod
    def _overshoots_where_asked(cls, overshoot: float | None, info: ValidationInfo) -> float | None:
        if "approach" in info.data and (info.data["approach"] == "any") != (overshoot is None):
            raise ValueError(
                "must stand beside an approach from_below or from_above, and only there; add or remove it"
            )
        return overshoot

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
    overshoot: SourceCurrent | None = _CHECKED

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
    overshoot: SourceVoltage | None = _CHECKED
    at_end: Literal["zero"] = "zero"

    @property
    def sourced(self) -> str:
        """What the box itself sources."""
        return "voltage"


class Voltmeter(_Box):
    """The voltmeter of a thermometer."""

    channel: int | None = _CHECKED
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

    @field_validator("channel")
    @classmethod
    def _channel_is_there(cls, channel: int | None, info: ValidationInfo) -> int | None:
        if "driver" in info.data:
            demand_channel(channel, METERS[info.data["driver"]].channels, info.data["driver"])
        return channel

    @field_validator("power_line_cycles")
    @classmethod
    def _integrates_so_long(cls, cycles: float, info: ValidationInfo) -> float:
        if "driver" in info.data:
            box = METERS[info.data["driver"]]
            demand = demand_between if box.any_between else demand_offered
            demand(cycles, box.cycles, info.data["driver"])
        return cycles

    @field_validator("range")
    @classmethod
    def _range_is_offered(cls, value: float, info: ValidationInfo) -> float:
        if "driver" in info.data:
            demand_offered(value, METERS[info.data["driver"]].ranges, info.data["driver"], "voltage")
        return value


class TemperatureController(_Box):
    """The controller of the mixing chamber."""

    driver: Literal["LakeshoreModel372", "BlueFors"]
    channel: Annotated[int, Field(ge=1, le=16)]
    heater_range: Annotated[str, BeforeValidator(boxes.heater_range)] | None = _CHECKED
    heater: Annotated[int, Field(ge=1, le=4)] | None = _CHECKED
    maximum_power: HeaterPower | None = _CHECKED
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

    @field_validator("address")
    @classmethod
    def _is_where_its_driver_looks(cls, address: str, info: ValidationInfo) -> str:
        driver = info.data.get("driver")
        if driver is not None and address.startswith("http") != (driver == "BlueFors"):
            wanted = "a URL such as http://192.168.150.41:5001" if driver == "BlueFors" else "a VISA address"
            raise ValueError(f"must be {wanted} for a {driver}, found {address!r}")
        return address

    @field_validator(*_NEEDED_BY)
    @classmethod
    def _is_what_its_driver_needs(cls, value: object, info: ValidationInfo) -> object:
        driver = info.data.get("driver")
        if driver is not None and (value is not None) != (driver == _NEEDED_BY[str(info.field_name)]):
            if value is None:
                raise ValueError(f"must be given for a {driver}, found none; add it")
            raise ValueError(f"must be left out for a {driver}, found {value!r}; remove it")
        return value


def _known(driver: str, drivers: Mapping[str, object]) -> str:
    if driver not in drivers:
        meant = nearest(driver, list(drivers))
        cure = f"did you mean '{meant}'?" if meant else "correct it, or register your own"
        raise ValueError(f"must be {one_of(drivers)}, found {driver!r}; {cure}")
    return driver
