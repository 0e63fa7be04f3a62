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


def bent_device():
    """Return a device like the measured one, and its window [A]: coil 2 is bent, and the resonators lie apart."""
    values = known_values(preset("aalto2026")) | {
        "flux_1_coil_1": 16.3e3, "flux_1_coil_2": 0.2e3, "flux_offset_1": 0.015, "maximum_frequency_1": 7.6e9,
        "flux_2_coil_1": 7.0e3, "flux_2_coil_2": -0.145e3, "flux_offset_2": -0.47, "maximum_frequency_2": 7.4e9,
        "quality_factor": 10.0, "ridge_power": 28e-18, "weight_2": 1.1, "parasitic_share": 0.2,
        "resonator_splitting": 1.0, "coil_2_curvature": -160.0,
    }  # fmt: skip
    return values, ((0.1e-3, 0.2e-3), (-0.5e-3, 0.5e-3))


def axes(shape, window=((-0.4e-3, 0.6e-3), (-0.4e-3, 0.6e-3))):
    """Return the currents of a map [A]."""
    return tuple(np.linspace(*ends, size) for ends, size in zip(window, shape, strict=True))


def simulated_map(
    values,
    *,
    shape=(41, 31),
    window=None,
    model="independent",
    noise=2e-18,
    stripes=2e-18,
    flicker=0.0,
    arch=0.0,
    seed=0,
    product=0.0,
):
    """Return the map of a device with white noise and an offset for each column [W].

    `product` is what the ridges' crossings have too much, as a share of the sum of both ridges. `flicker` runs on from
    column to column, as in a measurement that goes through the columns one after the other; its one-sided spectrum is
    flicker**2 / f, with f in cycles per point [W]. `arch` is the amplitude of a baseline that rises and falls again
    along coil 1 [W].
    """
    random = np.random.default_rng(seed)
    first, second = axes(shape) if window is None else axes(shape, window)
    power = map_power(values, first[:, None], second, model)
    if product:
        power = power + product * _product(values, first, second)
    power = (
        power + 0.6e-15 + noise * random.standard_normal(shape) + stripes * random.standard_normal(shape[1])
    )
    power = power + arch * np.sin(np.pi * np.arange(shape[0]) / (shape[0] - 1))[:, None] ** 2
    power = power + flicker * unit_flicker(shape[0] * shape[1], random).reshape(shape[::-1]).T
    return map_dataset(first, second, power)


def unit_flicker(length, random):
    """Return a series of the one-sided spectrum 1 / f, by shaping white noise much longer than itself."""
    white = np.fft.rfft(random.standard_normal(8 * length))
    frequency = np.fft.rfftfreq(8 * length)
    shape = np.where(frequency > 0, np.sqrt(0.5 / np.where(frequency > 0, frequency, 1)), 0)
    return np.fft.irfft(white * shape, 8 * length)[:length]


def _product(values, first, second):
    from valvelab.analysis.flux_map_heat import ridge
    from valvelab.analysis.flux_map_model import qubit_frequency

    parts, heights = [], []
    for qubit in (1, 2):
        parts.append(ridge(qubit, values, qubit_frequency(qubit, values, first[:, None], second)))
        heights.append(ridge(qubit, values, values["resonator_frequency"]))
    return parts[0] * parts[1] / (heights[0] * heights[1]) * sum(heights)
