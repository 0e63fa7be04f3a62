"""How the currents of `resonators` change with everything that a fit may vary."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from valvelab.arguments import Array, Values

from .baths import Bath, Resonator, occupation_slope
from .derivatives import CurrentDerivatives
from .resonator_point import STEPS, ResonatorPoint
from .resonator_problem import Several, demand_rates, resonator_problem
from .resonator_solution import slopes, solve
from .truncation import checked_tolerance

_OF_ONE = ("gamma_h", "gamma_c", "gamma_p", "n_h", "n_c", "n_p of qubit 1", "f_1", "weight_1")
_SMALL, _COLD = 1e-4, 1e-6
"""Relative step where differences are not exact, and the temperature that stands for lower ones [K]."""
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
        frequencies,
        hot,
        cold,
        parasitic,
        resonator,
        (weights_hot, weights_cold),
        exchange,
        dephasing,
        corrected,
    )
    tolerance = checked_tolerance(tolerance)
    demand_rates(hot, cold)
    names = _OF_ONE + (_OF_TWO if problem.n_qubits == 2 else ())
    names += ("T_h", "T_c") if corrected else ()
    count = len(ResonatorDerivatives.PARAMETERS)

    def answer(point: ResonatorPoint) -> Array:
        ends = {name: _ends(point, name) for name in names}
        return _in_order(slopes(solve(point, tolerance), ends), point)

    found = problem.each(answer, rows=3 * count).reshape(3, count, *problem.shape)
    return ResonatorDerivatives(*np.moveaxis(found, 1, -1))


def _ends(point: ResonatorPoint, name: str) -> tuple[ResonatorPoint, ResonatorPoint, float]:
    """Return points on both sides, and how far they are apart.

    Everything is linear or quadratic in what is moved (in sqrt(gamma) instead of gamma), and central differences are
    exact however long, but where corrections are cubic or follow frequencies and temperatures.
    """
    of_order_one = name.startswith(("n_", "weight"))
    size = 1.0 if of_order_one else float(point.frequencies[0])
    if name in ("gamma_h", "gamma_c"):
        size = float(point.amplitudes.max())
    elif name == "gamma_p":
        size = point.unit
    elif name.startswith("T_"):
        size = max(float(point.temperatures["hc".index(name[-1])]), _COLD)
    step = size if point.felt is None else _SMALL * size
    up, down = (point.moved(name, sign * step) for sign in (1, -1))
    # d sqrt(gamma) / d gamma is 1 / (2 sqrt(gamma)).
    inner = 2 * float(point.amplitudes[int(STEPS[name][-1])]) if name in ("gamma_h", "gamma_c") else 1.0
    return up, down, 2 * step * inner


def _in_order(by: Mapping[str, Array], point: ResonatorPoint) -> Array:
    """Return what `ResonatorDerivatives` holds of one point, currents first, in one row."""
    found = dict(by)
    for mode, name in enumerate("hc"):
        if f"T_{name}" not in found:
            slope = occupation_slope(point.resonator_frequencies[mode], Bath(0.0, point.temperatures[mode]))
            found[f"T_{name}"] = by[f"n_{name}"] * slope
    found["n_p"], found["T_p"] = np.zeros(3), np.zeros(3)
    warm = Bath(0.0, point.temperatures[2])
    for qubit, frequency in enumerate(point.frequencies, start=1):
        by_n = by[f"n_p of qubit {qubit}"]
        by_warmth = by_n * occupation_slope(frequency, warm)
        found["n_p"] = found["n_p"] + by_n
        found["T_p"] = found["T_p"] + by_warmth
        # n is a function of f / T.
        found[f"f_{qubit}"] = by[f"f_{qubit}"] - by_warmth * point.temperatures[2] / frequency
    rows = [found.get(name, np.zeros(3)) for name in ResonatorDerivatives.PARAMETERS]
    return np.array(rows).T.reshape(-1)
