"""The physics of the heat valve: pure functions of arrays in SI units."""

from .baths import Bath, Resonator
from .charge_basis import TransmonLevels, charge_dispersion, transmon_levels
from .circuit import ReservoirCircuit, TransmonCircuit
from .circuit_baths import CircuitBaths, circuit_baths, coupled_reservoirs
from .collective import collective
from .currents import HeatCurrents, SteadyState
from .independent import detuned, independent
from .junction import sinis_cooling_power, sinis_temperature, sinis_voltage
from .pair import pair
from .presets import preset, preset_path

__all__ = [
    "Bath",
    "CircuitBaths",
    "HeatCurrents",
    "ReservoirCircuit",
    "Resonator",
    "SteadyState",
    "TransmonCircuit",
    "TransmonLevels",
    "charge_dispersion",
    "circuit_baths",
    "collective",
    "coupled_reservoirs",
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
