"""What a model of the valve answers: heat currents and the state they flow in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from valvelab.arguments import Array, Values
from valvelab.constants import BOLTZMANN

from .baths import Bath


@dataclass(frozen=True)
class HeatCurrents:
    """Hold the heat that flows out of each bath into the qubits.

    Their sum is zero. A thermometer on the drain measures ``-cold``.

    Parameters
    ----------
    hot, cold, parasitic
        Heat currents out of the three baths [W].
    cold_share
        gamma_c / (gamma_h + gamma_c), which Eq. (24) needs; None where it has no meaning.
    relative_error
        Estimated error by truncation, in units of the largest of the three; 0 where nothing is cut off.
    """

    hot: Array
    cold: Array
    parasitic: Array
    cold_share: Array | None = field(default=None, kw_only=True, repr=False)
    relative_error: Values = field(default=0.0, kw_only=True, repr=False)

    @property
    def paper(self) -> Array:
        """The quantity of Eq. (24), (gamma_c Q_h - gamma_h Q_c) / (gamma_h + gamma_c) [W].

        It is a heat current only while the parasitic bath exchanges no heat.

        Raises
        ------
        ValueError
            If `cold_share` is not known.
        """
        if self.cold_share is None:
            raise ValueError(
                "Eq. (24) weighs hot and cold with gamma_c / (gamma_h + gamma_c), which must be known, but "
                "these currents carry no `cold_share`. Read `hot` or `-cold`, or pass `cold_share=`."
            )
        weighed: Array = self.cold_share * self.hot - (1 - self.cold_share) * self.cold
        return weighed


@dataclass(frozen=True, eq=False)
class SteadyState:
    """Hold the stationary state of the qubits and the heat currents in it.

    Parameters
    ----------
    currents
        Heat currents out of the three baths [W].
    mean_inversion
        <J_z>.
    n_qubits
        Number of qubits N.
    baths
        The baths whose currents these are, hot, cold and parasitic (or None).
    find_spin_probability
        What returns P_J; called when it is asked for, since most callers want currents only.
    """

    currents: HeatCurrents
    mean_inversion: Array
    n_qubits: int = field(repr=False)
    baths: tuple[Bath, Bath, Bath | None] = field(repr=False)
    find_spin_probability: Callable[[], Array] = field(repr=False)

    @cached_property
    def spin_probability(self) -> Array:
        """P_J of the collective spin J, highest J first, on the last axis."""
        return self.find_spin_probability()

    @cached_property
    def mean_spin_squared(self) -> Array:
        """<J^2>."""
        spins = self.n_qubits / 2 - np.arange(self.n_qubits // 2 + 1)
        mean: Array = self.spin_probability @ (spins * (spins + 1))
        return mean

    @cached_property
    def entropy_production(self) -> Array:
        """Entropy produced in the baths [k_B/s]; infinite where a bath at 0 K takes up heat."""
        return entropy_production(self.currents, *self.baths)


def cold_share(hot: Bath, cold: Bath) -> Array:
    """Return gamma_c / (gamma_h + gamma_c), and 1/2 where both rates are 0 and nothing flows."""
    total = hot.rate + cold.rate
    if isinstance(total, np.ndarray):
        share: Array = np.where(total > 0, cold.rate / np.where(total > 0, total, 1), 0.5)
    else:
        share = np.asarray(cold.rate / total if total > 0 else 0.5)
    return share[()]


def entropy_production(currents: HeatCurrents, hot: Bath, cold: Bath, parasitic: Bath | None) -> Array:
    """Return -sum_i Q_i / (k_B T_i) [k_B/s].

    A bath at 0 K can only take up heat, which produces infinitely much; where it takes none it adds nothing.
    """
    pairs = [(currents.hot, hot), (currents.cold, cold)]
    if parasitic is not None:
        pairs.append((currents.parasitic, parasitic))
    total: Array = np.zeros(())
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        for current, bath in pairs:
            entropy = -current / BOLTZMANN / np.asarray(bath.temperature)
            total = total + np.where(np.isfinite(entropy), entropy, np.where(current < 0, np.inf, 0.0))
    return total
