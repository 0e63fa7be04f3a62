"""Instruments a heat-valve station needs beyond those that QCoDeS ships."""

from .blue_fors import BlueFors
from .blue_fors_software import BlueForsSoftware
from .connection import harden, send_at_once
from .guarded_source import GuardedSource, prepare_gs200
from .mixing_chamber import MixingChamber
from .sinis_thermometer import SinisThermometer

__all__ = [
    "BlueFors",
    "BlueForsSoftware",
    "GuardedSource",
    "MixingChamber",
    "SinisThermometer",
    "harden",
    "prepare_gs200",
    "send_at_once",
]
