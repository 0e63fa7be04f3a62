"""What is known of a thermometer: the pair of junctions, and where it was calibrated."""

import itertools
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from valvelab.configuration import Section
from valvelab.constants import ELEMENTARY_CHARGE
from valvelab.heater import Broadening
from valvelab.junction import sinis_cooling_power, sinis_temperature, sinis_voltage, sinis_voltage_range
from valvelab.mistakes import PlacedError, listed
from valvelab.quantities import (
    BiasCurrent,
    Gap,
    GapError,
    OffsetError,
    OffsetVoltage,
    PointError,
    PositiveTemperature,
    Resistance,
    ResistanceError,
    ThermometerVoltage,
)
from valvelab.units import format_quantity

Array = npt.NDArray[np.float64]
Point = Annotated[
    tuple[PositiveTemperature, ThermometerVoltage, PointError],
    listed("values, temperature, voltage and its standard error", "[60 mK, 350.1 uV, 0.1 uV]", 3),
]
_FEWEST_POINTS = 4
_EDGE = 0.05
"""Part of a temperature by which a law that was found from a sweep is trusted beyond it: where an island is as cold as
in the sweep, noise would else make every second reading none."""


class CalibratedRange(Section):
    """Where a thermometer was calibrated, and how well its gap and resistance are known from that."""

    lowest: PositiveTemperature
    highest: PositiveTemperature
    gap_error: GapError
    resistance_error: ResistanceError
    correlation: Annotated[float, Field(ge=-1, le=1)] = 0.0

    @property
    def trusted_range(self) -> tuple[float, float]:
        """Lowest and highest temperature that is read with the calibration [K]."""
        return self.lowest / (1 + _EDGE), self.highest * (1 + _EDGE)

    @model_validator(mode="after")
    def _rises(self) -> "CalibratedRange":
        if not self.lowest < self.highest:
            raise PlacedError(
                ("highest",),
                f"must be above lowest, {format_quantity(self.lowest, 'temperature', 6)}, found "
                f"{format_quantity(self.highest, 'temperature', 6)}; swap them",
            )
        return self


class Thermometer(Section):
    """A current-biased SINIS pair of two equal junctions in series.

    `offset` is what the voltmeter shows beside the voltage of the pair, and `offset_error` how far it may have moved
    since the calibration: what drifts or jumps more slowly than a run cannot be found from the run itself. Where there
    are `points`, temperature, voltage and its standard error each, they tell the temperature, and the law of the
    junctions only what the pair cools.
    """

    gap: Gap
    resistance: Resistance
    bias_current: BiasCurrent
    broadening: Broadening = 0.0
    offset: OffsetVoltage = 0.0
    offset_error: OffsetError = 0.0
    calibration: CalibratedRange | None = None
    points: Annotated[
        tuple[Point, ...] | None,
        listed("points", "[[60 mK, 350.1 uV, 0.1 uV], [100 mK, 305.6 uV, 0.1 uV], ...]"),
    ] = None

    @model_validator(mode="after")
    def _points_make_a_curve(self) -> "Thermometer":
        if self.points is None:
            return self
        if self.calibration is not None:
            raise PlacedError(
                ("points",), "must stand alone, found a calibration beside; leave one of them out"
            )
        if len(self.points) < _FEWEST_POINTS:
            raise PlacedError(
                ("points",), f"must be at least {_FEWEST_POINTS}, found {len(self.points)}; measure more"
            )
        for number, (before, after) in enumerate(itertools.pairwise(self.points), start=1):
            if not (after[0] > before[0] and after[1] < before[1]):
                temperature, voltage = (
                    format_quantity(after[0], "temperature", 6),
                    format_quantity(after[1], "voltage", 6),
                )
                raise PlacedError(
                    ("points", number),
                    f"must be warmer and at a lower voltage than the point before, found {temperature} and {voltage}; "
                    "sort the points by temperature, or leave out where the pair saturates",
                )
        return self

    @model_validator(mode="after")
    def _is_biased_below_the_gap(self) -> "Thermometer":
        largest = 2 * self.gap / (ELEMENTARY_CHARGE * self.resistance)
        if self.bias_current > largest:
            raise PlacedError(
                ("bias_current",),
                f"must be at most 2 gap / (e resistance), {format_quantity(largest, 'current', 4)} here, found "
                f"{format_quantity(self.bias_current, 'current', 4)}; beyond it the pair shows no temperature",
            )
        return self

    @property
    def told_by(self) -> str:
        """Key of what bounds the temperatures that it tells: its points or its calibration, else the gap alone."""
        if self.points is not None:
            return "points"
        return "gap" if self.calibration is None else "calibration"

    @property
    def voltages(self) -> tuple[float, float]:
        """Lowest voltage, at the critical temperature, and highest, at the gap or where it saturates [V]."""
        low, high = sinis_voltage_range(self.bias_current, self.gap, self.resistance, self.broadening)
        return float(low) + self.offset, float(high) + self.offset

    def voltage(self, temperature: npt.ArrayLike) -> Array:
        """Return the voltage [V] at an electron temperature [K]."""
        return self.offset + sinis_voltage(
            self.bias_current, np.asarray(temperature, float), *self._junctions
        )

    def temperature(self, voltage: npt.ArrayLike) -> Array:
        """Return the electron temperature [K] at a voltage [V].

        Raises
        ------
        ValueError
            If it is outside of `voltages`.
        """
        return sinis_temperature(
            np.asarray(voltage, float) - self.offset, self.bias_current, *self._junctions
        )

    def cooling_power(self, temperature: npt.ArrayLike) -> Array:
        """Return the heat that the pair takes out of its island [W] at an electron temperature [K]."""
        return sinis_cooling_power(self.bias_current, np.asarray(temperature, float), *self._junctions)

    @property
    def _junctions(self) -> tuple[float, float, float]:
        return self.gap, self.resistance, self.broadening
