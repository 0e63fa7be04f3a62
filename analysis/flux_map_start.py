"""Starting values of a map fit, from the map itself."""

from __future__ import annotations

import itertools

import numpy as np

from valvelab.device import Device
from valvelab.errors import DataError

from .flux_map_heat import Array, ridge
from .flux_map_model import qubit_frequency
from .flux_map_parameters import Dict, known_values
from .flux_map_profile import ProfileGuess, guess_profiles
from .flux_map_ridges import Family, centred, find_families
from .map_data import HeatMap

SIGNIFICANT = 150.0
"""What a family of ridges must explain, in units of the noise's variance; noise alone reaches a few tens."""
_SMALLEST_ANGLE = np.radians(4)
"""Angle between both families, each axis in units of the window, below which they are one."""
_GUESSES = 4
_SHARE = 0.3


def starting_values(
    heat_map: HeatMap, device: Device, slow: int, noise: float, number: int = 5
) -> list[Dict]:
    """Return the best few sets of starting values, best first.

    Qubit 1 is the one whose flux responds more to coil 1, relative to coil 2, than that of the other.

    Raises
    ------
    DataError
        If the map does not show two families of ridges.
    """
    axes = heat_map.coil_current_1, heat_map.coil_current_2
    families = find_families(centred(axes[0]), centred(axes[1]), heat_map.heat_power, slow, noise)
    _demand_two(families, noise)
    families = min(families, families[::-1], key=lambda order: abs(np.tan(order[0].angle)))
    guesses = [
        guess_profiles(family, qubit, device.resonator, _GUESSES)
        for family, qubit in zip(families, device.qubits, strict=True)
    ]
    if not all(guesses):
        raise DataError(
            "heat_power: the ridges must be warmer than what is beside them, found a family that is not; "
            "check the sign of the power"
        )
    candidates = []
    for first, second in itertools.product(*guesses):
        values = _values(families, (first, second), axes, device)
        geometric_mean = float(np.sqrt(first.quality_factor * second.quality_factor))
        for quality in (first.quality_factor, geometric_mean, second.quality_factor):
            candidates.append({**values, "quality_factor": quality})
    if device.flux is not None:
        candidates += [_with_flux_bias(values, device) for values in candidates[:1]]
    ranked = sorted(candidates, key=lambda values: _unexplained(values, heat_map, slow))
    return _distinct(ranked)[:number]


def _demand_two(families: tuple[Family, Family], noise: float) -> None:
    apart = abs(np.sin(families[0].angle - families[1].angle))
    weak = [family.significance < SIGNIFICANT for family in families]
    if weak[1] or apart < np.sin(_SMALLEST_ANGLE):
        found = "no ridge" if weak[0] else "ridges of one direction only"
        raise DataError(
            f"heat_power: the map must show the ridges of both qubits, found {found} above the noise of "
            f"{noise * 1e18:.3g} aW; sweep both coils over a wider range, measure longer, or, where ridges run along "
            "the slow axis and look like drift, name the other one the slow axis"
        )


def _distinct(candidates: list[Dict]) -> list[Dict]:
    """Drop candidates that differ from a better one in nothing but the quality factor."""
    kept: dict[tuple[float, float], Dict] = {}
    for values in candidates:
        kept.setdefault((values["flux_1_coil_1"], values["flux_2_coil_1"]), values)
    return list(kept.values())


def _values(
    families: tuple[Family, Family],
    guesses: tuple[ProfileGuess, ProfileGuess],
    axes: tuple[Array, Array],
    device: Device,
) -> Dict:
    values: Dict = {}
    middle = [(axis[0] + axis[-1]) / 2 for axis in axes]
    half = [(axis[-1] - axis[0]) / 2 for axis in axes]
    for qubit, (family, guess) in enumerate(zip(families, guesses, strict=True), 1):
        row = guess.slope * np.cos(family.angle) / half[0], guess.slope * np.sin(family.angle) / half[1]
        offset = guess.offset - row[0] * middle[0] - row[1] * middle[1]
        values |= {
            f"flux_{qubit}_coil_1": float(row[0]),
            f"flux_{qubit}_coil_2": float(row[1]),
            f"flux_offset_{qubit}": wrapped(float(offset)),
            f"maximum_frequency_{qubit}": guess.maximum_frequency,
        }
    return {
        **values,
        "ridge_power": guesses[0].height,
        "weight_2": float(np.sqrt(guesses[1].height / guesses[0].height)),
        "parasitic_share": _SHARE,
        **known_values(device),
    }


def _with_flux_bias(values: Dict, device: Device) -> Dict:
    assert device.flux is not None  # noqa: S101
    changed = dict(values)
    for qubit, (row, offset) in enumerate(zip(device.flux.matrix, device.flux.offset, strict=True), 1):
        changed |= {
            f"flux_{qubit}_coil_1": row[0],
            f"flux_{qubit}_coil_2": row[1],
            f"flux_offset_{qubit}": offset,
        }
    return changed


def wrapped(offset: float) -> float:
    """Return the flux offset between -1/2 and 1/2 that means the same."""
    return (offset + 0.5) % 1.0 - 0.5


def _unexplained(values: Dict, heat_map: HeatMap, slow: int) -> float:
    """Return the sum of squares left when both ridges have their best heights and every column its offset [W^2]."""
    first, second = heat_map.coil_current_1[:, None], heat_map.coil_current_2[None, :]
    basis = [ridge(qubit, values, qubit_frequency(qubit, values, first, second)) for qubit in (1, 2)]
    columns = [part - part.mean(axis=1 - slow, keepdims=True) for part in (*basis, heat_map.heat_power)]
    matrix, power = np.stack([part.ravel() for part in columns[:2]], axis=1), columns[2].ravel()
    scale = np.abs(matrix).max() or 1.0
    heights = np.linalg.lstsq(matrix / scale, power, rcond=None)[0]
    return float(np.sum((power - matrix @ heights / scale) ** 2))
