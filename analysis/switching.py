"""Fit gamma_h, gamma_c, gamma_p and T_p to a switching measurement."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from valvelab.dataset import check_dataset
from valvelab.errors import DataError

from .level_models import with_enough_levels
from .models import MODES_MODELS
from .power_settings import settings_of
from .power_sizes import demand_sizes
from .reduced_columns import COLUMNS
from .switching_coordinates import coordinates
from .switching_data import RESERVOIRS, SwitchingData
from .switching_fit import SwitchingFit
from .switching_parameters import Coordinates, values_of
from .switching_problem import MAX_EVALUATIONS, SwitchingProblem
from .switching_starts import beginnings
from .table_fits import demand_inside, model_name

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from .table import Table

Array = npt.NDArray[np.float64]

_SLOW_EVALUATIONS = 40
"""Of a model that takes seconds for all points; from a near model's minimum twenty are enough where it holds."""
_LAST_EVALUATIONS = 8
"""Of the same where the first search was hopeless, and errors of temperatures do not explain it."""
_DOUBTFUL = 4.0
"""Standard deviations of chi-square above its expectation from which on other starts are tried."""
_SAME = 1e-3
"""Of chi-square, by which a search that came to rest may be behind one that did not."""


def fit_switching(
    dataset: "xr.Dataset",
    model: "str | Path | Table" = "collective",
    *,
    reservoirs: Collection[str] = RESERVOIRS,
    free: Iterable[str] = (),
    priors: Mapping[str, tuple[float, float]] | None = None,
    fixed: Mapping[str, float] | None = None,
    parity: Literal[1, -1] = 1,
) -> SwitchingFit:
    """Fit the rates and the parasitic temperature to a reduced dataset.

    Parameters
    ----------
    dataset
        Heat powers along ``point`` as `valvelab.dataset.REDUCED` says, with the attributes
        ``resonator_frequency`` [Hz] and ``quality_factor``. A covariance ``heat_power_drain_covariance``
        (point, point_), the errors of the temperatures, or instead of both how everything moves with each
        independent error (``..._shift``), the source's powers and a subtracted reference are used where they are
        there.
    model
        ``"collective"``, ``"pair"``, ``"independent"``, ``"levels"``, ``"resonators"``, ``"hierarchy"``,
        ``"transmons"`` or ``"linear"``, see `valvelab.analysis.models`. Beyond the first three they take seconds for
        tens of powers and minutes for hundreds, "transmons" ten times and "hierarchy" forty times as long. "levels"
        and "transmons" need the attributes ``charging_energy_1`` and ``charging_energy_2`` [Hz]; the first follows as
        many levels as the hottest points ask for, the other one three. Or a table of a slow model, or its file: see
        `tabulate`.
    reservoirs
        Whose powers are fitted, ``"drain"``, ``"source"`` or both, as far as the dataset holds them.
    free
        Imperfections that are varied as well, names of `valvelab.analysis.models.IMPERFECTIONS`: each makes the
        errors honest about what is not known, and larger. ``asymmetry``, ``mismatch``, ``exchange`` and ``phase``
        need "pair", "levels", "resonators", "hierarchy" or "transmons".
    priors
        What is known beforehand, value and standard deviation by name; an imperfection with a prior is varied.
    fixed
        Imperfections that are known, by name.
    parity
        Sign of the product of the four couplings of qubits and reservoirs. Of -1 is a chip in which the hot
        reservoir couples to the sum of both qubits and the cold one to their difference; known to all but
        "collective" and "independent".

    Returns
    -------
    The fit.

    Raises
    ------
    DataError
        If the dataset is wrong, holds what no heat valve can have or has fewer points than parameters, its resonator is
        no mode for a model with modes, or it does not know the charging energies for one with levels; if a table is of
        another chip, does not reach the points, or ends where the fit wants to go on; if it holds no power of the
        reservoirs.
    ValueError
        If the model or a name is unknown, or what is fixed or known beforehand is no finite number.

    Notes
    -----
    T_p is varied as the occupation n_p = 1 / (exp(h f / k_B T_p) - 1) >= 0, on which the powers depend almost
    linearly: T_p itself has no curvature left as it goes to zero. Errors of measured temperatures enter through
    the slope of the model at a first fit; then the fit is repeated.

    Examples
    --------
    >>> fit = fit_switching(reduced, "pair", free=["mismatch"], priors={"gain": (1, 0.02)})  # doctest: +SKIP
    >>> print(fit.report())  # doctest: +SKIP
    """
    model = model_name(model)
    check_dataset(dataset, COLUMNS, "reduced dataset")
    demand_sizes(dataset, "reduced dataset")
    dataset = dataset.assign_attrs(settings_of(dataset.attrs, "reduced dataset"))
    chosen = [name for name in RESERVOIRS if name in reservoirs and f"heat_power_{name}" in dataset]
    if not chosen or set(reservoirs) - set(RESERVOIRS):
        held = [name for name in RESERVOIRS if f"heat_power_{name}" in dataset]
        raise DataError(
            f"reduced dataset: must hold powers of the reservoirs that are fitted, {', '.join(reservoirs) or 'none'}, "
            f"found those of {' and '.join(held)}; 'valvelab reduce RUN --source' makes those of the source, too"
        )
    data = SwitchingData.from_dataset(dataset, chosen)
    where = coordinates(data, model, free, priors, fixed, parity=parity)
    if data.size + len(where.priors) < len(where.names):
        raise DataError(
            f"reduced dataset: must hold at least {len(where.names) - len(where.priors)} points for "
            f"{len(where.names)} parameters, found {data.size}"
        )
    begins = beginnings(data, model, where)
    if model == "levels":
        rates = with_enough_levels(where.rates(begins[0]), data.points, data.resonator)
        where = replace(where, fixed=replace(where.fixed, transmons=rates.transmons))
    try:
        fit = _best(SwitchingProblem(data, model, where), begins)
    except ValueError as error:
        raise DataError(
            f"reduced dataset: must be described by rates at which the model '{model}' has an answer, found that its "
            f"best fit has none: {error} Look whether frequencies and powers belong together"
        ) from None
    demand_inside(model, where.ends_of_table(fit.values))
    return fit


