"""The source heater from a sweep of its voltage: resistance, and the voltage at which it does not heat."""

from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.device import Device, Island
from valvelab.errors import ConfigurationError, DataError
from valvelab.heater import Heater
from valvelab.units import format_quantity
from valvelab.wording import counted

from .calibration_fit import Array, Averages, CalibrationFit, Determined, Trace
from .thermometry import Reading, are_temperatures, read_island

if TYPE_CHECKING:
    import xarray as xr

_FEWEST = 4
"""Voltages for resistance, excess power and offset."""
_VALVE_SHARE = 1e-4
"""What a parked valve may carry out of the source, as a part of the heating; it adds to the error."""
_KILOOHM, _FEMTO, _MILLIVOLT = 1e3, 1e-15, 1e-3


def fit_heater(raw: "xr.Dataset", device: Device) -> CalibrationFit:
    r"""Fit the source's heater to a sweep of its voltage at one bath temperature.

    What reaches the electrons of the source, from its thermometer and the electron-phonon law, is

    .. math:: P = P_R(V - V_0, T) + P_0

    with the law of the heater, for a resistor behind the divider d ((V - V_0) / d)^2 / R, the voltage V_0 of no
    heating and an excess power P_0. R is as good as Sigma V is: only their product enters. V_0 is fitted where both
    signs of the voltage were applied.

    Parameters
    ----------
    raw
        Readings of a `valvelab.calibration.HeaterCalibration`.
    device
        The source with a calibrated thermometer, and the divider and, of junctions, the gap and the broadening of its
        heater; its resistance is a start.

    Raises
    ------
    DataError
        If there are too few voltages, or none heats.
    ConfigurationError
        If the device file lacks the source or its heater.
    """
    import lmfit

    island = _heated(device)
    averages, missing = _readable(Averages.of(raw), island)
    voltage = averages.values["heater_voltage"]
    if np.unique(voltage).size < _FEWEST:
        raise DataError(
            f"raw dataset: must hold at least {_FEWEST} heater voltages at which the thermometer is trusted, found "
            f"{np.unique(voltage).size}; sweep more"
        )
    reading = read_island(
        island,
        averages.values["thermometer_voltage_source"],
        averages.values["mixing_chamber_temperature"],
        "raw dataset: thermometer_voltage_source",
        device.places.beside("source", "thermometer", island.thermometer.told_by),
    )
    error = np.abs(reading.power_slope) * averages.errors["thermometer_voltage_source"]
    bath = averages.values["mixing_chamber_temperature"]
    phonon_slope = 5 * island.electron_phonon_coupling * bath**4
    shaky = phonon_slope * averages.errors["mixing_chamber_temperature"]
    error = np.sqrt(error**2 + shaky**2 + (_VALVE_SHARE * reading.power) ** 2)
    heater = _heater(island)
    parameters = _parameters(heater, voltage, reading, both_signs=bool((voltage < 0).any()))

    def model(parameters: Any) -> Array:
        at = voltage - parameters["offset"].value * _MILLIVOLT
        at_work = heater.model_copy(update={"resistance": parameters["resistance"].value * _KILOOHM})
        power = at_work.power(at, reading.temperature)
        return np.asarray(power + parameters["excess_power"].value * _FEMTO)

    result = lmfit.minimize(lambda p: (reading.power - model(p)) / error, parameters, scale_covar=False)
    trace = Trace(
        "source",
        ("heater voltage (V)", voltage),
        ("power into the source (fW)", reading.power / _FEMTO),
        error / _FEMTO,
        model(result.params) / _FEMTO,
    )
    determined = tuple(
        Determined(text, result.params[name].value * scale, _error(result, name) * scale, dimension, place)
        for name, text, scale, dimension, place in (
            ("resistance", "heater resistance", _KILOOHM, "resistance", ("source", "heater", "resistance")),
            ("offset", "voltage of no heating", _MILLIVOLT, "voltage", ("source", "heater", "offset")),
            ("excess_power", "source excess power", _FEMTO, "power", ()),
        )
        if result.params[name].vary
    )
    return CalibrationFit(
        "heater",
        determined,
        float(result.chisqr),
        int(result.nfree),
        (trace,),
        missing=missing,
        results={"source": result},
    )


def _heated(device: Device) -> Island:
    if device.source is None or device.source.heater is None:
        raise ConfigurationError(
            f"{device.places.at('source', 'heater')}: must be known to calibrate it; add it"
        )
    return device.source


def _readable(averages: Averages, island: Island) -> tuple[Averages, tuple[str, ...]]:
    """Return what was read where the thermometer is trusted, and a sentence about the rest."""
    if island.trusted_range is None:
        return averages, ()
    inside = are_temperatures(island, averages.values["thermometer_voltage_source"])
    if inside.all():
        return averages, ()
    left_out = averages.values["heater_voltage"][~inside]
    texts = ", ".join(format_quantity(float(one), "voltage", 3) for one in left_out)
    ends = [format_quantity(end, "temperature", 4) for end in island.trusted_range]
    return averages.at(inside), (
        f"at {counted(left_out.size)} of the heater voltages ({texts}) the source was not between {ends[0]} and "
        f"{ends[1]}, where its thermometer is trusted: left out; calibrate the thermometer over a wider range, or "
        "sweep less far",
    )


def _heater(island: Island) -> Heater:
    assert island.heater is not None  # noqa: S101 # checked by the caller
    return island.heater


def _parameters(heater: Heater, voltage: Array, reading: Reading, *, both_signs: bool) -> Any:
    import lmfit

    power, expected = reading.power, heater.power(voltage, reading.temperature)
    largest = int(np.argmax(np.abs(voltage)))
    gained = power[largest] - power[int(np.argmin(np.abs(voltage)))]
    if not gained > 0:
        raise DataError(
            "raw dataset: the source must warm with the heater voltage, found that it does not; check the wiring, "
            "or sweep further"
        )
    # Both kinds heat in inverse proportion to their resistance.
    start = heater.resistance * max(float(expected[largest]), gained / 1e3) / gained
    parameters = lmfit.Parameters()
    parameters.add("resistance", start / _KILOOHM, min=1e-3 * start / _KILOOHM, max=1e3 * start / _KILOOHM)
    parameters.add("offset", 0.0, vary=both_signs)
    parameters.add("excess_power", 0.0)
    return parameters


def _error(result: Any, name: str) -> float:
    return float(result.params[name].stderr or np.inf)
