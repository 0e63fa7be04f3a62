"""How the currents of `resonators` change with everything that a fit may vary."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from valvelab.arguments import Array, Values

from .baths import Bath, Resonator, occupation_slope
from .derivatives import CurrentDerivatives
from .resonator_point import STEPS, ResonatorPoint
from .resonator_problem import Several, resonator_problem
from .resonator_solution import slopes, solve
from .truncation import checked_tolerance

_STEP = 1e-6
_OF_ONE = ("gamma_h", "gamma_c", "gamma_p", "n_h", "n_c", "n_p of qubit 1", "f_1", "weight_1")
_OF_TWO = ("n_p of qubit 2", "f_2", "exchange", "weight_2")


@dataclass(frozen=True)
class ResonatorDerivatives(CurrentDerivatives):
    """Hold derivatives of the currents by the parameters of `CurrentDerivatives` and of the qubits.

    f_1, f_2 and exchange are in Hz; weight_k adds as much to both weights of qubit k. At a point where one of the
    weights has a phase, it adds as much to both magnitudes.
    """

    PARAMETERS: ClassVar[tuple[str, ...]] = (
        *CurrentDerivatives.PARAMETERS,
        "f_1",
        "f_2",
        "exchange",
        "weight_1",
        "weight_2",
    )


def resonator_derivatives(
    frequencies: Several,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None,
    resonator: Resonator | tuple[Resonator, Resonator],
    *,
    weights_hot: Several = (1.0, 1.0),
    weights_cold: Several = (1.0, 1.0),
    exchange: Values = 0.0,
    dephasing: Values = 0.0,
    corrected: bool = False,
    tolerance: float = 1e-4,
) -> ResonatorDerivatives:
    """Return the derivatives of the currents of `resonators`.

    They are those of the truncated equations, exact to rounding, at a few per cent of the cost of a point each.
    By temperatures: n_i(f_i) of the reservoirs and n_p at each qubit's frequency are moved; by frequencies of the
    qubits, n_p moves along. What a qubit that is not there would change is 0.

    Parameters
    ----------
    frequencies, hot, cold, parasitic, resonator, weights_hot, weights_cold, exchange, dephasing, corrected, tolerance
        As for `resonators`; the rates of the reservoirs must be above 0.

    Raises
    ------
    ValueError
        As for `resonators`, or if a reservoir has a rate of 0.

    Examples
    --------
    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> slope = resonator_derivatives((4e9, 3.9e9), hot, cold, parasitic, Resonator(4e9, 20)).by("T_h")
    >>> round(float(-slope.cold) * 1e15, 3)  # [fW/K]
    0.542
    """
    problem = resonator_problem(
        frequencies, hot, cold, parasitic, resonator, (weights_hot, weights_cold), exchange, dephasing
    )
    tolerance = checked_tolerance(tolerance)
    for name, bath in (("hot", hot), ("cold", cold)):
        if np.any(np.asarray(bath.rate) <= 0):
            raise ValueError(f"Argument `{name}` must have a rate above 0 1/s, but has {bath.rate}.")
    names = _OF_ONE + (_OF_TWO if problem.n_qubits == 2 else ())
    count = len(ResonatorDerivatives.PARAMETERS)

    def answer(point: ResonatorPoint) -> Array:
        if corrected:
            tails = tuple(
                name for name in STEPS if name.startswith("tail") and int(name[-1]) <= problem.n_qubits
            )
            found = slopes(solve(point.corrected, tolerance), names + tails)
            return _in_order(_chained(found, point), point, corrected)
        return _in_order(slopes(solve(point, tolerance), names), point)

    found = problem.each(answer, rows=3 * count).reshape(3, count, *problem.shape)
    return ResonatorDerivatives(*np.moveaxis(found, 1, -1))


def _chained(by: Mapping[str, Array], point: ResonatorPoint) -> dict[str, Array]:
    """Return derivatives by what corrections depend on, from those at the point that is corrected."""
    known, found = point.corrected, dict(by)
    shift = replace(known, frequencies=point.frequencies).turning
    sizes = np.abs(point.weights) if point.phases else point.weights
    steps = _STEP * point.frequencies
    high, low = (point.tails_at(point.frequencies + sign * steps) for sign in (1, -1))
    slopes_of_tails = (high - low) / (2 * steps)
    for qubit, frequency in enumerate(point.frequencies):
        by_f, by_weight = by[f"f_{qubit + 1}"], by[f"weight_{qubit + 1}"]
        of_one, own, by_tail = shift[:, qubit], sizes[:, qubit], slopes_of_tails[:, qubit]
        for name, mode in (("h", 0), ("c", 1)):
            by_gamma = of_one[mode] / point.amplitudes[mode] ** 2
            by_n = 2 * of_one[mode] / (2 * known.occupations[mode] + 1)
            found[f"gamma_{name}"] = found[f"gamma_{name}"] + by_f * by_gamma
            found[f"n_{name}"] = found[f"n_{name}"] + by_f * by_n
        coupled = own != 0
        moved = np.sum(2 * of_one[coupled] / own[coupled])
        found[f"weight_{qubit + 1}"] = by_weight + by_f * moved
        # The shift moves on with the frequency, and with the tails of its couplings.
        relative = 2 * by_tail / known.tails[:, qubit] - 1 / (frequency + point.resonator_frequencies)
        total = by_f * (1 + np.sum(of_one * relative))
        for of_mode, slope in zip("hc", by_tail, strict=True):
            total = total + by[f"tail_{of_mode} of qubit {qubit + 1}"] * slope
        found[f"f_{qubit + 1}"] = total
    return found


def _in_order(by: Mapping[str, Array], point: ResonatorPoint, corrected: bool = False) -> Array:
    """Return what `ResonatorDerivatives` holds of one point, currents first, in one row."""
    found, (mean, follows) = dict(by), point.exchanged
    for name, mode in (("h", 0), ("c", 1)):
        frequency, temperature = point.resonator_frequencies[mode], point.temperatures[mode]
        at = np.asarray(mean if corrected else frequency)
        found[f"T_{name}"] = by[f"n_{name}"] * occupation_slope(at, Bath(0.0, temperature))
    found["n_p"], found["T_p"] = np.zeros(3), np.zeros(3)
    warm = Bath(0.0, point.temperatures[2])
    for qubit, frequency in enumerate(point.frequencies, start=1):
        by_n = by[f"n_p of qubit {qubit}"]
        by_warmth = by_n * occupation_slope(frequency, warm)
        found["n_p"] = found["n_p"] + by_n
        found["T_p"] = found["T_p"] + by_warmth
        # n is a function of f / T.
        found[f"f_{qubit}"] = by[f"f_{qubit}"] - by_warmth * point.temperatures[2] / frequency
        if corrected:
            heated = found["T_h"] * point.temperatures[0] + found["T_c"] * point.temperatures[1]
            found[f"f_{qubit}"] = found[f"f_{qubit}"] - heated / mean * follows[qubit - 1]
    rows = [found.get(name, np.zeros(3)) for name in ResonatorDerivatives.PARAMETERS]
    return np.array(rows).T.reshape(-1)
