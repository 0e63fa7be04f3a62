"""The SI's exact constants, written out because importing scipy.constants takes half a second."""

PLANCK = 6.62607015e-34
"""Planck constant h [J s]."""
BOLTZMANN = 1.380649e-23
"""Boltzmann constant k_B [J/K]."""
ELEMENTARY_CHARGE = 1.602176634e-19
"""Elementary charge e [C]."""
