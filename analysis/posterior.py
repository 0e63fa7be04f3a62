"""Samples of what a switching measurement says of its parameters, by emcee, and how they are drawn as a corner plot."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.errors import DataError

from .models import IMPERFECTIONS, RATE_UNITS
from .switching_fit import SwitchingFit
from .switching_parameters import SIZES

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

Array = npt.NDArray[np.float64]
UNITS = RATE_UNITS | dict(IMPERFECTIONS)
_LOOSE = 5.0
"""Error of the logarithm of a rate from which on the rate is not determined."""
_FAR = 30.0
"""Standard errors beyond which nothing of a posterior is left."""
_FEWEST_TIMES = 50
"""Autocorrelation times that a chain must last, emcee's own rule for trusting their estimate."""


def sample_posterior(
    fit: SwitchingFit,
    walkers: int = 32,
    steps: int = 1000,
    *,
    burn_in: int | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> "xr.Dataset":
    """Draw samples of the parameters from their posterior, with emcee.

    The prior is flat within bounds in what is varied, the logarithms of both rates, gamma_p and n_p, times the priors
    of the fit.

    Parameters
    ----------
    fit
        The walkers begin about its minimum, with its covariance.
    walkers, steps
        As emcee counts them.
    burn_in
        Steps that are left out at the beginning; a quarter of them by default.
    seed
        Of the walk.
    progress
        Called after each step with its number and that of all.

    Returns
    -------
    Dataset along ``chain`` and ``draw`` with the rates, T_p and free imperfections in SI units. Its attributes hold the
    acceptance and, by parameter, the autocorrelation time in steps; ``long_enough`` tells whether the chains are.

    Raises
    ------
    DataError
        If the powers leave a combination of the parameters undetermined: the walk would never end.

    Notes
    -----
    Foreman-Mackey, Hogg, Lang and Goodman, PASP 125, 306 (2013).
    """
    import emcee
    import xarray as xr

    where, best = fit.problem.where, fit.values
    errors = np.sqrt(np.diag(fit.covariance))
    low, high = where.bounds
    for name, value, error in zip(where.names, best, errors, strict=True):
        most = _LOOSE if name.startswith("ln_") else max(_LOOSE * abs(value), 10 * SIZES.get(name, 0.0), 0.1)
        if not error < most:
            raise DataError(
                f"{name} must be determined to be sampled, found it without bounds; fix it, or give it a prior"
            )
    chance = np.random.default_rng(seed)
    correlation = fit.covariance / np.outer(errors, errors)
    drawn = chance.multivariate_normal(np.zeros(len(best)), correlation, walkers)
    begin = np.clip(best + 0.5 * errors * drawn, low, high)
    begin = np.where(begin == low, low + 1e-3 * errors * chance.random(begin.shape), begin)
    sampler = emcee.EnsembleSampler(
        walkers,
        len(best),
        lambda values: _log_probability(fit, values, low, high),
        # Steps along differences of walkers: half the autocorrelation of emcee's stretches here.
        moves=[(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.2)],
        vectorize=True,
    )
    sampler.random_state = np.random.RandomState(seed).get_state()  # what emcee takes
    for done, _ in enumerate(sampler.sample(begin, iterations=steps), start=1):
        if progress is not None:
            progress(done, steps)
    kept = sampler.get_chain(discard=steps // 4 if burn_in is None else burn_in).swapaxes(0, 1)
    with np.errstate(invalid="ignore", divide="ignore"):  # chains that never moved: nan
        times = emcee.autocorr.integrated_time(kept.swapaxes(0, 1), tol=0)
    rates = where.rates(kept)
    variables: dict[str, Any] = {
        name: (("chain", "draw"), np.asarray(getattr(rates, name)), {"units": UNITS[name]})
        for name in where.fields
    }
    attributes: dict[str, Any] = {
        f"autocorrelation_time_{name}": float(t) for name, t in zip(where.fields, times, strict=True)
    }
    attributes["acceptance"] = float(np.mean(sampler.acceptance_fraction))
    attributes["long_enough"] = int(kept.shape[1] > _FEWEST_TIMES * float(np.max(times)))
    return xr.Dataset(variables, attrs=attributes)


def corner_figure(samples: "xr.Dataset", truth: dict[str, float] | None = None) -> "Figure":
    """Draw how the parameters of some samples hang together, two by two.

    Parameters
    ----------
    samples
        From `sample_posterior`.
    truth
        Values [SI] that are marked, by name.
    """
    import corner

    columns, labels, marked = [], [], []
    for name, variable in samples.data_vars.items():
        scale, unit = _drawn(variable.attrs["units"], float(variable.median()))
        columns.append(variable.values.ravel() / scale)
        labels.append(f"{_LABELS.get(str(name), str(name))}{f' [{unit}]' if unit else ''}")
        known = (truth or {}).get(str(name))
        marked.append(None if known is None else known / scale)
    figure = corner.corner(
        np.column_stack(columns),
        labels=labels,
        truths=marked if truth else None,
        quantiles=_QUANTILES,
        quiet=True,  # of few samples the fit says so
    )
    for place, (label, column) in enumerate(zip(labels, columns, strict=True)):
        name, _, unit = label.removesuffix("]").partition(" [")
        title = f"{name} = {_with_sides(column)} {unit}".rstrip()
        figure.axes[place * (len(columns) + 1)].set_title(title, fontsize=10)
    return figure  # type: ignore[no-any-return]


_QUANTILES = [0.16, 0.5, 0.84]
_DRAWN = {"K": (1e-3, "mK"), "Hz": (1e6, "MHz"), "W": (1e-18, "aW"), "rad": (1.0, "rad")}
_LABELS = {"gamma_h": r"$\gamma_h$", "gamma_c": r"$\gamma_c$", "gamma_p": r"$\gamma_p$", "T_p": "$T_p$"}


def _drawn(units: str, middle: float) -> tuple[float, str]:
    """Return scale and unit in which a parameter is drawn: rates in 1/s as in tables, with a power of ten."""
    if units != "1/s" or not middle > 0:
        return _DRAWN.get(units, (1.0, units if units == "1/s" else ""))
    exponent = int(np.floor(np.log10(middle)))
    return 10.0**exponent, f"1e{exponent} 1/s"


def _with_sides(column: Array) -> str:
    """Return the median of some samples and how far 68 % of them reach to either side, to their second digit."""
    low, middle, high = (float(one) for one in np.quantile(column, _QUANTILES))
    sides = middle - low, high - middle
    digits = max(0, 1 - int(np.floor(np.log10(min(sides))))) if min(sides) > 0 else 3
    return f"${middle:.{digits}f}_{{-{sides[0]:.{digits}f}}}^{{+{sides[1]:.{digits}f}}}$"


def _log_probability(fit: SwitchingFit, values: Array, low: Array, high: Array) -> Array:
    """Return the logarithm of the posterior for each row of values, up to a constant."""
    best = fit.values
    far = np.abs(values - best) > _FAR * np.sqrt(np.diag(fit.covariance))
    inside = np.all((values >= low) & (values <= high) & ~far, axis=1)
    # A step may lead to where no model can be computed; nothing is lost there.
    kept = np.where(inside[:, None], values, best)
    misfit = np.sum(fit.problem.residuals(kept) ** 2, axis=1)
    return np.where(inside, -0.5 * misfit, -np.inf)
