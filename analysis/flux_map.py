"""Fit a measured two-coil heat map with a model of two flux-tunable qubits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from valvelab.configuration import load_configuration
from valvelab.device import Device
from valvelab.errors import DataError
from valvelab.sim import preset
from valvelab.units import format_quantity

from .flux_map_background import Background
from .flux_map_model import MODELS
from .flux_map_noise import LineNoise
from .flux_map_parameters import ALWAYS_FREE, free_names
from .flux_map_problem import FluxMapProblem, Solution
from .flux_map_result import FluxMapFit
from .flux_map_ridges import white_noise
from .flux_map_selection import paired, refined
from .flux_map_start import starting_values, wrapped
from .map_data import COILS, HeatMap, checked_map, map_arrays

if TYPE_CHECKING:
    import xarray

_ALONE = 3.0
"""Deviation from the middle, in units of the next largest, from which on a point stands alone."""
_WEAKEST_RIDGE = 5.0
"""Height of a ridge, in units of its error, below which it is not a ridge."""


def fit_flux_map(
    dataset: xarray.Dataset,
    model: str = "pair",
    device: str | Path | Device = "aalto2026",
    *,
    free: Collection[str] = (),
    slow_axis: str = COILS[1],
    extend: bool = True,
) -> FluxMapFit:
    """Fit a heat map, from starting values found in the map.

    Fitted are both rows of the flux matrix, flux offsets, maximum frequencies (where the device has none), quality
    factor, the rates gamma (gamma_h = gamma_c is assumed) and gamma_p, the second qubit's weight, an offset for each
    line of the map, and white noise and flicker along the lines. What the map asks for beyond that by the Bayesian
    information criterion is fitted as well: a smooth baseline, and parameters out of `EXTENSIONS`.

    Parameters
    ----------
    dataset
        ``heat_power`` on ``coil_current_1`` and ``coil_current_2``, from `read_map`.
    model
        ``"pair"``, the master equation of both qubits, or ``"independent"``; ``"levels"``, transmons with
        levels, ``"linear"``, oscillators instead of qubits, or ``"resonators"``, both resonators as modes, which take
        minutes; ``"transmons"``, transmons with levels between such modes, or ``"hierarchy"``, which take many.
    device
        What is known: a preset's name, a device file, or a `Device`. A flux bias in it is one more starting value.
    free
        What the device holds fixed and the fit may vary: names out of `FREEABLE`.
    slow_axis
        The current that was stepped slowly; each of its values has an offset of its own.
    extend
        Whether the map may ask for more than two plain ridges on a flat background.

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
    try:
        first, pair = _fits(heat_map, slow, known, names, extend=extend, model=model)
    except DataError as error:
        raise DataError(f"{source}: {error}") from None
    return first if pair is None else replace(pair, independent=first)


def _fits(
    heat_map: HeatMap, slow: int, device: Device, names: list[str], *, extend: bool, model: str
) -> tuple[FluxMapFit, FluxMapFit | None]:
    """Return the fit of independent qubits and, if it is asked for, that of the pair which begins there."""
    noise = white_noise(heat_map.heat_power, 1 - slow)
    fast_current = (heat_map.coil_current_1, heat_map.coil_current_2)[1 - slow]
    flat = Background(fast_current, slow, LineNoise(fast_current.size, noise))
    problem = FluxMapProblem(heat_map, flat)
    starts = starting_values(heat_map, device, slow, noise)
    early = [name for name in names if name in ALWAYS_FREE or name.startswith("maximum_frequency")]
    late = [name for name in names if name not in early]
    problem, ridges, names = refined(problem, problem.fit_ridges(starts, early), early, late, extend=extend)
    first = _told(problem, ridges, "independent", device, noise)
    if model == "independent":
        return first, None
    problem, pair = paired(problem, ridges, names, late, model)
    return first, _told(problem, pair, model, device, noise)


def _told(
    problem: FluxMapProblem, solution: Solution, model: str, device: Device, noise: float
) -> FluxMapFit:
    """Return a fit with background, errors and crossing, from what the minimiser found."""
    result = solution.result
    for qubit in (1, 2):
        offset = result.params[f"flux_offset_{qubit}"]
        offset.value = wrapped(float(offset.value))
    difference = problem.difference(solution.values, model)
    level, smooth = problem.background.split(difference)
    uncertainty = problem.uncertainty(solution, model)
    crossing = problem.crossing(solution.values, uncertainty.names)
    fit = FluxMapFit(
        result=result,
        model=model,
        device=device,
        heat_map=problem.heat_map,
        slow_axis=COILS[problem.slow],
        noise=noise,
        baseline=float(level.mean()),
        offsets=level - level.mean(),
        background=problem.background,
        smooth=smooth,
        surprise=problem.background.surprise(difference, noise),
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
                f"{estimate.name} that differs from 0 ({estimate.value * 1e18:.3g} aW); look at the sign of the powers "
                f"(heat into the drain),{_lone(fit)} sweep both coils over a wider range, or measure longer"
            )


def _lone(fit: FluxMapFit) -> str:
    """Return which point stands out from all others, empty where none does."""
    power = fit.heat_map.heat_power
    away = np.abs(power - np.median(power))
    place = np.unravel_index(int(np.argmax(away)), away.shape)
    rest = np.partition(away, -2, axis=None)[-2]
    if not away[place] > _ALONE * rest:
        return ""
    currents = (fit.heat_map.coil_current_1[place[0]], fit.heat_map.coil_current_2[place[1]])
    where = " and ".join(format_quantity(float(current), "current", 5) for current in currents)
    return f" at the point with the coils at {where}, {power[place] * 1e18:.4g} aW, which stands alone,"


def _device(device: str | Path | Device) -> Device:
    if isinstance(device, Device):
        return device
    name = str(device)
    return load_configuration(name, Device) if Path(name).suffix or Path(name).is_file() else preset(name)
