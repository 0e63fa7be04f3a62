"""The schema of ``station.yaml``: which box stands where, and how far and how fast each source may go."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, model_validator

from valvelab.configuration import Section
from valvelab.errors import LimitError
from valvelab.protocol import Plan
from valvelab.units import Current, CurrentRampRate, Temperature, Voltage, VoltageRampRate

_SET_POINTS = {
    "coil_1": "coil_current_1",
    "coil_2": "coil_current_2",
    "source_heater": "heater_voltage",
    "mixing_chamber": "bath_temperature",
}
Address = Annotated[str, Field(pattern=r"^[A-Za-z]+\d*::\S+$")]
AtEnd = Literal["zero", "hold"]
Source = TypeVar("Source", bound="CurrentSource | VoltageSource")


class _Box(Section):
    address: Address


class CurrentSource(_Box):
    """A coil's current source."""

    driver: Literal["YokogawaGS200"]
    limits: tuple[Current, Current]
    range: Current
    resolution: Current
    maximum_step: Current
    ramp_rate: CurrentRampRate
    at_end: AtEnd = "zero"

    @model_validator(mode="after")
    def _ordered(self) -> "CurrentSource":
        return _check_window(self)


class VoltageSource(_Box):
    """The source heater's supply; at the end of a run it always goes to zero."""

    driver: Literal["YokogawaGS200"]
    limits: tuple[Voltage, Voltage]
    range: Voltage
    resolution: Voltage
    maximum_step: Voltage
    ramp_rate: VoltageRampRate

    @model_validator(mode="after")
    def _ordered(self) -> "VoltageSource":
        return _check_window(self)


class Voltmeter(_Box):
    """The multimeter of a thermometer."""

    driver: Literal["Keysight34461A", "Keysight34465A", "Keysight34470A"]
    power_line_cycles: Annotated[float, Field(gt=0)]
    range: Voltage


class TemperatureController(_Box):
    """The controller of the mixing chamber."""

    driver: Literal["LakeshoreModel372"]
    channel: Annotated[int, Field(ge=1, le=16)]
    heater_range: str
    limits: tuple[Temperature, Temperature]


class StationFile(Section):
    """Schema of ``station.yaml``."""

    schema_: Literal["valvelab-station/1"] = Field(alias="schema")
    name: str
    visalib: str = ""
    cryostat: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] | None = None
    coil_1: CurrentSource
    coil_2: CurrentSource
    source_heater: VoltageSource
    source_thermometer: Voltmeter
    drain_thermometer: Voltmeter
    mixing_chamber: TemperatureController

    @property
    def boxes(self) -> Mapping[str, Any]:
        """The instruments by the role they have."""
        roles = (*_SET_POINTS, "source_thermometer", "drain_thermometer")
        return {role: getattr(self, role) for role in roles}

    @model_validator(mode="after")
    def _simulated_or_not(self) -> "StationFile":
        if (self.cryostat is not None) != (self.visalib == "@valve"):
            raise ValueError(
                'a simulated station needs both `visalib: "@valve"` and `cryostat`, a real one has no cryostat, '
                f"found visalib {self.visalib!r} and cryostat {self.cryostat!r}"
            )
        return self

    @model_validator(mode="after")
    def _one_box_per_address(self) -> "StationFile":
        seen: dict[str, str] = {}
        for role, box in self.boxes.items():
            other = seen.setdefault(box.address.upper(), role)
            if other != role:
                raise ValueError(
                    f"every box must have its own address, found {box.address} for {other}, {role}"
                )
        return self


def _check_window(source: Source) -> Source:
    low, high = source.limits
    if not low < high:
        raise ValueError(f"limits must be in rising order, found {low:g} before {high:g}; swap them")
    if not low <= 0 <= high:
        raise ValueError("limits must include zero, the level a source is brought to when in doubt")
    if max(abs(low), abs(high)) > source.range:
        raise ValueError(
            f"limits must lie within the range, found {max(abs(low), abs(high)):g} > {source.range:g}"
        )
    for name in ("range", "resolution", "maximum_step"):
        if not getattr(source, name) > 0:
            raise ValueError(f"{name} must be above zero, found {getattr(source, name):g}")
    return source


def check_limits(file: StationFile, plan: Plan) -> None:
    """Compare every set point of a plan with the limits of its source, before anything is moved.

    Raises
    ------
    LimitError
        Naming the first reading whose set point is outside.
    """
    for role, column in _SET_POINTS.items():
        low, high = getattr(file, role).limits
        for reading in plan.readings:
            level = getattr(reading, column)
            if not low <= level <= high:
                raise LimitError(
                    f"plan: reading {reading.index} ({reading.configuration}, bath "
                    f"{reading.bath_temperature:g} K, source {reading.source_temperature:g} K): {column} must"
                    f" lie between {low:g} and {high:g} (limits of {role} in the station file), found "
                    f"{level:.6g}; change the protocol or the limits"
                )
