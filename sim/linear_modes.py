r"""Two oscillators behind two resonators: what they let through, and where their resonances are.

Quantum Langevin equations of modes that exchange excitations (rotating waves) give the matrix of the two oscillators

.. math::

    D_{kl}(f) = (f_k - f - i \gamma_p / 4\pi) \delta_{kl} + g_{kl}
        - \frac{i}{4\pi} \sum_i \gamma_i \chi_i(f) w_{ik}^* w_{il}, \quad
    \chi_i(f) = \frac{1}{1 - i Q_i (f/f_i - f_i/f)}

with the resonators eliminated exactly. :math:`\mathrm{Re} \chi = |\chi|^2` is the filter of Eqs. B15 and D5, and
near its resonance chi is that of a mode with kappa = 2 pi f_r / Q whose coupling g obeys gamma = 4 (2 pi g)^2 / kappa.
Between hot and cold :math:`|S_{21}|^2 = \gamma_h \gamma_c |\chi_h \chi_c w_c D^{-1} w_h^+|^2 / 4\pi^2`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Amplitude, Array

from .baths import Resonator
from .graded_integral import Complex
from .pair_solution import PairProblem

_LOWEST_QUALITY = 1e-3
"""Below it a resonator's own poles are too far away to matter."""


_BETWEEN = (0, 1), (0, 2), (1, 2)
"""Which of the baths, hot, cold and parasitic, each of `Modes.transmissions` connects."""
_BEYOND = (1, 2), (2, 0), (0, 1)
"""The two that a bath is not."""
_GIVEN = np.array([[1, -1, 0], [1, 0, -1], [0, 1, -1]])


class Exchange(NamedTuple):
    """What gives baths the heat h f passed (n_first - n_second) per frequency."""

    passed: Array
    """Of shape (points, nodes)."""
    between: tuple[int, int]
    """Numbers of the first and the second bath: hot, cold, parasitic."""
    given: Array
    """How many times each bath gives it away."""


