"""The elements of the circuit of Fig. 2: a transmon, and a reservoir behind its LC filter."""

from dataclasses import dataclass, replace

import numpy as np

from valvelab import transmon as dispersion
from valvelab.arguments import Array, Values, common_shape, fraction, non_negative, numbers, positive
from valvelab.constants import ELEMENTARY_CHARGE, PLANCK

from .baths import Resonator


@dataclass(frozen=True)
class ReservoirCircuit:
    """Describe a reservoir: a resistor, an inductance and a capacitance in parallel, and what couples to it.

    Parameters
    ----------
    capacitance
        C [F], together with what the coupling capacitors of all transmons add to it.
    inductance
        L [H].
    resistance
        R [Ohm].
    coupling_capacitance
        C_c to each transmon [F].

    Raises
    ------
    ValueError
        If a value is not above 0 (C_c: below 0) or not finite, or if the shapes do not broadcast.

    Examples
    --------
    >>> reservoir = ReservoirCircuit(0.8e-12, 1.98e-9, 1e3, 9e-15)
    >>> print(f"{reservoir.frequency / 1e9:.3f} GHz, Q = {reservoir.quality_factor:.1f}")
    3.999 GHz, Q = 20.1
    """

    capacitance: Values
    inductance: Values
    resistance: Values
    coupling_capacitance: Values = 0.0

    def __post_init__(self) -> None:
        for name, unit in (("capacitance", "F"), ("inductance", "H"), ("resistance", "Ohm")):
            object.__setattr__(self, name, positive(name, getattr(self, name), unit)[()])
        coupling = non_negative("coupling_capacitance", self.coupling_capacitance, "F")[()]
        object.__setattr__(self, "coupling_capacitance", coupling)
        common_shape(**vars(self))

    @property
    def frequency(self) -> Values:
        """1 / (2 pi sqrt(L C)) [Hz]."""
        return 1 / (2 * np.pi * np.sqrt(self.inductance * self.capacitance))

    @property
    def quality_factor(self) -> Values:
        """Q = R sqrt(C / L)."""
        return self.resistance * np.sqrt(self.capacitance / self.inductance)

    @property
    def linewidth(self) -> Values:
        """Kappa = 1 / (R C) [1/s], the full width of Re Z and the decay rate of the energy.

        The paper prints kappa = R, which is no rate; its Eq. B15 holds with this one.
        """
        return 1 / (self.resistance * self.capacitance)

    def resonator(self, exponent: Values = 2) -> Resonator:
        """Return what the reservoir filters.

        The rate of a transmon that is tuned by its flux goes with f**2 beside the Lorentzian: one power is the
        voltage noise, the other G**2, as Z_T = 1 / (2 pi f C). B19 at a fixed G is 1, Eq. D5 is 0.
        """
        return Resonator(self.frequency, self.quality_factor, exponent)


@dataclass(frozen=True)
class TransmonCircuit:
    """Describe a transmon by what is on the mask.

    Parameters
    ----------
    capacitance
        C_T [F].
    josephson_energy
        E_J / h of both junctions together, at zero flux [Hz].
    asymmetry
        d = (E_J1 - E_J2) / (E_J1 + E_J2), between 0 and 1.
    flux
        Flux through the SQUID [flux quanta].

    Raises
    ------
    ValueError
        If a value is outside its range or not finite, if the shapes do not broadcast, or if E_J does not exceed
        E_C at the flux, where Eq. A13 has no meaning.

    Examples
    --------
    >>> transmon = TransmonCircuit(109e-15, 14e9)
    >>> print(f"E_C = {transmon.charging_energy / 1e6:.0f} MHz, f = {transmon.frequency / 1e9:.2f} GHz")
    E_C = 178 MHz, f = 4.28 GHz
    """

    capacitance: Values
    josephson_energy: Values
    asymmetry: Values = 0.0
    flux: Values = 0.0

    def __post_init__(self) -> None:
        for name, unit in (("capacitance", "F"), ("josephson_energy", "Hz")):
            object.__setattr__(self, name, positive(name, getattr(self, name), unit)[()])
        object.__setattr__(self, "asymmetry", fraction("asymmetry", self.asymmetry)[()])
        object.__setattr__(self, "flux", numbers("flux", self.flux)[()])
        common_shape(**vars(self))
        ratio = self.junction_energy / self.charging_energy
        if not np.all(ratio > 1):
            raise ValueError(
                "Argument `josephson_energy` must be above the charging energy at the flux, but is only "
                f"{float(np.min(ratio)):.3g} times it; use `transmon_levels` there."
            )

    @property
    def charging_energy(self) -> Values:
        """E_C / h = e^2 / 2 C h [Hz]."""
        return ELEMENTARY_CHARGE**2 / (2 * PLANCK * self.capacitance)

    @property
    def junction_energy(self) -> Values:
        """E_J / h at the flux [Hz]."""
        return self.josephson_energy * dispersion.squid(self.flux, self.asymmetry)

    @property
    def frequency(self) -> Array:
        """Transition frequency [Hz], Eq. A13."""
        maximum = np.sqrt(8 * self.josephson_energy * self.charging_energy) - self.charging_energy
        return dispersion.frequency(self.flux, self.charging_energy, maximum, self.asymmetry)[()]

    @property
    def impedance(self) -> Values:
        """Z_T [Ohm], for which the squared charge of the transition 0-1 is hbar / 2 Z_T.

        It is 1 / (2 pi f C): the shift -E_C of Eq. A13 lowers the charge as it lowers f, and at E_J / E_C = 50
        the square is right to 0.4 %. The paper's sqrt(L_J / C) is the limit without the shift, 5 % lower there.
        """
        return 1 / (2 * np.pi * self.frequency * self.capacitance)

    def loaded(self, *reservoirs: ReservoirCircuit) -> "TransmonCircuit":
        """Return the transmon with the coupling capacitances added, C_T + sum C_c as in Eq. A18.

        C_eff of Eq. 2 is the expansion of this to first order in C_c / C_T.
        """
        total = self.capacitance + sum(reservoir.coupling_capacitance for reservoir in reservoirs)
        return replace(self, capacitance=total)
