"""What a switching fit leaves behind: the data beside the model, and smooth curves to draw."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.dataset import REDUCED, write_dataset
from valvelab.files import write_whole

from .models import MODELS, Points
from .switching_data import flows
from .switching_fit import SwitchingFit

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]
_NAMES = ("frequency_1", "frequency_2", "temperature_source", "temperature_drain")
_CURVE_POINTS = 60


def write_fit(folder: Path, fit: SwitchingFit, reduced: "xr.Dataset", summary: Mapping[str, Any]) -> None:
    """Write ``fit.nc`` and ``fit.json`` into a folder."""
    write_dataset(fit_dataset(fit, reduced), folder / "fit.nc")
    write_whole(folder / "fit.json", json.dumps(summary, indent=2, allow_nan=False) + "\n")


def fit_dataset(fit: SwitchingFit, reduced: "xr.Dataset") -> "xr.Dataset":
    """Return the reduced dataset with the model beside the data, and curves along ``curve_point``.

    They are of the drain's powers, or of the source's where those alone were fitted.
    """
    error = np.sqrt(fit.data.covariance.diagonal())[: fit.data.count]
    model, name = fit.predict(), fit.data.reservoirs[0]
    watt = {"units": "W"}
    curves = _curves(fit, reduced)
    meaning = f"fitted {REDUCED[f'heat_power_{name}'].long_name}"
    powers: dict[str, Any] = {
        f"heat_power_{name}_model": ("point", model, watt | {"long_name": meaning}),
        f"heat_power_{name}_error": ("point", error, watt | {"long_name": "standard error used in the fit"}),
        f"curve_heat_power_{name}": (
            "curve_point",
            np.concatenate([y for _, _, _, y in curves]),
            watt | {"long_name": meaning},
        ),
    }
    return reduced.assign(
        **powers,
        curve_configuration=(
            "curve_point",
            np.concatenate([np.full(len(x), name) for name, _, x, _ in curves]),
        ),
        curve_bath_temperature=(
            "curve_point",
            np.concatenate([np.full(len(x), bath) for _, bath, x, _ in curves]),
            {"units": "K", "long_name": "bath temperature of the curve"},
        ),
        curve_temperature_source=(
            "curve_point",
            np.concatenate([x for _, _, x, _ in curves]),
            {"units": "K", "long_name": "source temperature of the curve"},
        ),
    )


def bath_of(dataset: "xr.Dataset") -> Array:
    """Return the bath temperature of each point rounded to 1 mK [K]; zeros where the dataset does not say."""
    if "bath_temperature" in dataset:
        return np.round(dataset["bath_temperature"].values, 3)
    return np.zeros(dataset.sizes["point"])


def _curves(fit: SwitchingFit, reduced: "xr.Dataset") -> list[tuple[str, float, Array, Array]]:
    """Return configuration, bath, source temperatures and model powers of each curve.

    Between the points the other temperatures and the frequencies are interpolated, because the drain warms.
    """
    curves = []
    baths = bath_of(reduced)
    for bath in np.unique(baths):
        for name in np.unique(fit.data.configuration):
            chosen = np.flatnonzero((baths == bath) & (fit.data.configuration == name))
            if chosen.size == 0:
                continue
            chosen = chosen[np.argsort(fit.data.points.temperature_source[chosen])]
            source = fit.data.points.temperature_source[chosen]
            grid = np.linspace(source[0], source[-1], _CURVE_POINTS)
            power = _power(fit, fit.data.points, chosen, source, grid)
            if fit.data.reference is not None:
                power = power - _power(fit, fit.data.reference, chosen, source, grid)
            curves.append((str(name), float(bath), grid, power))
    return curves


def _power(
    fit: SwitchingFit, points: Points, chosen: npt.NDArray[np.intp], source: Array, grid: Array
) -> Array:
    along = Points(*(np.interp(grid, source, getattr(points, name)[chosen]) for name in _NAMES))
    return flows(MODELS[fit.model](fit.rates, along, fit.data.resonator), fit.data.reservoirs[:1])
