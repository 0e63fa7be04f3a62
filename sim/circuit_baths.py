r"""From a circuit to the baths of a master equation (Apps. A and B).

A transmon of total capacitance :math:`C = C_T + \sum C_{c,i}` meets the voltage noise
:math:`S_i(\omega) = 2 \hbar \omega \, \mathrm{Re} Z_i(\omega) (1 + n_i)` of each RLC through :math:`C_{c,i}`.
The golden rule gives

.. math::

    H_{int} = -\sum_i \hbar G_i \frac{\sigma_x}{2} V_i, \quad
    G_i = \frac{C_{c,i}}{C} \sqrt{\frac{2}{\hbar Z_T}}, \quad
    \gamma_i = \frac{\hbar \omega_0 R_i G_i^2 / 2}{1 + Q_i^2 (\omega_0/\omega_i - \omega_i/\omega_0)^2}.

The paper prints twice this G (A22), and for a given G eight times this rate (B19): 4, because B6 takes for J_x the sum
of the sigma_x instead of half of it, and 2, because B11 is the two-sided integral and B10 the one-sided. The rates of
its formulas are 32 times too large.
"""

from dataclasses import dataclass, replace

import numpy as np

from valvelab.arguments import Array, Values, common_shape, non_negative, whole
from valvelab.constants import ELEMENTARY_CHARGE, PLANCK

from .baths import Bath, Resonator
from .circuit import ReservoirCircuit, TransmonCircuit

_HBAR = PLANCK / (2 * np.pi)


@dataclass(frozen=True)
class CircuitBaths:
    """Hold what a circuit comes to.

    Parameters
    ----------
    frequency
        Transition frequency of the transmon at its flux [Hz].
    hot, cold
        The reservoirs; their rates hold on resonance, as `pair` and `detuned` take them. For `collective` and
        `independent` see `at`.
    resonators
        What filters (hot, cold), `resonator=` of `pair`.
    linewidths
        kappa of (hot, cold) [1/s].
    couplings
        G of (hot, cold) at the transmon's flux [1/(V s)].
    """

    frequency: Array
    hot: Bath
    cold: Bath
    resonators: tuple[Resonator, Resonator]
    linewidths: tuple[Values, Values]
    couplings: tuple[Values, Values]

    def at(self, frequency: Values | None = None) -> tuple[Bath, Bath]:
        """Return (hot, cold) with the rates at one frequency [Hz], by default the transmon's."""
        where = self.frequency if frequency is None else frequency
        hot, cold = (
            replace(bath, rate=bath.rate * resonator.filter(where))
            for bath, resonator in zip((self.hot, self.cold), self.resonators, strict=True)
        )
        return hot, cold

    def rate_over_linewidth(self, n_qubits: int = 2) -> Values:
        """Return N sum_i gamma_i (2 n_i + 1) / kappa_i on resonance.

        The master equation needs it small: above about 0.2 it overestimates power and enhancement. The paper asks
        for omega_0 tau << 1 instead, but a filter of quality Q has omega_0 tau = 2 Q.
        """
        hot, cold = (
            bath.rate * (2 * bath.occupation(resonator.frequency) + 1) / linewidth
            for bath, resonator, linewidth in zip(
                (self.hot, self.cold), self.resonators, self.linewidths, strict=True
            )
        )
        return whole("n_qubits", n_qubits, 1) * (hot + cold)


def circuit_baths(
    transmon: TransmonCircuit,
    hot: ReservoirCircuit,
    cold: ReservoirCircuit,
    temperature_hot: Values,
    temperature_cold: Values,
    *,
    as_printed: bool = False,
) -> CircuitBaths:
    """Return the baths that a transmon meets in a circuit.

    Parameters
    ----------
    transmon
        The transmon, without the coupling capacitances.
    hot, cold
        The reservoirs.
    temperature_hot, temperature_cold
        Their temperatures [K].
    as_printed
        True takes G and gamma as the paper prints them (A9, A22, B19, D5), to compare with it: with the bare C_T,
        sqrt(L_J / C_T), rates that are 32 times too large and a filter of exponent 0.

    Raises
    ------
    ValueError
        If a temperature is negative or not finite, or if the shapes do not broadcast.

    Examples
    --------
    >>> reservoir = ReservoirCircuit(0.8e-12, 1.98e-9, 1e3, 3e-15)
    >>> baths = circuit_baths(TransmonCircuit(103e-15, 12.3e9), reservoir, reservoir, 0.384, 0.096)
    >>> print(f"{baths.frequency / 1e9:.2f} GHz, {baths.hot.rate:.3g} 1/s, {baths.rate_over_linewidth():.2f}")
    4.00 GHz, 5.21e+07 1/s, 0.45
    """
    temperature_hot = non_negative("temperature_hot", temperature_hot, "K")
    temperature_cold = non_negative("temperature_cold", temperature_cold, "K")
    _check_shapes(transmon, hot, cold, temperature_hot=temperature_hot, temperature_cold=temperature_cold)
    loaded = transmon.loaded(hot, cold)
    if as_printed:
        exponent, (of_hot, of_cold) = 0, (_printed(side, transmon, loaded.frequency) for side in (hot, cold))
    else:
        exponent, (of_hot, of_cold) = 2, (_golden_rule(side, loaded) for side in (hot, cold))
    return CircuitBaths(
        frequency=loaded.frequency,
        hot=Bath(of_hot[1], temperature_hot),
        cold=Bath(of_cold[1], temperature_cold),
        resonators=(hot.resonator(exponent), cold.resonator(exponent)),
        linewidths=(hot.linewidth, cold.linewidth),
        couplings=(of_hot[0], of_cold[0]),
    )


