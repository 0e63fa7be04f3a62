"""The physics of the heat valve: pure functions of arrays in SI units."""

from .baths import Bath, Resonator
from .charge_basis import TransmonLevels, charge_dispersion, transmon_levels
from .collective import collective
from .currents import HeatCurrents, SteadyState
from .independent import detuned, independent
from .junction import sinis_cooling_power, sinis_temperature, sinis_voltage
from .pair import pair
from .presets import preset, preset_path

__all__ = [
    "Bath",
    "HeatCurrents",
    "Resonator",
    "SteadyState",
    "TransmonLevels",
    "charge_dispersion",
    "collective",
    "detuned",
    "independent",
    "pair",
    "preset",
    "preset_path",
    "sinis_cooling_power",
    "sinis_temperature",
    "sinis_voltage",
    "transmon_levels",
]
