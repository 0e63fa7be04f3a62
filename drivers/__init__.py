"""Instruments a heat-valve station needs beyond those that QCoDeS ships."""

from .agilent_34410a import prepare_34410a
from .agilent_34420a import Agilent34420A, prepare_34420a
from .blue_fors import BlueFors
from .blue_fors_software import BlueForsSoftware
from .connection import harden, send_at_once
from .flux_bias import FluxBias
from .fridge_coordinator import FridgeCoordinator
from .gs200 import GS200Ramp, prepare_gs200
from .guarded_source import GuardedSource
from .heat_valve import HeatValve
from .keithley_2182a import Keithley2182A, prepare_2182a
from .keithley_2400 import prepare_2400
from .keithley_6221 import DeltaMode, Keithley6221, prepare_6221
from .keysight_344xxa import prepare_344xxa
from .keysight_b2962a import prepare_b2962a
from .mixing_chamber import MixingChamber
from .qdac2 import prepare_qdac2
from .sinis_heater import SinisHeater
from .sinis_thermometer import SinisThermometer
from .stanford_sim900 import SIM928, StanfordSIM900, prepare_sim928
from .symmetry import SymmetryPoint, symmetry_point
from .temperature_loop import BlueForsLoop, LakeShoreLoop
from .yokogawa_7651 import Yokogawa7651, prepare_7651

__all__ = [
    "SIM928",
    "Agilent34420A",
    "BlueFors",
    "BlueForsLoop",
    "BlueForsSoftware",
    "DeltaMode",
    "FluxBias",
    "FridgeCoordinator",
    "GS200Ramp",
    "GuardedSource",
    "HeatValve",
    "Keithley2182A",
    "Keithley6221",
    "LakeShoreLoop",
    "MixingChamber",
    "SinisHeater",
    "SinisThermometer",
    "StanfordSIM900",
    "SymmetryPoint",
    "Yokogawa7651",
    "harden",
    "prepare_344xxa",
    "prepare_2182a",
    "prepare_2400",
    "prepare_6221",
    "prepare_7651",
    "prepare_34410a",
    "prepare_34420a",
    "prepare_b2962a",
    "prepare_gs200",
    "prepare_qdac2",
    "prepare_sim928",
    "send_at_once",
    "symmetry_point",
]
