"""Columns of powers from files of other programs, as the dataset that a fit takes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.dataset import REDUCED, check_dataset, make_dataset
from valvelab.errors import DataError, QuantityError
from valvelab.units import UNITS, parse_quantity

from .entries import DIMENSIONS

if TYPE_CHECKING:
    import xarray as xr

SETTINGS = {"resonator_frequency": "frequency", "quality_factor": "", "resonator_exponent": ""} | {
    "charging_energy_1": "frequency",
    "charging_energy_2": "frequency",
}
"""What must be known beside the powers, with its dimension."""
_SIZES = {"Hz": (1e7, 1e12), "K": (1e-4, 20.0), "W": (0.0, 1e-6)}
"""What frequencies, temperatures and powers of such a device lie between, by their unit."""
EXAMPLE = (
    "configuration,frequency_1 [GHz],frequency_2 [GHz],temperature_source [mK],temperature_drain [mK],"
    "heat_power_drain [aW],heat_power_drain_std [aW]"
)


def demand_sizes(dataset: "xr.Dataset", where: str) -> None:
    """Stop at values that no heat valve has: nearly always their unit is another."""
    for name in (name for name in REDUCED if name in dataset and REDUCED[name].units in _SIZES):
        units = REDUCED[name].units
        low, high = _SIZES[units]
        for value in np.ravel(dataset[name].values):
            if not low <= abs(value) <= high:
                raise DataError(
                    f"{where}: {name} must lie between {low:g} and {high:g} {units}, found {value:g} {units}; is its "
                    "unit right?"
                )


def setting(name: str, text: str, where: str) -> float:
    """Return one of `SETTINGS` from its text."""
    dimension = SETTINGS[name]
    try:
        return parse_quantity(text, dimension, name) if dimension else float(text)
    except (QuantityError, ValueError) as error:
        raise DataError(f"{where}: {name}: {error}") from None


def dataset_of(
    columns: Mapping[str, Any], units: Mapping[str, str], settings: Mapping[str, float], where: str
) -> "xr.Dataset":
    """Return the dataset of some columns, their values turned into SI units."""
    kept: dict[str, Any] = {}
    for name, described in REDUCED.items():
        if name not in columns:
            continue
        unit = units.get(name, "") or described.units
        table = UNITS.get(DIMENSIONS.get(described.units, ""), {})
        if table and unit not in table:
            raise DataError(
                f"{where}: {name} must be in one of {', '.join(table)}, found '{unit}'; say its unit"
            )
        values = columns[name]
        kept[name] = values if not table else float(table[unit]) * np.asarray(values, float)
    lengths = {name: len(values) for name, values in kept.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise DataError(f"{where}: all variables must be equally long, found {told}")
    missing = [name for name, described in REDUCED.items() if name not in kept and described.is_needed(kept)]
    if missing:
        raise DataError(
            f"{where}: must hold {', '.join(missing)} as well; a .csv file begins with '{EXAMPLE}'"
        )
    dataset = make_dataset(kept, REDUCED, dict(settings))
    check_dataset(dataset, REDUCED, where)
    return dataset
