"""What a table is a correction to: the currents of a quick model, which have most of every curve already."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from valvelab.constants import PLANCK
from valvelab.sim import CurrentDerivatives, HeatCurrents, Resonator

from .model_slopes import STEPS, pair_slopes
from .models import PAIR_IMPERFECTIONS, Points, Rates
from .pair_models import pair_model

Array = npt.NDArray[np.float64]


class TableDerivatives(CurrentDerivatives):
    """Hold derivatives of currents by what a table has axes of: rates, temperatures and imperfections of a pair."""

    PARAMETERS = ("gamma_h", "gamma_c", "gamma_p", "T_h", "T_c", "T_p", *PAIR_IMPERFECTIONS)


def base_currents(rates: Rates, points: Points, resonator: Resonator) -> Array:
    """Return the currents of source and drain of "pair" [W], (2, ...).

    At Table I, where it is off by the size of the current itself, the correction to it takes half as many terms as
    the current does, and where qubits are parked a third; a correction to "linear" takes as many as the current.
    """
    return _two(pair_model(rates, points, resonator))


def base_slopes(rates: Rates, points: Points, resonator: Resonator, names: Sequence[str]) -> dict[str, Array]:
    """Return their derivatives by parameters of `TableDerivatives`, each (2, points)."""
    analytic = pair_slopes(rates, points, resonator)
    found = {}
    for name in names:
        if name not in STEPS:
            found[name] = _two(analytic.by(name))
            continue
        up, down = (
            base_currents(
                replace(rates, **{name: getattr(rates, name) + sign * STEPS[name]}), points, resonator
            )
            for sign in (1, -1)
        )
        found[name] = (up - down) / (2 * STEPS[name])
    return found


def scale_of(rates: Rates, resonator: Resonator) -> Array:
    """Return what a correction is measured by [W]: h f gamma_h gamma_c / (gamma_h + gamma_c)."""
    gamma_h, gamma_c = np.asarray(rates.gamma_h), np.asarray(rates.gamma_c)
    return np.asarray(PLANCK * float(resonator.frequency) * gamma_h * gamma_c / (gamma_h + gamma_c))


def scale_slope(rates: Rates, resonator: Resonator, name: str) -> Array:
    """Return its derivative by a parameter, 0 but by the two rates."""
    gamma_h, gamma_c = np.asarray(rates.gamma_h), np.asarray(rates.gamma_c)
    other = {"gamma_h": gamma_c, "gamma_c": gamma_h}.get(name, np.zeros(()))
    return np.asarray(PLANCK * float(resonator.frequency) * (other / (gamma_h + gamma_c)) ** 2)


def _two(currents: HeatCurrents) -> Array:
    return np.stack(np.broadcast_arrays(np.asarray(currents.hot), np.asarray(currents.cold)))
