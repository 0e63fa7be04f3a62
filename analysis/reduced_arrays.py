"""Arrays out of a reduced dataset, with errors that say what is wrong with it."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.errors import DataError
from valvelab.sim import Resonator

from .models import Points
from .transmons import Transmons, known_transmons
from .whitening import whitening

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]


def points_of(dataset: "xr.Dataset", prefix: str) -> Points:
    """Return frequencies and temperatures of the points, or of what was subtracted with "reference_" before them."""
    names = ("frequency_1", "frequency_2", "temperature_source", "temperature_drain")
    return Points(*(np.asarray(dataset[prefix + name].values, float) for name in names))


def resonator_of(dataset: "xr.Dataset") -> Resonator:
    """Return the resonators that a reduced dataset knows.

    Raises
    ------
    DataError
        If it knows none.
    """
    missing = [name for name in ("resonator_frequency", "quality_factor") if name not in dataset.attrs]
    if missing:
        raise DataError(f"reduced dataset: attributes {', '.join(missing)} must be there; add them [Hz, 1]")
    attributes = dataset.attrs
    return Resonator(
        float(attributes["resonator_frequency"]),
        float(attributes["quality_factor"]),
        float(attributes.get("resonator_exponent", 0.0)),
    )


def transmons_of(dataset: "xr.Dataset", model: str = "levels") -> Transmons:
    """Return the transmons that a reduced dataset knows, with as many levels as a model follows.

    Raises
    ------
    DataError
        If it does not know their charging energies, or a frequency is none of such a transmon.
    """
    energies = dataset.attrs.get("charging_energy_1"), dataset.attrs.get("charging_energy_2")
    prefixes = [prefix for prefix in ("", "reference_") if f"{prefix}frequency_1" in dataset]
    return known_transmons(energies, [points_of(dataset, prefix) for prefix in prefixes], model)


def diagonal(variances: Array) -> Any:
    """Return a covariance of what is not correlated, as a sparse array."""
    from scipy.sparse import diags_array

    return diags_array(variances, format="csr")


def covariance_of(dataset: "xr.Dataset", reservoir: str) -> Any:
    """Return the covariance of the powers of a reservoir [W^2], a sparse array of (point, point).

    Raises
    ------
    DataError
        If there is none, or it is not symmetric and positive definite.
    """
    from scipy.sparse import csr_array

    name, size = f"heat_power_{reservoir}_covariance", dataset.sizes["point"]
    if name in dataset:
        dense = np.asarray(dataset[name].values, float)
        if dense.shape != (size, size) or not np.allclose(dense, dense.T, rtol=1e-8, atol=0):
            raise DataError(
                f"reduced dataset: {name} must be a symmetric matrix of {size} x {size}, found {dense.shape}; choose "
                "some of its points along point and point_ alike"
            )
        covariance = csr_array(dense)
    elif f"heat_power_{reservoir}_std" in dataset:
        covariance = diagonal(np.asarray(dataset[f"heat_power_{reservoir}_std"].values, float) ** 2)
    else:
        raise DataError(
            f"reduced dataset: heat_power_{reservoir}_std must be there beside heat_power_{reservoir}, found none; "
            "give every power an error"
        )
    try:
        whitening(covariance)
    except np.linalg.LinAlgError:
        raise DataError(
            f"reduced dataset: heat_power_{reservoir}_std or its covariance must be above zero (positive "
            "definite); give every power an error"
        ) from None
    return covariance
