"""The schema of ``station.yaml``: which box stands where, and how far and how fast each source may go."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from valvelab.boxes import (
    GS200_RANGES,
    METER_CYCLES,
    METER_RANGES,
    demand_offered,
    demand_window,
    heater_range,
)
from valvelab.configuration import Section
from valvelab.mistakes import PlacedError, listed
from valvelab.quantities import (
    CurrentRampRate,
    MeterVoltage,
    PositiveTemperature,
    SourceCurrent,
    SourceVoltage,
    VoltageRampRate,
)
from valvelab.units import format_quantity
from valvelab.wording import nearest

SET_POINTS: Mapping[str, tuple[str, str]] = {
    "coil_1": ("coil_current_1", "current"),
    "coil_2": ("coil_current_2", "current"),
    "source_heater": ("heater_voltage", "voltage"),
    "mixing_chamber": ("bath_temperature", "temperature"),
}
"""The set point of a reading that a box gives, and its dimension, by the role of the box."""
_SIMULATED = "@valve"
AtEnd = Literal["zero", "hold"]


def _address(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]+\d*::\S+", text):
        raise ValueError(
            f"must be a VISA address such as TCPIP0::192.168.1.5::inst0::INSTR, found {text!r}; ask the box or "
            "its web page for it"
        )
    return text


def _file_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", text):
        raise ValueError(f"must be the name of a file beside this one, found {text!r}; leave out the folder")
    return text


class _Box(Section):
    address: Annotated[str, AfterValidator(_address)]


class CurrentSource(_Box):
    """A coil's current source."""

    driver: Literal["YokogawaGS200"]
    limits: Annotated[
        tuple[SourceCurrent, SourceCurrent],
        listed("currents, the lowest and the highest", "[-300 uA, 300 uA]", 2),
    ]
    range: SourceCurrent
    resolution: SourceCurrent
    maximum_step: SourceCurrent
    ramp_rate: CurrentRampRate
    at_end: AtEnd = "zero"

    @model_validator(mode="after")
    def _fits(self) -> "CurrentSource":
        demand_offered("range", self.range, GS200_RANGES["current"], self.driver, "current")
        demand_window(self.limits, self.range, _steps(self), "current")
        return self


class VoltageSource(_Box):
    """The source heater's supply; at the end of a run it always goes to zero."""

    driver: Literal["YokogawaGS200"]
    limits: Annotated[
        tuple[SourceVoltage, SourceVoltage], listed("voltages, the lowest and the highest", "[0 V, 1 V]", 2)
    ]
    range: SourceVoltage
    resolution: SourceVoltage
    maximum_step: SourceVoltage
    ramp_rate: VoltageRampRate

    @model_validator(mode="after")
    def _fits(self) -> "VoltageSource":
        demand_offered("range", self.range, GS200_RANGES["voltage"], self.driver, "voltage")
        demand_window(self.limits, self.range, _steps(self), "voltage")
        return self


class Voltmeter(_Box):
    """The multimeter of a thermometer."""

    driver: Literal["Keysight34461A", "Keysight34465A", "Keysight34470A"]
    power_line_cycles: float
    range: MeterVoltage

    @model_validator(mode="after")
    def _offered(self) -> "Voltmeter":
        demand_offered("power_line_cycles", self.power_line_cycles, METER_CYCLES[self.driver], self.driver)
        demand_offered("range", self.range, METER_RANGES, self.driver, "voltage")
        return self


class TemperatureController(_Box):
    """The controller of the mixing chamber."""

    driver: Literal["LakeshoreModel372"]
    channel: Annotated[int, Field(ge=1, le=16)]
    heater_range: Annotated[str, BeforeValidator(heater_range)]
    limits: Annotated[
        tuple[PositiveTemperature, PositiveTemperature],
        listed("temperatures, the lowest and the highest", "[20 mK, 400 mK]", 2),
    ]

    @model_validator(mode="after")
    def _ordered(self) -> "TemperatureController":
        low, high = (format_quantity(limit, "temperature", 6) for limit in self.limits)
        if not self.limits[0] < self.limits[1]:
            raise PlacedError(("limits",), f"must be in rising order, found {low} before {high}; swap them")
        return self


class StationFile(Section):
    """Schema of ``station.yaml``."""

    schema_: Literal["valvelab-station/1"] = Field(alias="schema")
    name: str
    visalib: str = ""
    cryostat: Annotated[str, AfterValidator(_file_name)] | None = None
    coil_1: CurrentSource
    coil_2: CurrentSource
    source_heater: VoltageSource
    source_thermometer: Voltmeter
    drain_thermometer: Voltmeter
    mixing_chamber: TemperatureController

    @property
    def boxes(self) -> Mapping[str, Any]:
        """The instruments by the role they have."""
        roles = (*SET_POINTS, "source_thermometer", "drain_thermometer")
        return {role: getattr(self, role) for role in roles}

    @model_validator(mode="after")
    def _simulated_or_not(self) -> "StationFile":
        if self.cryostat is not None and self.visalib != _SIMULATED:
            found = f"found {self.visalib!r}" if self.visalib else "found none"
            meant = nearest(self.visalib, [_SIMULATED])
            cure = f"did you mean '{meant}'?" if meant else "a real station has no cryostat"
            raise PlacedError(
                ("visalib" if self.visalib else "cryostat",),
                f'must stand beside `visalib: "{_SIMULATED}"`, {found}; {cure}'
                if not self.visalib
                else f"must be '{_SIMULATED}' beside a cryostat, {found}; {cure}",
            )
        if self.cryostat is None and self.visalib == _SIMULATED:
            raise PlacedError(
                ("visalib",),
                "needs `cryostat` beside it, the file of the simulated one; add it, or leave visalib out",
            )
        return self

    @model_validator(mode="after")
    def _one_box_per_address(self) -> "StationFile":
        seen: dict[str, str] = {}
        for role, box in self.boxes.items():
            other = seen.setdefault(box.address.upper(), role)
            if other != role:
                raise PlacedError(
                    (role, "address"),
                    f"must be its own, found that of {other}, {box.address}; correct one of them",
                )
        return self


def _steps(source: CurrentSource | VoltageSource) -> list[tuple[str, float, float]]:
    """Return what moves a source, with the largest share of the span between its limits that is no mistake."""
    return [
        ("resolution", source.resolution, 0.05),
        ("maximum_step", source.maximum_step, 1.0),
        ("ramp_rate", source.ramp_rate, 10.0),
    ]
