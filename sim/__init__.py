"""The physics of the heat valve: pure functions of arrays in SI units."""

from .baths import Bath, Resonator
from .collective import collective
from .currents import HeatCurrents, SteadyState
from .independent import detuned, independent
from .pair import pair

__all__ = [
    "Bath",
    "HeatCurrents",
    "Resonator",
    "SteadyState",
    "collective",
    "detuned",
    "independent",
    "pair",
]
