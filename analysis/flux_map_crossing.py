"""The crossing-over-sum ratio as the map shows it.

Two additive ridges are given two ways to fail: a term in the product of both, which acts wherever the ridges
overlap, and the collective current of the master equation, which acts only where f_1 = f_2, in the strength that
the map shows. Both strengths are fitted together with all parameters of the ridges, to first order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .enhancement import Enhancement
from .flux_map_background import Background
from .flux_map_errors import covariance, white_covariance
from .flux_map_heat import Array, Values
from .flux_map_model import crossing_product, drain_power, qubit_frequency

MEANING = (
    "heat into the drain above the background, both qubits on resonance with the filter / (only 1 + only 2), "
    "as measured"
)
_ROUNDS = 3
_RESOLVED = 0.25
"""Error of the collective strength below which a map tells the master equation's collective line from none."""


@dataclass(frozen=True)
class Crossing:
    """How far two ridges are from additive where they cross."""

    enhancement: Enhancement
    product: Enhancement
    """The same without the collective part: the ratio beside the line f_1 = f_2."""
    collective_strength: tuple[float, float] | None
    """Collective current over that of the master equation, and its error; None if the map does not resolve it."""


@dataclass(frozen=True)
class CrossingProblem:
    """What the strengths are fitted to."""

    values: Values
    """Parameters of the fit, with ridges that just add; its rates set how wide the collective line is."""
    residual: Array
    """Measured map minus two additive ridges with these parameters [W]."""
    ridge_derivatives: Array
    """Of the additive ridges with respect to the fitted parameters, on the last axis, whitened."""
    pair_derivatives: Array
    """The same of the master equation of both qubits."""
    axes: tuple[Array, Array]
    """Coil currents [A]."""
    background: Background
    """Offsets, smooth baseline and noise."""


def measure_crossing(problem: CrossingProblem) -> Crossing:
    """Measure the crossing-over-sum ratio at the parameters of a fit."""
    values = problem.values
    f_1, f_2 = (
        qubit_frequency(k, values, problem.axes[0][:, None], problem.axes[1][None, :]) for k in (1, 2)
    )
    on = values["resonator_frequency"]
    total = float(drain_power(values, on, on, "independent"))
    product = crossing_product(values, f_1, f_2)
    excess = drain_power(values, f_1, f_2, "pair") - drain_power(values, f_1, f_2, "independent")
    share = float(drain_power(values, on, on, "pair")) / total - 1

    alone, known = _fitted(problem, 0.0, product)
    smooth = _ratio(float(alone[0]), _error(known, [1.0]))
    if abs(share) < 1e-6 or not np.any(np.abs(excess) > 1e-6 * total):
        return Crossing(smooth, smooth, None)
    strength = 0.0
    for _ in range(_ROUNDS):
        both, known = _fitted(problem, strength, product, excess)
        strength = float(np.clip(both[1], -1, 2))
    spread = _error(known, [0.0, 1.0])
    if spread > _RESOLVED:
        return Crossing(smooth, smooth, None)
    ratio = _ratio(float(both[0] + share * both[1]), _error(known, [1.0, share]))
    return Crossing(ratio, smooth, (float(both[1]), spread))


def _fitted(problem: CrossingProblem, strength: float, *terms: Array) -> tuple[Array, tuple[Array, Array]]:
    """Return the strengths of some terms, followed by shifts of the parameters, and two covariances of them."""
    background, residual = problem.background, problem.background.whiten(problem.residual)
    stack = background.whiten(np.stack(terms, axis=-1))
    derivatives = (1 - strength) * problem.ridge_derivatives + strength * problem.pair_derivatives
    every = np.concatenate([stack, derivatives], axis=-1)
    size = np.sqrt(np.sum(every**2, axis=(0, 1)))
    size = np.where(size > 0, size, 1.0)
    matrix = (every / size).reshape(-1, every.shape[-1])
    solution = np.linalg.lstsq(matrix, residual.ravel(), rcond=1e-9)[0]
    rest = residual - (matrix @ solution).reshape(residual.shape)
    found = covariance(every, rest, background.slow, background.n_modes)
    return np.asarray(solution / size), (found, white_covariance(every))


def _error(known: tuple[Array, Array], weights: Sequence[float]) -> float:
    """Return the error of a sum of the first strengths.

    A collective line lies on a few points only, whose residuals tell little of their noise; so it is not believed to be
    smaller than that of the whitened noise.
    """
    part, sums = slice(len(weights)), np.array(weights)
    return float(np.sqrt(max(sums @ covariance[part, part] @ sums for covariance in known)))


def _ratio(excess: float, error: float) -> Enhancement:
    return Enhancement("drain", MEANING, 1 + excess, error)
