"""The physics of the heat valve: pure functions of arrays in SI units."""

from .baths import Bath, Resonator
from .collective import collective
from .currents import HeatCurrents, SteadyState
from .density_matrix import density_matrix, dicke_state, level_projector
from .evolution import Evolution, evolve
from .independent import detuned, independent
from .junction import sinis_cooling_power, sinis_temperature, sinis_voltage
from .level_populations import LevelPopulations, level_populations
from .pair import pair
from .presets import preset, preset_path

__all__ = [
    "Bath",
    "Evolution",
    "HeatCurrents",
    "LevelPopulations",
    "Resonator",
    "SteadyState",
    "collective",
    "density_matrix",
    "detuned",
    "dicke_state",
    "evolve",
    "independent",
    "level_populations",
    "level_projector",
    "pair",
    "preset",
    "preset_path",
    "sinis_cooling_power",
    "sinis_temperature",
    "sinis_voltage",
]
