"""Fit a measured two-coil heat map with a model of two flux-tunable qubits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from valvelab.configuration import load_configuration
from valvelab.device import Device
from valvelab.errors import DataError
from valvelab.sim import preset

from .flux_map_model import MODELS
from .flux_map_parameters import free_names
from .flux_map_problem import FluxMapProblem, Solution
from .flux_map_result import FluxMapFit
from .flux_map_ridges import white_noise
from .flux_map_start import starting_values, wrapped
from .map_data import COILS, checked_map, map_arrays

if TYPE_CHECKING:
    import xarray

_WEAKEST_RIDGE = 5.0
"""Height of a ridge, in units of its error, below which it is not a ridge."""


def fit_flux_map(
    dataset: xarray.Dataset,
    model: str = "pair",
    device: str | Path | Device = "aalto2026",
    *,
    free: Collection[str] = (),
    slow_axis: str = COILS[1],
) -> FluxMapFit:
    """Fit a heat map, from starting values found in the map.

    Fitted are both rows of the flux matrix, flux offsets, maximum frequencies (where the device has none), quality
    factor, the rates gamma (gamma_h = gamma_c is assumed) and gamma_p, the second qubit's weight, a baseline and a
    slow offset for each line of the map.

    Parameters
    ----------
    dataset
        ``heat_power`` on ``coil_current_1`` and ``coil_current_2``, from `read_map`.
    model
        ``"pair"``, the master equation of both qubits, or ``"independent"``.
    device
        What is known: a preset's name, a device file, or a `Device`. A flux bias in it is one more starting value.
    free
        What the device holds fixed and the fit may vary: names out of `FREEABLE`.
    slow_axis
        The current that was stepped slowly; each of its values has an offset of its own.

    Returns
    -------
    FluxMapFit

    Raises
    ------
    DataError
        If the dataset is no map, or does not show the ridges of both qubits.
    ValueError
        If an argument is not one of those allowed.

    Examples
    --------
    >>> fit = fit_flux_map(read_map("map.nc"), model="pair")  # doctest: +SKIP
    >>> print(fit.report())  # doctest: +SKIP
    """
    if model not in MODELS:
        raise ValueError(f"Argument `model` must be one of {', '.join(MODELS)}, but is {model!r}.")
    if slow_axis not in COILS:
        raise ValueError(f"Argument `slow_axis` must be one of {', '.join(COILS)}, but is {slow_axis!r}.")
    known = _device(device)
    names = free_names(known, free)
    source = str(dataset.attrs.get("source", "dataset"))
    heat_map, slow = map_arrays(checked_map(dataset, source)), COILS.index(slow_axis)
    noise = white_noise(heat_map.heat_power, 1 - slow)
    problem = FluxMapProblem(heat_map, slow, noise)
    try:
        ridges = problem.fit_ridges(starting_values(heat_map, known, slow, noise), names)
        first = _told(problem, ridges, "independent", known, slow_axis)
    except DataError as error:
        raise DataError(f"{source}: {error}") from None
    if model == "independent":
        return first
    return replace(
        _told(problem, problem.fit_pair(ridges, names), model, known, slow_axis), independent=first
    )


def _told(
    problem: FluxMapProblem, solution: Solution, model: str, device: Device, slow_axis: str
) -> FluxMapFit:
    """Return a fit with offsets, errors and crossing, from what the minimiser found."""
    result = solution.result
    for qubit in (1, 2):
        offset = result.params[f"flux_offset_{qubit}"]
        offset.value = wrapped(float(offset.value))
    level = problem.difference(solution.values, model).mean(axis=1 - problem.slow)
    uncertainty = problem.uncertainty(solution, model)
    crossing = problem.crossing(solution.values, uncertainty.names)
    fit = FluxMapFit(
        result=result,
        model=model,
        device=device,
        heat_map=problem.heat_map,
        slow_axis=slow_axis,
        noise=problem.noise,
        baseline=float(level.mean()),
        offsets=level - level.mean(),
        uncertainty=replace(uncertainty, resolved=crossing.collective_strength is not None),
        crossing=crossing,
    )
    _demand_ridges(fit)
    for estimate in fit.estimates:
        if estimate.name in result.params:
            result.params[estimate.name].stderr = estimate.error
    result.covar, result.var_names, result.errorbars = uncertainty.covariance, list(uncertainty.names), True
    return fit


def _demand_ridges(fit: FluxMapFit) -> None:
    for estimate in fit.estimates:
        if not estimate.name.startswith("ridge_height"):
            continue
        if estimate.error is None or not estimate.value > _WEAKEST_RIDGE * estimate.error:
            raise DataError(
                "heat_power: the map must show the ridges of both qubits, found no "
                f"{estimate.name} that differs from 0 ({estimate.value * 1e18:.3g} aW); "
                "sweep both coils over a wider range, or measure longer"
            )


def _device(device: str | Path | Device) -> Device:
    if isinstance(device, Device):
        return device
    name = str(device)
    return load_configuration(name, Device) if Path(name).suffix or Path(name).is_file() else preset(name)
