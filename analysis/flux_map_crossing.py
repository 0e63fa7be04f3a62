"""The crossing-over-sum ratio as the map shows it.

Two additive ridges are given two ways to fail: a term in the product of both, which acts wherever the ridges
overlap, and the collective current of the master equation, which acts only where f_1 = f_2, in the strength that
the map shows. Both strengths are fitted together with all parameters of the ridges, to first order.
"""

from dataclasses import dataclass

import numpy as np

from .enhancement import Enhancement
from .flux_map_errors import covariance
from .flux_map_model import Array, Values, drain_power, qubit_frequency, ridge

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
    """Parameters of the fit; its rates set how wide the collective line is."""
    residual: Array
    """Measured map minus two additive ridges with these parameters, offsets taken out [W]."""
    ridge_derivatives: Array
    """Of the additive ridges with respect to the fitted parameters, on the last axis, offsets taken out."""
    pair_derivatives: Array
    """The same of the master equation of both qubits."""
    axes: tuple[Array, Array]
    """Coil currents [A]."""
    slow: int
    """Axis of the map along which offsets drift."""


def measure_crossing(problem: CrossingProblem) -> Crossing:
    """Measure the crossing-over-sum ratio at the parameters of a fit."""
    values = problem.values
    f_1, f_2 = (
        qubit_frequency(k, values, problem.axes[0][:, None], problem.axes[1][None, :]) for k in (1, 2)
    )
    p_1, p_2 = ridge(1, values, f_1), ridge(2, values, f_2)
    on = values["resonator_frequency"]
    heights = float(ridge(1, values, on)), float(ridge(2, values, on))
    total = sum(heights)
    product = p_1 * p_2 * total / (heights[0] * heights[1])
    excess = drain_power(values, f_1, f_2, "pair") - p_1 - p_2
    share = float(drain_power(values, on, on, "pair")) / total - 1

    alone, alone_covariance = _fitted(problem, 0.0, product)
    smooth = _ratio(float(alone[0]), float(np.sqrt(alone_covariance[0, 0])))
    if abs(share) < 1e-6 or not np.any(np.abs(excess) > 1e-6 * total):
        return Crossing(smooth, smooth, None)
    strength = 0.0
    for _ in range(_ROUNDS):
        both, both_covariance = _fitted(problem, strength, product, excess)
        strength = float(np.clip(both[1], -1, 2))
    spread = float(np.sqrt(both_covariance[1, 1]))
    if spread > _RESOLVED:
        return Crossing(smooth, smooth, None)
    weights = np.array([1.0, share])
    error = float(np.sqrt(weights @ both_covariance[:2, :2] @ weights))
    return Crossing(_ratio(float(weights @ both[:2]), error), smooth, (float(both[1]), spread))


def _fitted(problem: CrossingProblem, strength: float, *terms: Array) -> tuple[Array, Array]:
    """Return the strengths of some terms, followed by shifts of the parameters, and their covariance."""
    stack = np.stack([term - term.mean(axis=1 - problem.slow, keepdims=True) for term in terms], axis=-1)
    derivatives = (1 - strength) * problem.ridge_derivatives + strength * problem.pair_derivatives
    every = np.concatenate([stack, derivatives], axis=-1)
    size = np.sqrt(np.sum(every**2, axis=(0, 1)))
    size = np.where(size > 0, size, 1.0)
    matrix = (every / size).reshape(-1, every.shape[-1])
    solution = np.linalg.lstsq(matrix, problem.residual.ravel(), rcond=1e-9)[0]
    rest = problem.residual - (matrix @ solution).reshape(problem.residual.shape)
    return np.asarray(solution / size), covariance(every, rest, problem.slow)


def _ratio(excess: float, error: float) -> Enhancement:
    return Enhancement("drain", MEANING, 1 + excess, error)
