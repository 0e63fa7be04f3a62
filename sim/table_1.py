"""Table I of arXiv:2401.17469."""

from dataclasses import dataclass

import numpy as np

from valvelab.arguments import Values

from .baths import Bath, Resonator


@dataclass(frozen=True)
class Table1:
    """Hold Table I and the quality factor of Fig. 5."""

    rate: float
    """gamma_h = gamma_c [1/s]."""
    parasitic_rate: float
    """gamma_p [1/s]."""
    cold: float
    """T_c [K]."""
    hot: float = 0.384
    """T_h [K]."""
    lowest_parasitic: float = 0.05
    """Lowest T_p [K]."""
    highest_parasitic: float = 0.5
    """Highest T_p [K]."""
    frequency: float = 4e9
    """Frequency of the qubits [Hz]."""
    quality_factor: float = 20.0

    @property
    def reservoirs(self) -> tuple[Bath, Bath]:
        """The hot and the cold reservoir."""
        return Bath(self.rate, self.hot), Bath(self.rate, self.cold)

    def parasitic(self, temperature: Values) -> Bath:
        """Return the parasitic bath at a temperature [K]."""
        return Bath(self.parasitic_rate, temperature)

    def resonator(self, exponent: Values = 0) -> Resonator:
        """Return the filter of both reservoirs, Eq. (D5) where the exponent is 0."""
        return Resonator(self.frequency, self.quality_factor, exponent)


def table_1(*, two_pi: bool = False, caption_temperature: bool = False) -> Table1:
    """Return Table I.

    Parameters
    ----------
    two_pi
        Whether the rates, printed "in GHz", are 2 pi times that many 1e9 1/s instead of 1e9 1/s. Every current
        scales with it, no ratio does.
    caption_temperature
        Whether T_c is the 1.0 GHz = 48 mK in the caption of Fig. 5 instead of 96 mK, which stand beside it there
        and in Table I.

    Examples
    --------
    >>> from valvelab.sim import collective
    >>> table = table_1()
    >>> state = collective(2, table.frequency, *table.reservoirs, table.parasitic(0.05))
    >>> round(float(state.currents.hot) * 1e15, 5)  # [fW]
    0.77497
    """
    giga = 2e9 * np.pi if two_pi else 1e9
    return Table1(rate=0.5 * giga, parasitic_rate=0.01 * giga, cold=0.048 if caption_temperature else 0.096)
