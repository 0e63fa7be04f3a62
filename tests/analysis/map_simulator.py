"""Heat maps with a known truth."""

import numpy as np

from valvelab.analysis import map_dataset
from valvelab.analysis.flux_map_model import map_power
from valvelab.analysis.flux_map_parameters import known_values
from valvelab.sim import preset

WINDOW = 1e-3
"""Full width of both axes [A]."""


def random_device(seed):
    """Return parameters of two qubits whose fluxes the window covers by 1.2 to 2.2 periods."""
    random = np.random.default_rng(seed)
    values = known_values(preset("aalto2026"))
    for qubit, direction in ((1, random.uniform(-0.4, 0.4)), (2, random.uniform(0.7, 1.2))):
        period = random.uniform(1.2, 2.2) / WINDOW
        values |= {
            f"flux_{qubit}_coil_1": period * np.cos(direction),
            f"flux_{qubit}_coil_2": period * np.sin(direction),
            f"flux_offset_{qubit}": random.uniform(-0.5, 0.5),
            f"maximum_frequency_{qubit}": values["resonator_frequency"] * random.uniform(1.2, 1.6),
        }
    return values | {
        "quality_factor": random.uniform(5, 12),
        "ridge_power": random.uniform(25e-18, 50e-18),
        "weight_2": random.uniform(0.85, 1.2),
        "parasitic_share": random.uniform(0.1, 0.4),
    }


def simulated_map(
    values, *, shape=(41, 31), model="independent", noise=2e-18, stripes=2e-18, seed=0, product=0.0
):
    """Return the map of a device with white noise and an offset for each column [W].

    `product` is what the ridges' crossings have too much, as a share of the sum of both ridges.
    """
    random = np.random.default_rng(seed)
    first, second = (np.linspace(-WINDOW / 2, WINDOW / 2, size) + 0.1e-3 for size in shape)
    power = map_power(values, first[:, None], second, model)
    if product:
        power = power + product * _product(values, first, second)
    power = (
        power + 0.6e-15 + noise * random.standard_normal(shape) + stripes * random.standard_normal(shape[1])
    )
    return map_dataset(first, second, power)


def _product(values, first, second):
    from valvelab.analysis.flux_map_model import qubit_frequency, ridge

    parts, heights = [], []
    for qubit in (1, 2):
        parts.append(ridge(qubit, values, qubit_frequency(qubit, values, first[:, None], second)))
        heights.append(ridge(qubit, values, values["resonator_frequency"]))
    return parts[0] * parts[1] / (heights[0] * heights[1]) * sum(heights)
