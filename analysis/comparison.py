"""Models compared on the same powers: by information criteria, and by what they predict of cells they have not seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .model_slopes import SLOPES
from .models import MODELS, QUICK_MODELS
from .switching import fit_switching
from .switching_data import SwitchingData

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Ranked:
    """How well one model does."""

    name: str
    parameters: int
    chi_square: float
    degrees_of_freedom: int
    akaike: float
    """Akaike's criterion, chi-square + 2 k."""
    bayes: float
    """Schwarz's criterion, chi-square + k ln n."""
    predicted: float
    """Mean squared residual, in units of the errors, of cells left out of the fit; NaN where there are too few."""


def compare_models(
    dataset: "xr.Dataset",
    models: Iterable[str] = QUICK_MODELS,
    *,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    folds: int = 5,
) -> list[Ranked]:
    """Fit several models to the same reduced dataset and rank them by Akaike's criterion.

    Parameters
    ----------
    dataset
        What `fit_switching` takes. With ``cell`` in it the models also predict cells that they have not seen.
    models
        Names: of models, or of `options`. "resonators", which takes minutes, and "linear", the classical null
        hypothesis, are ranked where they are named.
    options
        By name the arguments of `fit_switching`, ``{"pair, asymmetry free": {"model": "pair", "free":
        ["asymmetry"]}}``; a name of a model needs none.
    folds
        Into so many parts the cells are divided; each part is predicted from the others.

    Returns
    -------
    The best model first.

    Raises
    ------
    DataError
        As `fit_switching`.
    """
    given = dict(options or {})
    ranked = []
    for name in models:
        arguments = given.get(name, {"model": name})
        fit = fit_switching(dataset, **arguments)
        count = len(fit.values)
        ranked.append(
            Ranked(
                name,
                count,
                fit.chi_square,
                fit.degrees_of_freedom,
                fit.chi_square + 2 * count,
                fit.chi_square + count * float(np.log(fit.data.size)),
                _predicted(dataset, arguments, folds),
            )
        )
    return sorted(ranked, key=lambda one: one.akaike)


def _predicted(dataset: "xr.Dataset", arguments: Mapping[str, Any], folds: int) -> float:
    if "cell" not in dataset:
        return float("nan")
    cells = dataset["cell"].values
    names = np.unique(cells)
    if names.size < 2 * folds:
        return float("nan")
    squares, count = 0.0, 0
    for part in range(folds):
        unseen = np.isin(cells, names[part::folds])
        fit = fit_switching(_part(dataset, ~unseen), **arguments)
        other = SwitchingData.from_dataset(_part(dataset, unseen), fit.data.reservoirs)
        function = MODELS[fit.model]
        other = other.with_temperature_errors(function, SLOPES[fit.model], fit.rates)
        squares += float(np.sum(other.whitened(function, fit.rates) ** 2))
        count += other.size
    return squares / count


def _part(dataset: "xr.Dataset", which: npt.NDArray[np.bool_]) -> "xr.Dataset":
    places = np.flatnonzero(which)
    dimensions = {"point": places} | ({"point_": places} if "point_" in dataset.dims else {})
    return dataset.isel(dimensions)


def verdict(ranked: list[Ranked]) -> str:
    """Return who is favoured over whom, and how clearly, as a sentence."""
    best, *others = ranked
    if not others:
        return f"Only '{best.name}' was fitted."
    margin = others[0].akaike - best.akaike
    how = (
        "not told from" if margin < 2 else "somewhat preferred to" if margin < 10 else "clearly preferred to"
    )
    left_out = ""
    if np.isfinite(best.predicted) and np.isfinite(others[0].predicted):
        left_out = (
            f"; cells left out of the fit are met within {np.sqrt(best.predicted):.2f} errors by it and "
            f"{np.sqrt(others[0].predicted):.2f} by the other"
        )
    subject = f"'{best.name}' is {how} '{others[0].name}'"
    return f"{subject} (Akaike's criterion {margin:.1f} apart{left_out})."
