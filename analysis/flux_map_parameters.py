"""The parameters of a map fit: what is known, what is fitted, bounds, and how well a value must be known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np

from valvelab.device import Device
from valvelab.errors import ConfigurationError

from .flux_map_model import CURVATURE_NAMES, DISPERSION_NAMES, FLUX_NAMES

if TYPE_CHECKING:
    import lmfit

Dict = dict[str, float]

EXCESS = "crossing_excess"

FREEABLE: Mapping[str, tuple[str, ...]] = {
    "asymmetry": ("asymmetry_1", "asymmetry_2"),
    "charging_energy": ("charging_energy_1", "charging_energy_2"),
    "maximum_frequency": ("maximum_frequency_1", "maximum_frequency_2"),
    "resonator_frequency": ("resonator_frequency",),
    "source_temperature": ("source_temperature",),
    "drain_temperature": ("drain_temperature",),
    "parasitic_temperature": ("parasitic_temperature",),
    "filter_exponent": ("filter_exponent",),
    "quality_ratio_2": ("quality_ratio_2",),
    "drain_quality_ratio": ("drain_quality_ratio",),
    "resonator_splitting": ("resonator_splitting",),
    "curvature": CURVATURE_NAMES,
    EXCESS: (EXCESS,),
}
"""What the device file holds fixed and a fit may free, with the parameters that each name stands for."""

ALWAYS_FREE = (
    *(name.format(qubit) for qubit in (1, 2) for name in FLUX_NAMES),
    "quality_factor",
    "ridge_power",
    "weight_2",
    "parasitic_share",
)
LARGEST_SHARE = 0.9

NEUTRAL: Mapping[str, float] = {
    "quality_ratio_2": 1.0,
    "drain_quality_ratio": 1.0,
    "resonator_splitting": 0.0,
    **dict.fromkeys(CURVATURE_NAMES, 0.0),
    EXCESS: 0.0,
    "parity": 1.0,
    "phase": 0.0,
}
"""What no device file knows, at the values at which it does nothing."""

_UNITS = {
    "flux_offset": "Phi0",
    "maximum_frequency": "Hz",
    "charging_energy": "Hz",
    "resonator_frequency": "Hz",
    "ridge_power": "W",
    "source_temperature": "K",
    "drain_temperature": "K",
    "parasitic_temperature": "K",
    "phase": "rad",
    **dict.fromkeys(CURVATURE_NAMES, "1/A"),
}


_READABLE = {"Hz": ("GHz", 1e9), "W": ("aW", 1e-18), "K": ("mK", 1e-3), "Phi0/A": ("Phi0/mA", 1e3)}


def known_values(device: Device) -> Dict:
    """Return what a device file states [SI]; the parasitic bath is taken as cold as the drain.

    Raises
    ------
    ConfigurationError
        If the source is not warmer than the drain.
    """
    at = device.operating_point
    if not at.source_temperature > at.drain_temperature:
        raise ConfigurationError(
            f"device '{device.name}': operating_point.source_temperature must be above drain_temperature for heat to "
            f"flow, found {at.source_temperature} K and {at.drain_temperature} K"
        )
    values = {
        **NEUTRAL,
        "resonator_frequency": device.resonator.frequency,
        "filter_exponent": device.resonator.exponent,
        "source_temperature": at.source_temperature,
        "drain_temperature": at.drain_temperature,
        "parasitic_temperature": at.drain_temperature,
    }
    for number, qubit in enumerate(device.qubits, 1):
        values |= {f"asymmetry_{number}": qubit.asymmetry, f"charging_energy_{number}": qubit.charging_energy}
        if qubit.maximum_frequency is not None:
            values[f"maximum_frequency_{number}"] = qubit.maximum_frequency
    return values


def free_names(device: Device, free: Collection[str]) -> list[str]:
    """Return the names of the fitted parameters.

    Raises
    ------
    ValueError
        If a name cannot be freed.
    """
    unknown = sorted(set(free) - set(FREEABLE))
    if unknown:
        raise ValueError(
            f"Argument `free` must name some of {', '.join(FREEABLE)}, but holds {', '.join(unknown)}."
        )
    names = list(ALWAYS_FREE)
    for number, qubit in enumerate(device.qubits, 1):
        if qubit.maximum_frequency is None:
            names.append(f"maximum_frequency_{number}")
    freed = [name for group in FREEABLE if group in free for name in FREEABLE[group]]
    return names + [name for name in freed if name not in names]


def scaled_parameters(
    values: Mapping[str, float], free: Collection[str], scale: Mapping[str, float]
) -> lmfit.Parameters:
    """Return lmfit's parameters at some values in units of their scale, those in `free` to be varied within bounds.

    Minimisers take 1 for a typical size, and watts are far from it.
    """
    import lmfit

    made = lmfit.Parameters()
    for name, value in values.items():
        if name not in free:
            made.add(name, value=value / scale[name], vary=False)
            continue
        low, high = bounds(name, values)
        made.add(
            name, min(max(value, low), high) / scale[name], min=low / scale[name], max=high / scale[name]
        )
    return made


def plain_parameters(values: Mapping[str, float], free: Collection[str]) -> lmfit.Parameters:
    """Return lmfit's parameters in SI units, without bounds, which lmfit refuses at the size of watts."""
    import lmfit

    made = lmfit.Parameters()
    for name, value in values.items():
        made.add(name, value=value, vary=name in free)
    return made


