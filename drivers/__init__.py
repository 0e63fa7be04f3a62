"""Instruments a heat-valve station needs beyond those that QCoDeS ships."""

from .guarded_source import GuardedSource, prepare_gs200
from .mixing_chamber import MixingChamber
from .sinis_thermometer import SinisThermometer, prepare_344xxa

__all__ = ["GuardedSource", "MixingChamber", "SinisThermometer", "prepare_344xxa", "prepare_gs200"]
