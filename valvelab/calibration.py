"""Calibrations as pure plans: what to read, at which set points, to know thermometers, heater and flux bias."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from valvelab.device import Device
from valvelab.mistakes import PlacedError, listed
from valvelab.places import Place
from valvelab.protocol import Temperatures
from valvelab.quantities import PositiveTemperature, SourceCurrent, SourceVoltage
from valvelab.units import format_quantity
from valvelab.walk import Count, Plan, Reading, Walk


class Stand(NamedTuple):
    """Set points at which readings are taken."""

    bath: float
    heater: float = 0.0
    coils: tuple[float, float] = (0.0, 0.0)


class Calibration(Walk):
    """A list of stands; the readings at one are a cell."""

    readings_per_point: Count

    def stands(self) -> Iterable[Stand]:
        """Return the set points in the order in which they are visited."""
        raise NotImplementedError

    def plan(self, device: Device) -> Plan:
        """Return all readings with their set points; they do not depend on what is known of the device."""
        readings: list[Reading] = []
        for cell, stand in enumerate(self.stands()):
            for repetition in range(self.readings_per_point):
                place = (len(readings), cell, 0, repetition, "calibration")
                readings.append(Reading(*place, stand.bath, *stand.coils, stand.heater))
        return Plan(tuple(readings), self)


class ThermometerCalibration(Calibration):
    """The bath is swept with the heater off and the coils at zero; both thermometers are read.

    The bias currents are those that will be used to measure.
    """

    schema_: Literal["valvelab-thermometer-calibration/1"] = Field(alias="schema")
    bath_temperatures: Temperatures

    def stands(self) -> Iterator[Stand]:
        """Return one stand for each bath temperature."""
        return (Stand(bath) for bath in self.bath_temperatures)

    def cause(self, reading: Reading, role: str) -> tuple[Place, str]:
        """Return the place in the file that asks for a set point, and what the set point is called there."""
        if role != "mixing_chamber":
            return (), f"the rest of {role} "
        return ("bath_temperatures", self.bath_temperatures.index(reading.bath_temperature)), ""


class HeaterCalibration(Calibration):
    """The voltage of the heater's supply is swept, each magnitude with both signs where `both_signs` is true."""

    schema_: Literal["valvelab-heater-calibration/1"] = Field(alias="schema")
    bath_temperature: PositiveTemperature
    heater_voltages: Annotated[
        tuple[SourceVoltage, ...], listed("voltages", "[0 V, 100 mV, 200 mV]", repeats=False)
    ]
    both_signs: bool = False

    def stands(self) -> Iterator[Stand]:
        """Return one stand for each voltage, a negative one after each positive one."""
        for voltage in self.heater_voltages:
            yield Stand(self.bath_temperature, voltage)
            if self.both_signs and voltage != 0:
                yield Stand(self.bath_temperature, -voltage)

    def cause(self, reading: Reading, role: str) -> tuple[Place, str]:
        """Return the place in the file that asks for a set point, and what the set point is called there."""
        if role == "mixing_chamber":
            return ("bath_temperature",), ""
        if role == "source_heater":
            voltages = self.heater_voltages
            given = reading.heater_voltage if reading.heater_voltage in voltages else -reading.heater_voltage
            return ("heater_voltages", voltages.index(given)), ""
        return (), f"the rest of {role} "


Window = Annotated[
    tuple[SourceCurrent, SourceCurrent],
    listed("currents, the lowest and the highest", "[-300 uA, 300 uA]", 2),
]
Points = Annotated[int, Field(ge=8, le=2001)]


class FluxCalibration(Calibration):
    """A raster of both coils at one heater voltage: lines along coil 1, each from its lowest current upwards."""

    schema_: Literal["valvelab-flux-calibration/1"] = Field(alias="schema")
    bath_temperature: PositiveTemperature
    heater_voltage: SourceVoltage
    coil_currents_1: Window
    points_1: Points
    coil_currents_2: Window
    points_2: Points

    @model_validator(mode="after")
    def _rise(self) -> "FluxCalibration":
        for key in ("coil_currents_1", "coil_currents_2"):
            low, high = getattr(self, key)
            if not low < high:
                texts = [format_quantity(level, "current", 6) for level in (low, high)]
                raise PlacedError(
                    (key,), f"must be in rising order, found {texts[0]} before {texts[1]}; swap them"
                )
        return self

    @property
    def axes(self) -> tuple[list[float], list[float]]:
        """The currents of coil 1 and of coil 2 [A]."""
        first, second = (
            np.linspace(*window, points).tolist()
            for window, points in (
                (self.coil_currents_1, self.points_1),
                (self.coil_currents_2, self.points_2),
            )
        )
        return first, second

    def stands(self) -> Iterator[Stand]:
        """Return one stand for each pixel; coil 1 is the fast axis and always rises, so that hysteresis is the same."""
        first, second = self.axes
        for slow, fast in itertools.product(second, first):
            yield Stand(self.bath_temperature, self.heater_voltage, (fast, slow))

    def cause(self, reading: Reading, role: str) -> tuple[Place, str]:
        """Return the place in the file that asks for a set point, and what the set point is called there."""
        keys = {"mixing_chamber": "bath_temperature", "source_heater": "heater_voltage"}
        return (keys.get(role) or f"coil_currents_{role[-1]}",), ""
