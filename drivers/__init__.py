"""Instruments a heat-valve station needs beyond those that QCoDeS ships."""

from .flux_bias import FluxBias
from .gs200 import GS200Ramp, prepare_gs200
from .guarded_source import GuardedSource
from .mixing_chamber import MixingChamber
from .sinis_thermometer import SinisThermometer

__all__ = ["FluxBias", "GS200Ramp", "GuardedSource", "MixingChamber", "SinisThermometer", "prepare_gs200"]
