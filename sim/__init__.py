"""The physics of the heat valve: pure functions of arrays in SI units."""

from valvelab.junction import (
    nis_cooling_power,
    nis_current,
    sinis_cooling_power,
    sinis_temperature,
    sinis_voltage,
)

from .baths import Bath, Resonator
from .charge_basis import TransmonLevels, charge_dispersion, transmon_levels
from .circuit import ReservoirCircuit, TransmonCircuit
from .circuit_baths import CircuitBaths, circuit_baths, coupled_reservoirs
from .collective import collective
from .currents import HeatCurrents, SteadyState
from .density_matrix import density_matrix, dicke_state, level_projector
from .derivatives import CurrentDerivatives, collective_derivatives
from .effective_temperature import effective_temperature
from .evolution import Evolution, evolve
from .fixed_spin import (
    high_temperature_inversion,
    large_spin_ratio,
    level_populations,
    log_partition_function,
    mean_inversion,
)
from .fixed_spin_currents import (
    current_bound,
    fixed_spin_current,
    high_temperature_current,
    thermodynamic_enhancement,
)
from .hierarchy import HierarchyState, hierarchy
from .independent import detuned, independent
from .ladder import Ladder
from .landauer import landauer_heat
from .level_derivatives import level_derivatives
from .level_populations import LevelPopulations
from .levels import TransmonState, levels
from .linear import linear
from .linear_circuit import Branch, LinearCircuit, reservoir_circuit
from .linear_derivatives import linear_derivatives
from .pair import pair
from .pair_derivatives import pair_derivatives
from .presets import PRESETS, preset, preset_path
from .resonator_derivatives import ResonatorDerivatives, resonator_derivatives
from .resonator_level_derivatives import resonator_level_derivatives
from .resonator_levels import ResonatorLevelsState, resonator_levels
from .resonators import ResonatorState, resonators
from .stationary_populations import stationary_populations
from .table_1 import Table1, table_1
from .truncation import TruncationError
from .two_ports import Line
from .validity import LEVELS_BOUND, MARKOV_BOUND, STRONGEST, WEAK_BOUND, Validity, validity

__all__ = [
    "LEVELS_BOUND",
    "MARKOV_BOUND",
    "PRESETS",
    "STRONGEST",
    "WEAK_BOUND",
    "Bath",
    "Branch",
    "CircuitBaths",
    "CurrentDerivatives",
    "Evolution",
    "HeatCurrents",
    "HierarchyState",
    "Ladder",
    "LevelPopulations",
    "Line",
    "LinearCircuit",
    "ReservoirCircuit",
    "Resonator",
    "ResonatorDerivatives",
    "ResonatorLevelsState",
    "ResonatorState",
    "SteadyState",
    "Table1",
    "TransmonCircuit",
    "TransmonLevels",
    "TransmonState",
    "TruncationError",
    "Validity",
    "charge_dispersion",
    "circuit_baths",
    "collective",
    "collective_derivatives",
    "coupled_reservoirs",
    "current_bound",
    "density_matrix",
    "detuned",
    "dicke_state",
    "effective_temperature",
    "evolve",
    "fixed_spin_current",
    "hierarchy",
    "high_temperature_current",
    "high_temperature_inversion",
    "independent",
    "landauer_heat",
    "large_spin_ratio",
    "level_derivatives",
    "level_populations",
    "level_projector",
    "levels",
    "linear",
    "linear_derivatives",
    "log_partition_function",
    "mean_inversion",
    "nis_cooling_power",
    "nis_current",
    "pair",
    "pair_derivatives",
    "preset",
    "preset_path",
    "reservoir_circuit",
    "resonator_derivatives",
    "resonator_level_derivatives",
    "resonator_levels",
    "resonators",
    "sinis_cooling_power",
    "sinis_temperature",
    "sinis_voltage",
    "stationary_populations",
    "table_1",
    "thermodynamic_enhancement",
    "transmon_levels",
    "validity",
]
