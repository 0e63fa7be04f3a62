"""The classical null hypothesis as a model of a switching measurement, with its derivatives."""

from typing import TYPE_CHECKING

from valvelab.sim import CurrentDerivatives, HeatCurrents, Resonator, linear, linear_derivatives

from .pair_models import pair_arguments

if TYPE_CHECKING:
    from .models import Points, Rates


def linear_model(rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
    """Return the currents of two oscillators in the place of the qubits, exact at any coupling to the resonators.

    What cannot be told from it shows nothing of qubits. Its rates are those of a master equation where they are small
    against the linewidth of the resonators; it has fewer limits than "pair" there, and no saturation anywhere.
    """
    return linear(**pair_arguments(rates, points, resonator))


def linear_slopes(rates: "Rates", points: "Points", resonator: Resonator) -> CurrentDerivatives:
    """Return the derivatives of `linear_model`."""
    return linear_derivatives(**pair_arguments(rates, points, resonator))
