"""The crossing-over-sum ratio as the map shows it, whichever model explains the rest.

Two additive ridges are given two ways to fail: a term in the product of both, which acts wherever the ridges
overlap, and the collective current of the master equation, which acts only where f_1 = f_2, in the strength that
the map shows. Both strengths are fitted together with all parameters of the ridges, to first order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .enhancement import Enhancement
from .flux_map_errors import covariance
from .flux_map_model import Array, Values, drain_power, qubit_frequency, ridge

MEANING = (
    "heat into the drain above the background, both qubits on resonance with the filter / (only 1 + only 2), as measured"
)
_USELESS = 0.2
"""Error of the ratio from the collective part above which the map says nothing of it."""


@dataclass(frozen=True)
class Crossing:
    """How far two ridges are from additive where they cross."""

    enhancement: Enhancement
    product: Enhancement
    """The same without the collective part: the ratio beside the line f_1 = f_2."""
    collective_strength: tuple[float, float] | None
    """Collective current over that of the master equation, and its error; None if the map does not resolve it."""


def measure_crossing(
    values: Values,
    names: Sequence[str],
    derivatives: Array,
    residual: Array,
    axes: tuple[Array, Array],
    slow: int,
) -> Crossing:
    """Measure the crossing-over-sum ratio on top of a fit with the model ``independent``.

    Parameters
    ----------
    values, names
        Parameters of the fit, and which of them were fitted.
    derivatives
        Of the map with respect to those, with offsets taken out.
    residual
        Measured minus fitted map, with offsets taken out [W].
    axes
        Coil currents [A].
    slow
        Axis of the map along which offsets drift.
    """
    f_1, f_2 = (qubit_frequency(k, values, axes[0][:, None], axes[1][None, :]) for k in (1, 2))
    p_1, p_2 = ridge(1, values, f_1), ridge(2, values, f_2)
    on = values["resonator_frequency"]
    heights = float(ridge(1, values, on)), float(ridge(2, values, on))
    total = sum(heights)
    product = p_1 * p_2 * total / (heights[0] * heights[1])
    excess = drain_power(values, f_1, f_2, "pair") - p_1 - p_2
    share = float(drain_power(values, on, on, "pair")) / total - 1

    def fitted(*terms: Array) -> tuple[Array, Array]:
        stack = np.stack([term - term.mean(axis=1 - slow, keepdims=True) for term in terms], axis=-1)
        every = np.concatenate([stack, derivatives], axis=-1)
        size = np.sqrt(np.sum(every**2, axis=(0, 1)))
        size = np.where(size > 0, size, 1.0)
        matrix = (every / size).reshape(-1, every.shape[-1])
        solution = np.linalg.lstsq(matrix, residual.ravel(), rcond=1e-9)[0]
        rest = residual - (matrix @ solution).reshape(residual.shape)
        return solution / size, covariance(every, rest, slow)

    alone, alone_covariance = fitted(product)
    smooth = _ratio(alone[0], float(np.sqrt(alone_covariance[0, 0])))
    if abs(share) < 1e-6 or not np.any(np.abs(excess) > 1e-6 * total):
        return Crossing(smooth, smooth, None)
    both, both_covariance = fitted(product, excess)
    if share * np.sqrt(both_covariance[1, 1]) > _USELESS:
        return Crossing(smooth, smooth, None)
    weights = np.array([1.0, share])
    error = float(np.sqrt(weights @ both_covariance[:2, :2] @ weights))
    strength = float(both[1]), float(np.sqrt(both_covariance[1, 1]))
    return Crossing(_ratio(float(weights @ both[:2]), error), smooth, strength)


def _ratio(excess: float, error: float) -> Enhancement:
    return Enhancement("drain", MEANING, 1 + float(excess), error)
