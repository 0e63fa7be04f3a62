"""Heat by Landauer's formula through any two-port, integrated adaptively."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array, non_negative, positive
from valvelab.constants import PLANCK

from .baths import Bath, Mode
from .graded_integral import graded, thermal_edges

_LEGENDRE = np.polynomial.legendre.leggauss(7), np.polynomial.legendre.leggauss(12)
"""Two rules on every panel: their difference is the error of the better one, and more."""
_NARROW = 1e-6
"""Width that a resonance is expected to have at least, over its frequency; what is narrower is bisected for."""
_CELL, _ZOOM, _ZOOMS = 1e7, 41, 4
"""First grid [Hz] in the search for resonances, points of each finer one, and how many there are."""
_PANELS = 400
_DEEPEST, _MOST_PANELS = 40, 50_000
"""Bisections and open panels after which it is given up."""


def landauer_heat(
    transmission: Callable[[Array], npt.ArrayLike],
    hot_temperature: float,
    cold_temperature: float,
    *,
    resonances: Sequence[float] = (),
    accuracy: float = 1e-9,
) -> float:
    r"""Return the heat that flows between two reservoirs through a linear two-port.

    .. math:: P = \int_0^\infty h f \, |S_{21}(f)|^2 \, (n_h(f) - n_c(f)) \, df

    Parameters
    ----------
    transmission
        What takes an array of frequencies [Hz], all above 0, and returns |S21|^2.
    hot_temperature, cold_temperature
        Of the reservoirs [K].
    resonances
        Where resonances are to be expected [Hz]; a narrow one that is not told may be overlooked.
    accuracy
        Error that is aimed at, relative to the result.

    Returns
    -------
    P [W], negative if the cold reservoir is the hotter one.

    Raises
    ------
    ValueError
        If an argument is out of range, or if the accuracy cannot be reached.

    Notes
    -----
    Pascal, Courtois and Hekking, PRB 83, 125113 (2011). With |S21|^2 = 1 it is the quantum of heat conductance,
    pi k_B^2 (T_h^2 - T_c^2) / 12 hbar.

    Examples
    --------
    >>> print(f"{landauer_heat(np.ones_like, 0.384, 0.096) * 1e15:.2f} fW")
    65.42 fW
    """
    temperatures = np.array(
        [
            non_negative("hot_temperature", hot_temperature, "K"),
            non_negative("cold_temperature", cold_temperature, "K"),
        ]
    )
    accuracy = float(positive("accuracy", accuracy, ""))
    edges = _first_edges(temperatures, np.asarray(resonances, float).ravel())

    def integrand(frequency: Array) -> Array:
        hot, cold = (Mode.of(Bath(0.0, t), frequency) for t in temperatures)
        return np.asarray(PLANCK * frequency * np.asarray(transmission(frequency)) * hot.excess(cold))

    return _adaptive(integrand, edges[:-1], edges[1:], accuracy)


def minima(function: Callable[[Array], Array], highest: float) -> Array:
    """Return where a function of frequency is least [Hz], each place to 1e-5 of a cell of 10 MHz.

    Two minima in one cell are told from each other where they are a hundredth of it apart.
    """
    edges = np.linspace(0, highest, int(np.ceil(highest / _CELL)) + 1)[1:]
    grid = edges[None]
    for _ in range(_ZOOMS):
        values = function(grid)
        row, column = np.nonzero((values[:, 1:-1] <= values[:, :-2]) & (values[:, 1:-1] < values[:, 2:]))
        places = grid[row, column + 1]
        grid = np.linspace(grid[row, column], grid[row, column + 2], _ZOOM, axis=-1)
    return np.asarray(places)


def _first_edges(temperatures: Array, resonances: Array) -> Array:
    thermal = thermal_edges(temperatures)
    last = float(thermal[-1])
    groups = [np.linspace(0, last, _PANELS), thermal]
    if resonances.size:
        resonances = positive("resonances", resonances, "Hz")
        groups += [graded(float(f), _NARROW * float(f), last) for f in resonances]
    return np.unique(np.clip(np.concatenate(groups), 0, last))


def _adaptive(integrand: Callable[[Array], Array], start: Array, stop: Array, accuracy: float) -> float:
    """Integrate over panels, bisecting those whose error is too large for their share of the result."""
    done = 0.0
    for _ in range(_DEEPEST):
        rough, fine = (_rule(integrand, start, stop, *rule) for rule in _LEGENDRE)
        total = abs(done + float(fine.sum()))
        # The coarse rule is far worse than the fine one, whose error this overstates.
        if not np.isfinite(total) or start.size > _MOST_PANELS:
            break
        good = np.abs(fine - rough) <= accuracy * max(total, np.finfo(float).tiny)
        done += float(fine[good].sum())
        if good.all():
            return done
        start, stop = start[~good], stop[~good]
        middle = (start + stop) / 2
        start, stop = np.concatenate([start, middle]), np.concatenate([middle, stop])
    raise ValueError(
        f"Argument `transmission` must be finite and smooth enough to be integrated to `accuracy` {accuracy:g}, but "
        f"{start.size} panels are left where it is not, one of them at {float(start[0]):.6g} Hz."
    )


def _rule(
    integrand: Callable[[Array], Array], start: Array, stop: Array, nodes: Array, weights: Array
) -> Array:
    half = (stop - start)[:, None] / 2
    values = integrand(((start + stop)[:, None] / 2 + half * nodes).ravel()).reshape(half.size, -1)
    return np.asarray((half * weights * values).sum(axis=1))