def coupled_reservoirs(
    transmon: TransmonCircuit,
    hot: ReservoirCircuit,
    cold: ReservoirCircuit,
    rate_hot: Values,
    rate_cold: Values,
) -> tuple[ReservoirCircuit, ReservoirCircuit]:
    """Return (hot, cold) with the coupling capacitances that give wanted rates, the inverse of `circuit_baths`.

    Parameters
    ----------
    transmon
        The transmon, without the coupling capacitances.
    hot, cold
        The reservoirs; their coupling capacitances are replaced.
    rate_hot, rate_cold
        gamma of each on resonance [1/s].

    Raises
    ------
    ValueError
        If a rate is negative or not finite, or if the shapes do not broadcast.

    Examples
    --------
    >>> reservoir = ReservoirCircuit(0.8e-12, 1.98e-9, 1e3)
    >>> hot, cold = coupled_reservoirs(TransmonCircuit(103e-15, 12.3e9), reservoir, reservoir, 0.1e9, 0.05e9)
    >>> print(f"{hot.coupling_capacitance * 1e15:.2f} fF, {cold.coupling_capacitance * 1e15:.2f} fF")
    4.18 fF, 2.95 fF
    """
    rate_hot = non_negative("rate_hot", rate_hot, "1/s")
    rate_cold = non_negative("rate_cold", rate_cold, "1/s")
    _check_shapes(transmon, hot, cold, rate_hot=rate_hot, rate_cold=rate_cold)
    # C_c = root sqrt(C) on each side, and C = C_T + sum C_c is a quadratic equation for sqrt(C).
    roots = [np.sqrt(rate * _scale(side)) for rate, side in ((rate_hot, hot), (rate_cold, cold))]
    half = (roots[0] + roots[1]) / 2
    total = half + np.sqrt(half**2 + transmon.capacitance)
    return (
        replace(hot, coupling_capacitance=roots[0] * total),
        replace(cold, coupling_capacitance=roots[1] * total),
    )


def _golden_rule(reservoir: ReservoirCircuit, loaded: TransmonCircuit) -> tuple[Values, Values]:
    """Return G, and gamma on resonance."""
    coupling = _coupling(reservoir, loaded.capacitance, loaded.impedance)
    return coupling, reservoir.coupling_capacitance**2 / (_scale(reservoir) * loaded.capacitance)


def _printed(reservoir: ReservoirCircuit, bare: TransmonCircuit, frequency: Array) -> tuple[Values, Values]:
    """Return G and gamma of Eqs. A22 and B19, the latter without its Lorentzian."""
    inductance = (_HBAR / (2 * ELEMENTARY_CHARGE)) ** 2 / (PLANCK * bare.junction_energy)
    coupling = 2 * _coupling(reservoir, bare.capacitance, np.sqrt(inductance / bare.capacitance))
    return coupling, 4 * _HBAR * 2 * np.pi * frequency * reservoir.resistance * coupling**2


def _coupling(reservoir: ReservoirCircuit, capacitance: Values, impedance: Values) -> Values:
    return reservoir.coupling_capacitance / capacitance * np.sqrt(2 / (_HBAR * impedance))


def _scale(reservoir: ReservoirCircuit) -> Values:
    """Return L C / R [F s]; gamma on resonance, omega (R / Z_T) (C_c / C)^2, is C_c^2 / C divided by it."""
    return reservoir.inductance * reservoir.capacitance / reservoir.resistance


def _check_shapes(
    transmon: TransmonCircuit, hot: ReservoirCircuit, cold: ReservoirCircuit, **others: Values
) -> None:
    elements = {"transmon": transmon, "hot": hot, "cold": cold}
    named = {f"{name}.{part}": value for name, item in elements.items() for part, value in vars(item).items()}
    common_shape(**named, **others)
