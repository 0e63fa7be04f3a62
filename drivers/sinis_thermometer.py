"""A SINIS thermometer at the wire: a current-biased junction pair whose voltage a voltmeter reads."""

import math
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any, Protocol

from qcodes.instrument import Instrument
from qcodes.parameters import Parameter, ParameterBase

from valvelab.errors import RunError

from .keysight_344xxa import prepare_344xxa
from .thermometer_reading import Calibration, ThermometerReading, read_temperature

if TYPE_CHECKING:
    from qcodes.instrument_drivers.Keysight.private.Keysight_344xxA_submodules import Keysight344xxA

_OVERRANGE = 1.2
"""Voltmeters read to this multiple of their range; an overloaded one answers 9.9E37, which is a number."""


class Bias(Protocol):
    """Where the bias current comes from, a `GuardedSource` for example."""

    @property
    def level(self) -> Parameter:
        """The bias current [A]."""


class SinisThermometer(Instrument):
    """Read the voltage of a SINIS pair, and its temperature where a calibration is at hand.

    The parameters `voltage`, `temperature` and `cooling_power` measure each time they are asked; `voltage_std` and
    `temperature_std` belong to the latest measurement, so ask for them after the value. A run keeps the voltage: a
    better calibration can then be applied to it later. `readings` and `calibration` may be changed at any time.

    Parameters
    ----------
    name
        Name of this instrument.
    voltmeter
        A parameter that measures a voltage [V], of any driver: ``volt`` of a multimeter that `prepare_344xxa` has set
        up, a nanovoltmeter's channel, a delta reading. The driver of a Keysight 344xxA itself is prepared here.
    input_range
        Voltage range of the voltmeter [V].
    power_line_cycles
        Integration time [power line cycles] of a 344xxA given as a driver; not for a parameter, which is set up.
    readings
        Number of readings that make one measurement. Their scatter gives the standard error, which does not know of
        noise slower than the measurement.
    calibration
        From voltage to temperature; the attribute `calibration` may be replaced later.
    bias
        Source of the bias current, if it can be asked. It is read at every measurement.
    bias_current
        Current that the calibration was made at [A]; goes with `bias`.
    bias_tolerance
        Largest relative difference between the two; 1e-3 are about 15 uK at 100 mK.

    Raises
    ------
    ValueError
        If the arguments do not go together.
    """

    def __init__(
        self,
        name: str,
        voltmeter: "Keysight344xxA | ParameterBase",
        *,
        input_range: float,
        power_line_cycles: float | None = None,
        readings: int = 1,
        calibration: Calibration | None = None,
        bias: Bias | None = None,
        bias_current: float | None = None,
        bias_tolerance: float = 1e-3,
        **kwargs: Any,
    ) -> None:
        if isinstance(readings, bool) or not isinstance(readings, int) or readings < 1:
            raise ValueError(f"Argument `readings` must be an integer and at least 1, but is {readings!r}.")
        if not (math.isfinite(input_range) and input_range > 0):
            raise ValueError(f"Argument `input_range` must be finite and above 0 V, but is {input_range!r}.")
        if (bias is None) != (bias_current is None):
            raise ValueError(
                "Arguments `bias` and `bias_current` must be given together or not at all, "
                f"but are {bias!r} and {bias_current!r}."
            )
        if bias_current is not None and not (math.isfinite(bias_current) and bias_current != 0):
            raise ValueError(f"Argument `bias_current` must be finite and not 0 A, but is {bias_current!r}.")
        if not (math.isfinite(bias_tolerance) and bias_tolerance > 0):
            raise ValueError(
                f"Argument `bias_tolerance` must be finite and above 0, but is {bias_tolerance!r}."
            )
        if isinstance(voltmeter, ParameterBase) != (power_line_cycles is None):
            raise ValueError(
                "Argument `power_line_cycles` must be given with a driver and left out with a parameter, "
                f"but is {power_line_cycles!r}."
            )
        super().__init__(name, **kwargs)
        self.calibration = calibration
        self._voltmeter = (
            voltmeter
            if isinstance(voltmeter, ParameterBase)
            else prepare_344xxa(
                voltmeter, input_range=input_range, power_line_cycles=float(power_line_cycles or 0)
            )
        )
        self._input_range = input_range
        self.readings = readings
        self._bias, self._bias_current, self._bias_tolerance = bias, bias_current, bias_tolerance
        self._latest_voltage: tuple[float, float] | None = None
        label = name.replace("_", " ")
        self.voltage: Parameter = self.add_parameter(
            "voltage",
            label=label,
            unit="V",
            get_cmd=lambda: self._measure_voltage()[0],
            snapshot_get=False,
            docstring=f"Measure the voltage across the junction pair [V], up to {input_range:g}.",
        )
        self.voltage_std: Parameter = self.add_parameter(
            "voltage_std",
            label=f"standard error of {label}",
            unit="V",
            get_cmd=lambda: self._latest()[1],
            snapshot_get=False,
            docstring="Get the standard error of the latest voltage [V]; NaN for a single reading.",
        )
        self.temperature: Parameter = self.add_parameter(
            "temperature",
            label=f"temperature of {label}",
            unit="K",
            get_cmd=lambda: self.measure().temperature,
            snapshot_get=False,
            docstring="Measure the electron temperature of the island [K].",
        )
        self.temperature_std: Parameter = self.add_parameter(
            "temperature_std",
            label=f"standard error of the temperature of {label}",
            unit="K",
            get_cmd=lambda: self._reading(*self._latest()).temperature_std,
            snapshot_get=False,
            docstring="Get the standard error of the latest temperature [K], with that of the calibration.",
        )
        self.cooling_power: Parameter = self.add_parameter(
            "cooling_power",
            label=f"cooling power of {label}",
            unit="W",
            get_cmd=lambda: self.measure().cooling_power,
            snapshot_get=False,
            docstring="Measure the heat that the pair itself takes out of the island [W]; below 0 it heats.",
        )

    def get_idn(self) -> dict[str, str | None]:
        """Return the identity of this wrapper; the voltmeter has its own."""
        return {"vendor": "valvelab", "model": type(self).__name__, "serial": None, "firmware": None}

    def measure(self) -> ThermometerReading:
        """Take one measurement and return all that it tells.

        Raises
        ------
        RunError
            If there is no calibration, if the voltage is outside of it, if the bias current is not the one it was
            made at, or if the voltmeter is overloaded.
        """
        self.demand_calibration()
        return self._reading(*self._measure_voltage())

    def demand_calibration(self) -> Calibration:
        """Return the calibration.

        Raises
        ------
        RunError
            If there is none.
        """
        if self.calibration is None:
            raise RunError(
                f"{self.name}: must have a calibration to tell a temperature, found none; get one with "
                "'valvelab calibrate thermometer'"
            )
        return self.calibration

    def _latest(self) -> tuple[float, float]:
        return self._measure_voltage() if self._latest_voltage is None else self._latest_voltage

    def _measure_voltage(self) -> tuple[float, float]:
        self._latest_voltage = None  # no error of an older measurement may pass for one that fails
        self._check_bias()
        values = [self._read() for _ in range(self.readings)]
        error = stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
        self._latest_voltage = fmean(values), error
        return self._latest_voltage

    def _read(self) -> float:
        value = float(self._voltmeter.get())
        if not math.isfinite(value) or abs(value) > _OVERRANGE * self._input_range:
            raise RunError(
                f"{self.name}: must read at most {self._input_range:g} V, found {value:g}; the input is "
                "overloaded or open"
            )
        return value

    def _check_bias(self) -> None:
        if self._bias is None or self._bias_current is None:
            return
        found = float(self._bias.level())
        if not abs(found - self._bias_current) <= self._bias_tolerance * abs(self._bias_current):
            raise RunError(
                f"{self.name}: must be biased with {self._bias_current:.6g} A, the current that it was calibrated "
                f"at, found {found:.6g} A; set the bias, or calibrate at this one"
            )

    def _reading(self, voltage: float, voltage_std: float) -> ThermometerReading:
        try:
            return read_temperature(self.demand_calibration(), voltage, voltage_std)
        except ValueError as error:
            raise RunError(f"{self.name}: {error}") from error