def at_bounds(parameters: lmfit.Parameters) -> tuple[str, ...]:
    """Return the names of the varied parameters that ended at one of their bounds."""
    return tuple(
        name
        for name, parameter in parameters.items()
        if parameter.vary
        and min(parameter.value - parameter.min, parameter.max - parameter.value)
        < 1e-3 * max(1.0, abs(parameter.value))
        and np.isfinite(parameter.max - parameter.min)
    )


def scales(values: Mapping[str, float]) -> Dict:
    """Return a typical size of each parameter."""
    typical = {"Phi0/A": 1e3, "1/A": 1e2, "Hz": values["resonator_frequency"], "W": values["ridge_power"]}
    return {name: typical.get(unit(name), 1.0) for name in values}


def bounds(name: str, values: Mapping[str, float]) -> tuple[float, float]:
    """Return the smallest and the largest value of a parameter that a fit may try."""
    f_r = values["resonator_frequency"]
    between = float(np.sqrt(values["source_temperature"] * values["drain_temperature"]))
    family = name.rstrip("_12")
    return {
        "maximum_frequency": (0.8 * f_r, 4 * f_r),
        "asymmetry": (0.0, 0.95),
        "charging_energy": (0.002 * f_r, 0.3 * f_r),
        "resonator_frequency": (0.5 * f_r, 2 * f_r),
        "quality_factor": (0.5, 1000.0),
        "quality_ratio": (0.1, 10.0),
        EXCESS: (-1.0, 10.0),
        "drain_quality_ratio": (0.1, 10.0),
        "resonator_splitting": (0.0, 3.0),
        "filter_exponent": (-10.0, 10.0),
        "ridge_power": (0.01 * values["ridge_power"], 100 * values["ridge_power"]),
        "weight": (0.02, 50.0),
        "parasitic_share": (0.0, LARGEST_SHARE),
        "source_temperature": (1.01 * between, 5.0),
        "drain_temperature": (1e-3, 0.99 * between),
        "parasitic_temperature": (1e-3, 5.0),
        "phase": (-float(np.pi), float(np.pi)),
    }.get(family, (-float("inf"), float("inf")))


def unit(name: str) -> str:
    """Return the unit of a parameter, empty for a pure number."""
    if "_coil_" in name:
        return "Phi0/A"
    return _UNITS.get(name.rstrip("_12"), "")


def readable_unit(unit: str) -> tuple[str, float]:
    """Return the unit in which numbers of this instrument are readable, and its size."""
    return _READABLE.get(unit, (unit, 1.0))


def qubit_names(qubit: int) -> tuple[str, ...]:
    """Return the names of the parameters that set one qubit's frequency."""
    return tuple(name.format(qubit) for name in FLUX_NAMES + DISPERSION_NAMES)
