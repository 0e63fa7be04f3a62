"""Models compared on the same powers: by information criteria, and by what they predict of cells they have not seen."""

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.units import format_quantity

from .enhancement import enhancements, operating_point
from .model_slopes import SLOPES
from .models import COUPLED_MODELS, MODELS, QUICK_MODELS
from .switching import fit_switching
from .switching_data import RESERVOIRS, SwitchingData
from .switching_fit import SwitchingFit

if TYPE_CHECKING:
    import xarray as xr

ODD = "-odd"
"""What stands after the name of a model whose parity is -1."""
TOLD, CLEARLY = 2.0, 10.0
"""Differences of Akaike's criterion, Burnham and Anderson's rule of thumb (2002)."""


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
    """Mean squared residual, in units of the errors, of cells left out of the fit; NaN where there are few, or where
    the model's search was given up."""
    parasitic_temperature: float
    """T_p under this model [K]."""
    enhancement: float
    """Enhancement of the drain under it, at the operating point."""


def compare_models(
    dataset: "xr.Dataset",
    models: Iterable[str] = QUICK_MODELS,
    *,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    folds: int = 5,
    reservoirs: Collection[str] = RESERVOIRS,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[Ranked]:
    """Fit several models to the same reduced dataset and rank them by Akaike's criterion.

    Parameters
    ----------
    dataset
        What `fit_switching` takes. With ``cell`` in it the models also predict cells that they have not seen.
    models
        Names: of models, those with "-odd" after them for a parity of -1, or of `options`. "levels", "resonators" and
        "transmons", which take minutes, "hierarchy" and "linear", the classical null hypothesis, are ranked where they
        are named.
    options
        By name the arguments of `fit_switching`, ``{"pair, asymmetry free": {"model": "pair", "free":
        ["asymmetry"]}}``; a name of a model needs none.
    folds
        Into so many parts the cells are divided; each part is predicted from the others.
    reservoirs
        Whose powers are fitted, where `options` do not say it, as far as they are there.
    progress
        Called after each fit with its number, that of all, and the name of the model.

    Returns
    -------
    The best model first.

    Raises
    ------
    DataError
        As `fit_switching`.
    """
    names, known = list(dict.fromkeys(models)), dict(options or {})
    given = {
        name: {"reservoirs": reservoirs, **(known[name] if name in known else rung_options(name))}
        for name in names
    }
    ranked: list[Ranked] = []
    parts = folds if _can_predict(dataset, folds) else 0
    total, done = len(names) * (1 + parts), itertools.count(1)

    def tell(name: str) -> None:
        if progress is not None:
            progress(next(done), total, name)

    for name in names:
        fit = fit_switching(dataset, **given[name])
        tell(name)
        predicted = float("nan")
        if fit.given_up:  # nor would it describe what it has not seen
            for _ in range(parts):
                tell(name)
        elif parts:
            predicted = _predicted(dataset, given[name], parts, partial(tell, name))
        ranked.append(_ranked(name, fit, predicted))
    return sorted(ranked, key=lambda one: one.akaike)


def rung_options(name: str) -> dict[str, Any]:
    """Return the arguments of `fit_switching` that a name of a model means, with "-odd" after it a parity of -1.

    Raises
    ------
    ValueError
        If it is neither.
    """
    model = name.removesuffix(ODD)
    if model not in MODELS or (model != name and model not in COUPLED_MODELS):
        known = ", ".join([*MODELS, *(one + ODD for one in COUPLED_MODELS)])
        raise ValueError(f"a model must be one of {known}, found {name!r}")
    return {"model": model} if model == name else {"model": model, "parity": -1}


def rung_name(model: str, parity: int, free: Iterable[str] = ()) -> str:
    """Return the name of a model at a parity, which `rung_options` knows, and behind it what else is free."""
    beside = " and ".join(free)
    return model + (ODD if parity < 0 else "") + (f", {beside} free" if beside else "")


def _ranked(name: str, fit: SwitchingFit, predicted: float) -> Ranked:
    count = len(fit.values)
    at = operating_point(fit, None, None)
    return Ranked(
        name,
        count,
        fit.chi_square,
        fit.degrees_of_freedom,
        fit.chi_square + 2 * count,
        fit.chi_square + count * float(np.log(fit.data.size)),
        predicted,
        float(fit.rates.T_p),
        enhancements(fit.rates, fit.model, fit.data.resonator, at)["drain"],
    )


def _can_predict(dataset: "xr.Dataset", folds: int) -> bool:
    return "cell" in dataset and np.unique(dataset["cell"].values).size >= 2 * folds


def _predicted(
    dataset: "xr.Dataset", arguments: Mapping[str, Any], folds: int, tell: Callable[[], None]
) -> float:
    """Return the mean squared residual of cells, the blocks of the cross-validation, that a fit has not seen."""
    cells = dataset["cell"].values
    names = np.unique(cells)
    squares, count = 0.0, 0
    for part in range(folds):
        unseen = np.isin(cells, names[part::folds])
        fit = fit_switching(_part(dataset, ~unseen), **arguments)
        other = SwitchingData.from_dataset(_part(dataset, unseen), fit.data.reservoirs)
        function = MODELS[fit.model]
        other = other.with_errors_in_variables(function, SLOPES[fit.model], fit.rates)
        squares += float(np.sum(other.whitened(function, fit.rates) ** 2))
        count += other.size
        tell()
    return squares / count


def _part(dataset: "xr.Dataset", which: npt.NDArray[np.bool_]) -> "xr.Dataset":
    places = np.flatnonzero(which)
    dimensions = {"point": places} | ({"point_": places} if "point_" in dataset.dims else {})
    return dataset.isel(dimensions)


def verdict(ranked: list[Ranked]) -> str:
    """Return who is favoured over whom, how clearly, and what the numbers would be under the other, to be quoted."""
    best, *others = ranked
    if not others:
        return f"Only '{best.name}' was fitted."
    alike = [one for one in others if _behind(one, best) < TOLD]
    apart = [one for one in others if _behind(one, best) >= TOLD]
    told = ""
    if alike:
        names = " and ".join(f"'{one.name}' (dAIC = {_behind(one, best):.1f})" for one in alike)
        told = f"The data do not tell '{best.name}' from {names}. "
        if not apart:
            return told + _under(alike[0], best)
    second, who = apart[0], "They" if alike else "The data"
    clearly = "clearly " if _behind(second, best) >= CLEARLY else ""
    told += f"{who} {clearly}prefer '{best.name}' over '{second.name}' by dAIC = {_behind(second, best):.1f}"
    if np.isfinite(best.predicted) and np.isfinite(second.predicted):
        told += (
            f"; cells left out of the fit are met within {np.sqrt(best.predicted):.2f} errors by it and "
            f"{np.sqrt(second.predicted):.2f} by the other"
        )
    further = ", ".join(f"'{one.name}' by {_behind(one, best):.1f}" for one in apart[1:])
    return f"{told}. {_under(second, best)}" + (f" Further behind: {further}." if further else "")


def _behind(one: Ranked, best: Ranked) -> float:
    return one.akaike - best.akaike


def _under(other: Ranked, best: Ranked) -> str:
    """Return what the numbers would be under another model, as a sentence."""
    return (
        f"Under '{other.name}' T_p would be {_kelvin(other)} instead of {_kelvin(best)}, and the drain's enhancement "
        f"{other.enhancement:.3f} instead of {best.enhancement:.3f}."
    )


def _kelvin(one: Ranked) -> str:
    return format_quantity(one.parasitic_temperature, "temperature", 3)