@dataclass(frozen=True)
class Modes:
    """Hold a flat batch of points; the axis after the points is (hot, cold), or the oscillator where there is none.

    Parameters
    ----------
    frequencies
        f_k [Hz].
    exchange
        g [Hz].
    rates
        gamma_i [1/s].
    local
        gamma_p [1/s].
    weights
        w_ik, reservoirs before oscillators; complex where they have phases.
    resonances, qualities
        f_i [Hz] and Q_i; a Q of 0 is a flat spectrum.
    """

    frequencies: Array
    exchange: Array
    rates: Array
    local: Array
    weights: Array | Complex
    resonances: Array
    qualities: Array

    def groups(self) -> Iterator[tuple["Modes", npt.NDArray[np.int_]]]:
        """Yield each different set of modes, as a batch of one, and the points of the batch at which it is."""
        rows = np.concatenate([value.reshape(len(self.local), -1) for value in vars(self).values()], axis=1)
        _, first, which = np.unique(rows, axis=0, return_index=True, return_inverse=True)
        order = np.argsort(which.ravel(), kind="stable")
        for place, members in zip(
            first, np.split(order, np.cumsum(np.bincount(which.ravel()))[:-1]), strict=True
        ):
            yield Modes(**{name: value[[place]] for name, value in vars(self).items()}), members

    def exchanges(self, frequency: Array) -> list[Exchange]:
        """Return what the baths exchange with each other.

        Couplings with a phase pass another amount there than back. Since all that enters a bath comes from some bath,
        one circulation c, half of |S_ch|^2 - |S_hc|^2, describes it: the hot bath gives c (n_c - n_p) more, and so
        on round.

        Parameters
        ----------
        frequency
            f [Hz], of shape (points, nodes), which the results have.
        """
        there = self.transmissions(frequency)
        if not np.iscomplexobj(self.weights):
            return [Exchange(*one) for one in zip(there, _BETWEEN, _GIVEN, strict=True)]
        back = replace(self, weights=self.weights.conj()).transmissions(frequency)
        means = [(one + other) / 2 for one, other in zip(there, back, strict=True)]
        turning = [(there[0] - back[0]) / 2] * 3
        kinds = zip([*means, *turning], (*_BETWEEN, *_BEYOND), (*_GIVEN, *np.eye(3)), strict=True)
        return [Exchange(*kind) for kind in kinds]

    def transmissions(self, frequency: Array) -> list[Array]:
        """Return |S|^2 from hot to cold, hot to parasitic, cold to parasitic, of shape (points, nodes).

        Each oscillator has a parasitic bath of its own; the two are added.
        """
        ratio = frequency[:, None] / self.resonances[..., None]
        response = 1 / (1 - 1j * self.qualities[..., None] * (ratio - 1 / ratio))
        rates = self.rates[..., None] * (response.real**2 + response.imag**2)
        # What reservoir i excites in oscillator k.
        hot, cold = (self._excitation(frequency, response, reservoir) for reservoir in (0, 1))
        across = self.weights[:, 1, :1] * hot[0] + self.weights[:, 1, 1:] * hot[1]
        scale = (2 * np.pi) ** -2
        local = self.local[:, None]
        return [
            scale * rates[:, 0] * rates[:, 1] * _square(across),
            scale * rates[:, 0] * local * (_square(hot[0]) + _square(hot[1])),
            scale * rates[:, 1] * local * (_square(cold[0]) + _square(cold[1])),
        ]

    def _excitation(self, frequency: Array, response: Complex, reservoir: int) -> tuple[Complex, Complex]:
        """Return D^-1 w+ of one reservoir."""
        shift = self.rates[..., None] * response / (4j * np.pi)  # -i gamma chi / 4 pi
        w = self.weights[..., None]
        own = [
            self.frequencies[:, k, None]
            - frequency
            - 0.25j / np.pi * self.local[:, None]
            + np.sum(shift * (w[:, :, k] * w[:, :, k].conj()).real, axis=1)
            for k in (0, 1)
        ]
        up, down = (
            self.exchange[:, None] + np.sum(shift * w[:, :, k].conj() * w[:, :, 1 - k], axis=1)
            for k in (0, 1)
        )
        determinant = own[0] * own[1] - up * down
        # On a dark mode without loss, where a panel of no length may lie, it is 0 and so is its weight.
        determinant = np.where(determinant == 0, 1.0, determinant)
        first, second = w[:, reservoir, 0].conj(), w[:, reservoir, 1].conj()
        return (
            (own[1] * first - up * second) / determinant,
            (own[0] * second - down * first) / determinant,
        )

    def poles(self) -> Complex:
        """Return the complex frequencies at which D is singular [Hz], sorted by their real part.

        chi is the sum of two resonances, sum c / (f - z), so D is what is left of a matrix of six modes, oscillators
        and both resonances of each resonator, after elimination of the four; the poles are its eigenvalues.
        """
        quality = np.maximum(self.qualities, _LOWEST_QUALITY)
        half = self.resonances / (2 * quality)
        root = np.sqrt(self.resonances**2 - half**2 + 1e-9j * self.resonances**2)
        matrix = np.zeros((len(self.exchange), 6, 6), complex)
        matrix[:, 0, 0], matrix[:, 1, 1] = (
            self.frequencies[:, k] - 0.25j / np.pi * self.local for k in (0, 1)
        )
        matrix[:, 0, 1] = matrix[:, 1, 0] = self.exchange
        for reservoir in (0, 1):
            for sign in (1, -1):
                place = 2 + 2 * reservoir + (sign < 0)
                z = sign * root[:, reservoir] - 1j * half[:, reservoir]
                residue = 2j * half[:, reservoir] * z / (2 * sign * root[:, reservoir])
                coupling = np.sqrt(self.rates[:, reservoir] * residue / (4j * np.pi))
                matrix[:, place, place] = z
                for k in (0, 1):
                    matrix[:, place, k] = coupling * self.weights[:, reservoir, k]
                    matrix[:, k, place] = coupling * self.weights[:, reservoir, k].conj()
        return np.sort_complex(np.linalg.eigvals(matrix))


def modes(problem: PairProblem) -> Modes:
    """Return the oscillators that stand in the place of the qubits of a pair."""
    shape, h = problem.shape, problem.hamiltonian

    def flat(*values: Amplitude | float) -> Any:
        return np.stack([np.broadcast_to(value, shape).ravel() for value in values], axis=-1)

    filters = [Resonator(1.0, 0.0) if one is None else one for one in problem.filters]
    weights = [
        flat(*(w * _tuned(h_k, one) for w, h_k in zip(pair, (h.first, h.second), strict=True)))
        for pair, one in zip(problem.weights, filters, strict=True)
    ]
    return Modes(
        frequencies=flat(h.first, h.second),
        exchange=flat(h.exchange)[:, 0],
        rates=flat(problem.hot.rate, problem.cold.rate),
        local=flat(0.0 if problem.parasitic is None else problem.parasitic.rate)[:, 0],
        weights=np.stack(weights, axis=1),
        resonances=flat(*(one.frequency for one in filters)),
        qualities=flat(*(one.quality_factor for one in filters)),
    )


def _tuned(frequency: Array, resonator: Resonator) -> Array:
    """Return by how much the amplitude of a coupling changes with the frequency of the oscillator."""
    return np.asarray((frequency / resonator.frequency) ** (np.asarray(resonator.exponent) / 2))


def _square(amplitude: Complex) -> Array:
    return np.asarray(amplitude.real**2 + amplitude.imag**2)
