"""The schema of ``station.yaml``: which box stands where."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from valvelab.configuration import Section
from valvelab.mistakes import PlacedError
from valvelab.quantities import Settling
from valvelab.station_boxes import CurrentSource, TemperatureController, VoltageSource, Voltmeter
from valvelab.wording import nearest

SET_POINTS: Mapping[str, tuple[str, str]] = {
    "coil_1": ("coil_current_1", "current"),
    "coil_2": ("coil_current_2", "current"),
    "source_heater": ("heater_voltage", "voltage"),
    "drain_heater": ("heater_voltage", "voltage"),
    "mixing_chamber": ("bath_temperature", "temperature"),
}
"""The set point of a reading that a box gives, and its dimension, by the role of the box."""
_ROLES = (*SET_POINTS, "source_thermometer", "drain_thermometer", "source_bias", "drain_bias")
_SIMULATED = "@valve"


def _file_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", text):
        raise ValueError(f"must be the name of a file beside this one, found {text!r}; leave out the folder")
    return text


class Coordinator(Section):
    """Whoever decides which experiment may use the cryostat; see `valvelab.drivers.FridgeCoordinator`."""

    address: str
    name: str
    interval: Annotated[Settling, Field(gt=0)] = 10.0
    longest: Settling = 24 * 3600.0

    @field_validator("address")
    @classmethod
    def _is_url(cls, address: str) -> str:
        if not re.fullmatch(r"https?://[\w.-]+:\d{1,5}/?", address):
            raise ValueError(f"must be a URL such as http://192.168.150.2:8080, found {address!r}")
        return address


class StationFile(Section):
    """Schema of ``station.yaml``."""

    schema_: Literal["valvelab-station/1"] = Field(alias="schema")
    name: str
    cryostat: Annotated[str, AfterValidator(_file_name)] | None = None
    visalib: str = Field(default="", validate_default=True)
    coil_1: CurrentSource
    coil_2: CurrentSource
    source_heater: VoltageSource
    source_thermometer: Voltmeter
    drain_thermometer: Voltmeter
    mixing_chamber: TemperatureController
    source_bias: CurrentSource | None = None
    drain_bias: CurrentSource | None = None
    drain_heater: VoltageSource | None = None
    coordinator: Coordinator | None = None

    @property
    def boxes(self) -> Mapping[str, Any]:
        """The instruments by the role they have."""
        return {role: getattr(self, role) for role in _ROLES if getattr(self, role) is not None}

    # Each is compared with what stands before it in the schema and is no mistake, so that one mistake hides no other.
    @field_validator("visalib")
    @classmethod
    def _simulated_or_not(cls, visalib: str, info: ValidationInfo) -> str:
        if "cryostat" not in info.data:
            return visalib
        if info.data["cryostat"] is None and visalib == _SIMULATED:
            raise ValueError(
                "needs `cryostat` beside it, the file of the simulated one; add it, or leave visalib out"
            )
        if info.data["cryostat"] is not None and visalib != _SIMULATED:
            found = f"found {visalib!r}" if visalib else "found none"
            meant = nearest(visalib, [_SIMULATED])
            cure = (
                f"did you mean '{meant}'?" if meant else "correct it, or leave cryostat out in a laboratory"
            )
            raise ValueError(f"must be '{_SIMULATED}' beside a cryostat, {found}; {cure}")
        return visalib

    @field_validator(*_ROLES)
    @classmethod
    def _one_terminal_each(cls, box: Any, info: ValidationInfo) -> Any:
        for role, there in info.data.items():
            if box is None or role not in _ROLES or there is None:
                continue
            if box.address.upper() != there.address.upper():
                continue
            if box.terminal is None or box.terminal == there.terminal or box.driver != there.driver:
                key = "address" if box.terminal is None or box.driver != there.driver else "channel"
                found = box.address if key == "address" else box.terminal
                raise PlacedError(
                    (key,), f"must be its own, found that of {role}, {found}; correct one of them"
                )
        return box