def _best(problem: SwitchingProblem, begins: list[Array]) -> SwitchingFit:
    """Return the best fit from several starts, or the first that describes the data."""
    fits, slow = [], problem.model in MODES_MODELS
    for begin in begins:
        fits.append(refit(problem, begin, evaluations=_SLOW_EVALUATIONS if slow else MAX_EVALUATIONS))
        freedom = max(fits[-1].degrees_of_freedom, 1)
        if fits[-1].chi_square < freedom + _DOUBTFUL * np.sqrt(2 * freedom):
            break
    return min(fits, key=lambda fit: fit.chi_square)


def refit(problem: SwitchingProblem, begin: Array, *, evaluations: int = MAX_EVALUATIONS) -> SwitchingFit:
    """Fit a problem from some values on, errors of the temperatures included."""
    first = _searched(problem, begin, evaluations)
    corrected = problem.with_errors_in_variables(values_of(first.params, problem.where))
    result = first
    if corrected.data is not problem.data:
        begin = values_of(first.params, problem.where)
        if corrected.is_hopeless(first, corrected.chi_square(begin)):
            evaluations = min(evaluations, _LAST_EVALUATIONS)
        result = corrected.minimise(begin, evaluations=evaluations, squared=first.squared)
        if not result.success and problem.is_quick:  # it creeps on, though not for long
            begin = values_of(result.params, problem.where)
            result = corrected.minimise(begin, evaluations=evaluations, squared=True)
    spread = corrected.covariance(values_of(result.params, problem.where))
    _state_errors(result, spread, problem.where)
    return SwitchingFit(result, spread, corrected)


def _searched(problem: SwitchingProblem, begin: Array, evaluations: int) -> Any:
    """Return the best of a search and, of a quick model, of one on either side of zero of what is even about it."""
    found = [problem.minimise(begin, evaluations=evaluations)]
    sides = problem.sides(values_of(found[0].params, problem.where))
    found += [problem.minimise(side, evaluations=evaluations, squared=True) for side in sides]
    least = min(float(one.chisqr) for one in found)
    return min(found, key=lambda one: (one.chisqr > least + _SAME, not one.success, one.chisqr))


def _state_errors(result: Any, spread: Array, where: Coordinates) -> None:
    """Write the errors into lmfit's parameters, and the rates that they stand for beside them."""
    values = values_of(result.params, where)
    for name, variance in zip(where.names, np.diag(spread), strict=True):
        result.params[name].stderr = float(np.sqrt(variance))
    result.params.add("gamma_h", expr="exp(ln_gamma_h)")
    result.params.add("gamma_c", expr="exp(ln_gamma_c)")
    result.params.add("T_p", expr=f"{where.quantum!r} / log(1 + 1 / (n_p + 1e-300))")
    factors = where.factors(values)
    for place, name in ((0, "gamma_h"), (1, "gamma_c"), (3, "T_p")):
        result.params[name].stderr = float(factors[place] * np.sqrt(spread[place, place]))
