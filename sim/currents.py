"""What a model of the valve answers: heat currents and the state they flow in."""

from dataclasses import dataclass, field

import numpy as np

from valvelab.constants import BOLTZMANN

from ._checks import Array
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
    """

    hot: Array
    cold: Array
    parasitic: Array
    cold_share: Array | None = field(default=None, kw_only=True, repr=False)

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


@dataclass(frozen=True)
class SteadyState:
    """Hold the stationary state of the qubits and the heat currents in it.

    Parameters
    ----------
    currents
        Heat currents out of the three baths [W].
    spin_probability
        P_J of the collective spin J, highest J first, on the last axis.
    mean_spin_squared
        <J^2>.
    mean_inversion
        <J_z>.
    entropy_production
        Entropy produced in the baths [k_B/s]; infinite where a bath at 0 K takes up heat.
    """

    currents: HeatCurrents
    spin_probability: Array
    mean_spin_squared: Array
    mean_inversion: Array
    entropy_production: Array


def cold_share(hot: Bath, cold: Bath) -> Array:
    """Return gamma_c / (gamma_h + gamma_c), and 1/2 where both rates are 0 and nothing flows."""
    total = np.asarray(hot.rate) + np.asarray(cold.rate)
    share: Array = np.where(total > 0, cold.rate / np.where(total > 0, total, 1), 0.5)[()]
    return share


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
