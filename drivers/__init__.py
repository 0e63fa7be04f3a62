"""Instruments a heat-valve station needs beyond those that QCoDeS ships."""

from .guarded_source import GuardedSource, prepare_gs200
from .heat_valve import HeatValve
from .keysight_344xxa import prepare_344xxa
from .mixing_chamber import MixingChamber
from .sinis_heater import SinisHeater
from .sinis_thermometer import SinisThermometer
from .symmetry import SymmetryPoint, symmetry_point

__all__ = [
    "GuardedSource",
    "HeatValve",
    "MixingChamber",
    "SinisHeater",
    "SinisThermometer",
    "SymmetryPoint",
    "prepare_344xxa",
    "prepare_gs200",
    "symmetry_point",
]
