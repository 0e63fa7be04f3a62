"""Switching data made with the models themselves, for tests of what is around the models."""

import numpy as np
import pytest
import xarray as xr

from valvelab.analysis import MODELS, Points, Rates
from valvelab.dataset import REDUCED
from valvelab.sim import Resonator

TRUTH = Rates(0.5e9, 0.5e9, 0.01e9, 0.05)
RESONATOR = Resonator(4e9, 20.0)
FREQUENCIES = {"both": (4e9, 4e9), "only_1": (4e9, 2e9), "only_2": (2e9, 4e9)}


def switching_dataset(truth=TRUTH, noise=2e-18, seed=None, model="collective", source=False):
    """Return a reduced dataset over source and drain temperatures, for every configuration but off."""
    hot, cold = (x.ravel() for x in np.meshgrid([0.12, 0.2, 0.3, 0.384, 0.45], [0.06, 0.1, 0.16, 0.25]))
    keep = hot >= cold
    hot, cold = hot[keep], cold[keep]
    names = np.repeat(list(FREQUENCIES), hot.size)
    first, second = np.array([FREQUENCIES[name] for name in names]).T
    points = Points(first, second, np.tile(hot, 3), np.tile(cold, 3))
    currents = MODELS[model](truth, points, RESONATOR)
    random = np.random.default_rng(seed)
    scatter = (
        noise * random.standard_normal((2, names.size)) if seed is not None else np.zeros((2, names.size))
    )
    columns = {
        "configuration": names,
        "frequency_1": points.frequency_1,
        "frequency_2": points.frequency_2,
        "temperature_source": points.temperature_source,
        "temperature_drain": points.temperature_drain,
        "heat_power_drain": -currents.cold + scatter[0],
        "heat_power_drain_std": np.full(names.size, noise),
    }
    if source:
        columns |= {
            "heat_power_source": currents.hot + scatter[1],
            "heat_power_source_std": np.full(names.size, noise),
        }
    return xr.Dataset(
        {name: ("point", values, {"units": REDUCED[name].units}) for name, values in columns.items()},
        attrs={"resonator_frequency": 4e9, "quality_factor": 20.0},
    )


@pytest.fixture
def make_switching_dataset():
    return switching_dataset


@pytest.fixture
def truth():
    return TRUTH
