"""Sums over the poles of the Fermi function, of a density of states with inverse square roots, and of its changes.

All energies are in units of the gap; `valvelab.junction_integrals` says what is summed and why.
"""

from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array

Complex = npt.NDArray[Any]


def density_root(z: Complex) -> Complex:
    """Return sqrt(1 - z^2), which is -i sqrt(z^2 - 1) in all of the upper half plane, so that z / root is i g."""
    return np.asarray(np.sqrt(1 - z * z))


def density_slope(root: Complex) -> Complex:
    """Return the derivative of i g; a power would be slow."""
    return np.asarray(1 / (root * root * root))


class Step(NamedTuple):
    """What a step of z changes, without cancellation; the last place along the last axis is the end of the sum."""

    z: Complex
    step: Complex
    root: Complex
    root_after: Complex

    @classmethod
    def of(cls, z: Complex, step: Complex) -> Self:
        """Step from z, in the upper half plane."""
        return cls(z, step, density_root(z), density_root(z + step))

    @property
    def of_root(self) -> Complex:
        """The change of `density_root`."""
        return np.asarray(-self.step * (2 * self.z + self.step) / (self.root + self.root_after))

    @property
    def of_density(self) -> Complex:
        """The change of i g."""
        products = self.root * self.root_after, (self.z + self.step) * self.root + self.z * self.root_after
        return np.asarray(self.step * (2 * self.z + self.step) / (products[0] * products[1]))

    def of_heat(self, frequency: Array, weight: Array) -> Array:
        r"""Return the change of the sum of :math:`\omega\, \mathrm{Re}\, g`, that of the voltage's square excepted.

        The antiderivative is, with :math:`G = \sqrt{z^2 - 1}`,
        :math:`\mathrm{Re} [G \omega / i + (z G - \ln(z + G)) / 2]`.
        """
        terms = (weight * frequency[:, :-1] * self.of_density[..., :-1].imag).sum(axis=-1)
        z, root, apart, step = self.z[..., -1], self.root[..., -1], self.of_root[..., -1], self.step[..., -1]
        product = step * self.root_after[..., -1] + z * apart
        grown = (apart - 1j * step) / (root - 1j * z)
        logarithm = np.log1p(2 * grown.real + np.abs(grown) ** 2) / 2
        return np.asarray(terms - frequency[:, -1] * apart.real + (product.imag + logarithm) / 2)


def terms_and_weights(a: Array) -> tuple[Array, Array]:
    """Return the frequencies of the terms and of where the integral begins, and the weights of the terms."""
    step = (2 * np.pi / a)[:, None]
    places, weights = _places_and_weights(40, 14)
    return step * places, step * weights


@cache
def _places_and_weights(terms: int, order: int) -> tuple[Array, Array]:
    """Return where the terms and the end stand, in steps, and the weights of the terms.

    The last weights make the difference between the midpoint rule and the integral beyond exact for polynomials: by
    Euler and Maclaurin it is the sum of -B_2k(1/2) / (2k)! times the derivative of order 2k - 1 at the end.
    """
    bernoulli = [Fraction(1)]
    for n in range(1, order + 1):
        total, binomial = Fraction(0), 1
        for k, known in enumerate(bernoulli):
            total += binomial * known
            binomial = binomial * (n + 1 - k) // (k + 1)
        bernoulli.append(-total / (n + 1))
    # B_n(1/2) = (2^(1 - n) - 1) B_n, and x^(n - 1) has the derivative (n - 1)! of order n - 1.
    moments = [
        -(Fraction(2, 2**n) - 1) * bernoulli[n] / n if n % 2 == 0 else Fraction(0)
        for n in range(1, order + 1)
    ]
    nodes = [Fraction(-2 * j - 1, 2) for j in range(order)]
    weights = np.ones(terms)
    weights[-order:] += [float(one) for one in _vandermonde(nodes, moments)][::-1]
    return np.append(np.arange(terms) + 0.5, float(terms)), weights


def _vandermonde(nodes: list[Fraction], moments: list[Fraction]) -> list[Fraction]:
    """Return the weights at the nodes that give the moments, by Lagrange's polynomials."""
    weights = []
    for j, node in enumerate(nodes):
        polynomial = [Fraction(1)]
        for k, other in enumerate(nodes):
            if k != j:
                scaled = [one / (node - other) for one in polynomial]
                polynomial = [Fraction(0), *scaled]
                for power, one in enumerate(scaled):
                    polynomial[power] -= other * one
        weights.append(sum((p * m for p, m in zip(polynomial, moments, strict=True)), Fraction(0)))
    return weights
