"""The flux bias from a raster of both coils: matrix, offsets and maximum frequencies, and how well resonance is met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valvelab.calibration import FluxCalibration
from valvelab.device import Device
from valvelab.errors import ConfigurationError, DataError
from valvelab.sim import Bath
from valvelab.units import format_quantity

from .calibration_fit import Array, Averages, CalibrationFit, Determined, Trace
from .flux_map import fit_flux_map
from .flux_map_errors import gradient
from .flux_map_heat import Values
from .flux_map_model import qubit_frequency
from .flux_map_result import FluxMapFit
from .map_data import map_dataset
from .thermometry import read_island

if TYPE_CHECKING:
    import xarray as xr

ON_RESONANCE = 2e6
"""Error of a frequency up to which a qubit counts as on resonance [Hz]; the filters are a hundred times wider."""


_LARGEST = 0.1
"""What a device file takes for an error of a flux at most [Phi0]."""
_BACKGROUND = 5.0
"""Percentage of the raster that both qubits certainly leave alone."""


def fit_flux(raw: xr.Dataset, device: Device, walk: FluxCalibration) -> CalibrationFit:
    """Fit the flux bias and the dispersions to a raster of both coils.

    The heat into the drain at each pixel comes from its thermometer and its heat balance; `fit_flux_map` does the
    rest, with the mean temperatures of the raster.

    Parameters
    ----------
    raw
        Readings of the raster.
    device
        Both islands, the resonator, and charging energy and asymmetry of the qubits. Flux bias and maximum frequencies
        in it are not used.
    walk
        The raster.

    Returns
    -------
    CalibrationFit
        With a sentence in `missing` for each number that the raster does not determine, and for each qubit that the
        found flux bias brings to resonance with an error above 2 MHz.

    Raises
    ------
    DataError
        If the raster is not complete, or does not show the ridges of both qubits.
    ConfigurationError
        If the device file lacks an island.
    """
    heat_map, temperatures = _map(raw, device, walk)
    # A device file knows straight coils, so nothing may be explained by bent ones.
    fit = fit_flux_map(heat_map, "pair", _unbiased(device, temperatures), extend=False)
    known = {estimate.name: estimate for estimate in fit.estimates}
    determined, missing, settings = [], [], []
    for name, (label, dimension, place) in _PLACES.items():
        estimate = known[name]
        if estimate.error is None:
            missing.append(f"{label}: {estimate.reason}; sweep both coils further")
        else:
            determined.append(Determined(label, estimate.value, estimate.error, dimension, place))
    for qubit in (1, 2):
        error = resonance_error(fit, qubit)
        determined.append(
            Determined(f"qubit {qubit} at resonance", fit.values["resonator_frequency"], error, "frequency")
        )
        if error < ON_RESONANCE:
            settings.append((("flux", "offset_error", qubit - 1), _flux_error(fit, qubit, device, error)))
        else:
            missing.append(
                f"qubit {qubit} comes to resonance to {format_quantity(error, 'frequency', 2)} only, where "
                f"{format_quantity(ON_RESONANCE, 'frequency')} are wanted; take more points, or more readings at each"
            )
    return CalibrationFit(
        "flux bias",
        tuple(determined),
        fit.chi_square,
        fit.heat_map.heat_power.size - fit.n_fitted,
        tuple(_cuts(fit)),
        () if missing else tuple(settings),
        tuple(missing),
        {"map": fit.result},
    )


_PLACES = {
    **{
        f"flux_{qubit}_coil_{coil}": (
            f"flux of qubit {qubit} per current in coil {coil}",
            "flux per current",
            ("flux", "matrix", qubit - 1, coil - 1),
        )
        for qubit in (1, 2)
        for coil in (1, 2)
    },
    **{
        f"flux_offset_{qubit}": (
            f"flux of qubit {qubit} without current",
            "flux",
            ("flux", "offset", qubit - 1),
        )
        for qubit in (1, 2)
    },
    **{
        f"maximum_frequency_{qubit}": (
            f"maximum frequency of qubit {qubit}",
            "frequency",
            ("qubits", qubit - 1, "maximum_frequency"),
        )
        for qubit in (1, 2)
    },
    # Flux noise and a warming drain widen ridges too, so this is not a number for the device file.
    "quality_factor": ("quality factor as the ridges show it", "", ()),
}


def resonance_error(fit: FluxMapFit, qubit: int) -> float:
    """Return the standard error of a qubit's frequency [Hz] at the coil currents that should make it resonant.

    Errors of matrix, offset and maximum frequency are tied to each other; this is what is left of them where it
    counts, at the resonance that lies nearest to the middle of the map.
    """
    first, second = fit.heat_map.coil_current_1, fit.heat_map.coil_current_2
    detuning = qubit_frequency(qubit, fit.values, first[:, None], second) - fit.values["resonator_frequency"]
    near = np.abs(detuning) <= 2 * np.abs(detuning).min() + 1e6
    middle = (first[:, None] - first.mean()) ** 2 + (second - second.mean()) ** 2
    one, two = np.unravel_index(np.argmin(np.where(near, middle, np.inf)), near.shape)

    def frequency(trial: Values) -> float:
        return float(qubit_frequency(qubit, trial, first[one], second[two]))

    uncertainty = fit.uncertainty.ridges or fit.uncertainty
    return uncertainty.error(gradient(frequency, fit.values, uncertainty.names))


def _flux_error(fit: FluxMapFit, qubit: int, device: Device, error: float) -> str:
    """Return the error of a flux that is an error of the frequency [Hz] where the qubit is on resonance."""
    maximum = fit.values[f"maximum_frequency_{qubit}"]
    tuned = device.qubits[qubit - 1].model_copy(update={"maximum_frequency": maximum})
    slope = abs(float(tuned.frequency_slope(tuned.flux(fit.values["resonator_frequency"]))))
    # At a sweet spot a frequency says nothing of a flux.
    return format_quantity(min(error / max(slope, 1e-3), _LARGEST), "flux", 2)


def _map(raw: xr.Dataset, device: Device, walk: FluxCalibration) -> tuple[xr.Dataset, tuple[float, float]]:
    """Return the heat into the drain over the currents that were read back, and the mean temperatures."""
    averages = Averages.of(raw, scatter=False)
    bath = averages.values["mixing_chamber_temperature"].mean()  # its noise is no noise of the power
    readings = []
    for role in ("source", "drain"):
        island = getattr(device, role)
        if island is None:
            raise ConfigurationError(f"{device.places.at(role)}: must be known to calibrate; add it")
        readings.append(
            read_island(
                island,
                averages.values[f"thermometer_voltage_{role}"],
                bath,
                f"raw dataset: thermometer_voltage_{role}",
                device.places.beside(role, "thermometer", island.thermometer.told_by),
            )
        )
    first, second = walk.axes
    shape = len(second), len(first)
    size = averages.values["time"].size
    if size != shape[0] * shape[1]:
        raise DataError(
            f"raw dataset: must hold all {shape[0] * shape[1]} points of the raster, found {size}; 'valvelab resume' "
            "takes the rest"
        )
    source, drain = (reading.temperature for reading in readings)
    power = _at_one_temperature(readings[1].power, source, drain, device.resonator.frequency)
    found = map_dataset(
        averages.values["coil_current_1"].reshape(shape).mean(axis=0),
        averages.values["coil_current_2"].reshape(shape).mean(axis=1),
        power.reshape(shape).T,
        "raw dataset",
    )
    return found, (float(source.mean()), float(drain.mean()))


def _at_one_temperature(power: Array, source: Array, drain: Array, resonance: float) -> Array:
    """Return the powers that would have flowed into a drain at its mean temperature.

    The drain warms by tens of millikelvins on a ridge, which flattens its top. What one qubit on resonance lets through
    goes as (n_h - n_c) / (n_h + n_c + 1); what is there without it stays.
    """
    hot = Bath(1.0, float(source.mean())).occupation(resonance)

    def passed(temperature: Array) -> Array:
        cold = Bath(1.0, temperature).occupation(resonance)
        return np.asarray((hot - cold) / (hot + cold + 1))

    background = np.percentile(power, _BACKGROUND)
    return np.asarray(background + (power - background) * passed(drain.mean()) / passed(drain))


def _unbiased(device: Device, temperatures: tuple[float, float]) -> Device:
    source, drain = temperatures
    at = device.operating_point.model_copy(update={"source_temperature": source, "drain_temperature": drain})
    qubits = tuple(qubit.model_copy(update={"maximum_frequency": None}) for qubit in device.qubits)
    return device.model_copy(update={"operating_point": at, "qubits": qubits, "flux": None})


def _cuts(fit: FluxMapFit) -> list[Trace]:
    """Return the map along its middle row and column, measured and fitted."""
    first, second = fit.heat_map.coil_current_1, fit.heat_map.coil_current_2
    measured: Array = fit.heat_map.heat_power * 1e18
    model = measured - fit.residual * 1e18
    column, row = second.size // 2, first.size // 2
    power = "heat power into the drain (aW)"
    error = fit.noise * 1e18
    return [
        Trace(
            f"coil 2 at {second[column] * 1e6:.1f} µA",
            ("current in coil 1 (µA)", first * 1e6),
            (power, measured[:, column]),
            np.full(first.size, error),
            model[:, column],
        ),
        Trace(
            f"coil 1 at {first[row] * 1e6:.1f} µA",
            ("current in coil 2 (µA)", second * 1e6),
            (power, measured[row]),
            np.full(second.size, error),
            model[row],
        ),
    ]
