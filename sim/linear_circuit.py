"""The heat valve as a linear circuit: reservoirs, lines and linearised transmons, and what goes past them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from valvelab.arguments import Array, Values, non_negative, positive

from .baths import Resonator
from .circuit import ReservoirCircuit, TransmonCircuit
from .landauer import landauer_heat, minima
from .two_ports import Complex, Line, admittance_matrix, chain, scattering_matrix, series, shunt

_OCCUPIED = 6e11
"""Above this frequency over the temperature [Hz/K], 30 k_B / h, hardly any photon is left."""


@dataclass(frozen=True)
class Branch:
    """Describe one way from hot to cold: a transmon between two lines.

    Parameters
    ----------
    transmon
        The transmon, without the coupling capacitances.
    line_hot, line_cold
        The lines between it and the coupling capacitors; None for none.
    parity
        -1 turns the sign of the coupling to the cold side, as a crossed pair of electrodes does.

    Raises
    ------
    ValueError
        If the parity is neither 1 nor -1.
    """

    transmon: TransmonCircuit
    line_hot: Line | None = None
    line_cold: Line | None = None
    parity: Literal[1, -1] = 1

    def __post_init__(self) -> None:
        if self.parity not in (1, -1):
            raise ValueError(f"Argument `parity` must be 1 or -1, but is {self.parity!r}.")


@dataclass(frozen=True)
class LinearCircuit:
    """Describe a circuit between two reservoirs, all of whose values are single numbers.

    Each branch hangs on a coupling capacitor of either reservoir. Transmons are linear: their inductance puts the
    transition frequency of the loaded transmon, Eq. A13, on its capacitance.

    Parameters
    ----------
    hot, cold
        The reservoirs; their `capacitance` includes what all branches and the direct path add to it.
    branches
        What is in parallel between them.
    direct_capacitance
        From the one resonator to the other, past all branches [F].

    Raises
    ------
    ValueError
        If a value is out of range, or if a reservoir's capacitance is no larger than what couples to it.

    Examples
    --------
    >>> reservoir = ReservoirCircuit(0.8e-12, 1.98e-9, 1e3, 9e-15)
    >>> branch = Branch(TransmonCircuit(92e-15, 12.3e9))
    >>> one, two = (LinearCircuit(reservoir, reservoir, (branch,) * n) for n in (1, 2))
    >>> print(f"{one.heat(0.384, 0.096) * 1e15:.2f} fW, {two.heat(0.384, 0.096) / one.heat(0.384, 0.096):.2f}")
    0.62 fW, 1.58
    """

    hot: ReservoirCircuit
    cold: ReservoirCircuit
    branches: Sequence[Branch] = ()
    direct_capacitance: Values = 0.0

    def __post_init__(self) -> None:
        direct = non_negative("direct_capacitance", self.direct_capacitance, "F")
        object.__setattr__(self, "direct_capacitance", direct)
        object.__setattr__(self, "branches", tuple(self.branches))
        for name, reservoir in (("hot", self.hot), ("cold", self.cold)):
            if not np.all(self._own_capacitance(reservoir) > 0):
                raise ValueError(
                    f"Argument `{name}` must have a `capacitance` above what couples to it, "
                    f"{float(np.max(self._coupled(reservoir))):.3g} F in all, but has "
                    f"{float(np.min(reservoir.capacitance)):.3g} F."
                )

    def resonances(self, highest: float = 1e11) -> Array:
        """Return the frequencies of the reservoirs, and of the branches with their ends held still, up to some [Hz]."""
        own = np.array([float(self.hot.frequency), float(self.cold.frequency)])
        branches = [
            minima(partial(self._transfer, branch), highest)
            for branch in self.branches
            if self._coupled_at_all
        ]
        return np.unique(np.concatenate([own, *branches]))

    def scattering(self, frequency: Values) -> Complex:
        """Return the scattering matrix between the two resistors, hot first, on the last two axes.

        Parameters
        ----------
        frequency
            f [Hz], above 0.
        """
        f = np.asarray(positive("frequency", frequency, "Hz"))
        jump = 2j * np.pi * f * self.direct_capacitance
        total = np.zeros((*f.shape, 2, 2), complex)
        for place, reservoir in enumerate((self.hot, self.cold)):
            own = 2j * np.pi * f * self._own_capacitance(reservoir) + 1 / (
                2j * np.pi * f * reservoir.inductance
            )
            total[..., place, place] = own + jump
            total[..., place, 1 - place] = -jump
        for branch in self.branches:
            if self._coupled_at_all:
                total += self._admittances(branch, f)
        return scattering_matrix(total, float(self.hot.resistance), float(self.cold.resistance))

    def transmission(self, frequency: Values) -> Array:
        """Return |S21|^2 at some frequencies [Hz]."""
        return np.asarray(np.abs(self.scattering(frequency)[..., 1, 0]) ** 2)[()]

    def heat(self, hot_temperature: float, cold_temperature: float, *, accuracy: float = 1e-9) -> float:
        """Return the heat from hot to cold at some temperatures [K], by `landauer_heat` [W].

        Without lines it is as accurate as is asked for; narrow standing waves of long lines cost up to 1e-6.
        """
        highest = _OCCUPIED * max(hot_temperature, cold_temperature)
        return landauer_heat(
            self.transmission,
            hot_temperature,
            cold_temperature,
            resonances=self.resonances(highest).tolist(),
            accuracy=accuracy,
        )

    @property
    def _coupled_at_all(self) -> bool:
        return bool(self.hot.coupling_capacitance > 0 and self.cold.coupling_capacitance > 0)

    def _coupled(self, reservoir: ReservoirCircuit) -> Values:
        return len(self.branches) * reservoir.coupling_capacitance + self.direct_capacitance

    def _own_capacitance(self, reservoir: ReservoirCircuit) -> Values:
        return reservoir.capacitance - self._coupled(reservoir)

    def _chain(self, branch: Branch, f: Array) -> Complex:
        """Return the chain matrix of a branch with its two coupling capacitors."""
        loaded = branch.transmon.loaded(self.hot, self.cold)
        inductance = 1 / ((2 * np.pi * loaded.frequency) ** 2 * loaded.capacitance)
        transmon = 2j * np.pi * f * branch.transmon.capacitance + 1 / (2j * np.pi * f * inductance)
        hot, cold = (1 / (2j * np.pi * f * side.coupling_capacitance) for side in (self.hot, self.cold))
        whole = series(hot) @ chain(branch.line_hot, f) @ shunt(transmon)
        return np.asarray(whole @ chain(branch.line_cold, f) @ series(cold))

    def _transfer(self, branch: Branch, f: Array) -> Array:
        """Return the magnitude of B [Ohm], which nearly vanishes at what resonates between held ends."""
        return np.asarray(np.abs(self._chain(branch, f)[..., 0, 1]))

    def _admittances(self, branch: Branch, f: Array) -> Complex:
        """Return the admittance matrix of a branch."""
        found = admittance_matrix(self._chain(branch, f))
        if branch.parity < 0:
            found = found * np.array([[1, -1], [-1, 1]])
        return found


def reservoir_circuit(
    resonator: Resonator, impedance: Values, coupling_capacitance: Values = 0.0
) -> ReservoirCircuit:
    """Return the parallel circuit of a resonator that is known by frequency and quality factor.

    Parameters
    ----------
    resonator
        The resonator; its exponent plays no part.
    impedance
        sqrt(L / C) [Ohm].
    coupling_capacitance
        C_c to each transmon [F].

    Raises
    ------
    ValueError
        If a value is out of range or not finite, or if the quality factor is 0.

    Examples
    --------
    >>> circuit = reservoir_circuit(Resonator(4e9, 20), 50.0)
    >>> print(f"{circuit.frequency / 1e9:.3f} GHz, Q = {circuit.quality_factor:.1f}, {circuit.resistance:.0f} Ohm")
    4.000 GHz, Q = 20.0, 1000 Ohm
    """
    impedance = positive("impedance", impedance, "Ohm")
    scale = 2 * np.pi * resonator.frequency
    quality = positive("resonator.quality_factor", resonator.quality_factor, "")
    return ReservoirCircuit(
        1 / (scale * impedance), impedance / scale, quality * impedance, coupling_capacitance
    )
