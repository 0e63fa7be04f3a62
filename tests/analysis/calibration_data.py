"""Readings of a calibration as the packaged cryostat would give them, noise added by hand."""

import numpy as np

from valvelab.configuration import load_configuration
from valvelab.dataset import RAW, make_dataset
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat
from valvelab.sim.cryostat.balance import island_temperatures

CRYOSTAT = load_configuration(DEFAULT_CRYOSTAT, Cryostat)
VOLTAGE_NOISE, BATH_NOISE = 1e-7, 2e-5


def exact_voltages(baths, heater_voltages, cryostat=CRYOSTAT):
    """Return the voltages of source and drain thermometer at each stand, qubits at rest."""
    fluxes = CRYOSTAT.chip.flux.fluxes([0.0, 0.0])
    qubits = zip(CRYOSTAT.chip.qubits, fluxes, strict=True)
    frequencies = tuple(float(qubit.frequency(flux)) for qubit, flux in qubits)
    voltages = []
    for bath, heater in zip(baths, heater_voltages, strict=True):
        temperatures = island_temperatures(cryostat, frequencies, (heater, 0.0), bath)
        made = [island.thermometer for island in (cryostat.source, cryostat.drain)]
        voltages.append(
            [float(one.voltage(temperature)) for one, temperature in zip(made, temperatures, strict=True)]
        )
    return np.array(voltages)


def readings(baths, heater_voltages, exact, seed, count=10):
    """Return a raw dataset with `count` noisy readings at each stand."""
    generator = np.random.default_rng(seed)
    cell = np.repeat(np.arange(len(baths)), count)
    size = cell.size
    columns = {
        "configuration": ["calibration"] * size,
        "cell": cell,
        "block": np.zeros(size, int),
        "repetition": np.tile(np.arange(count), len(baths)),
        "time": np.arange(size) * 0.4,
        "coil_current_1": np.zeros(size),
        "coil_current_2": np.zeros(size),
        "heater_voltage": np.asarray(heater_voltages, float)[cell],
        "thermometer_voltage_source": exact[cell, 0] + VOLTAGE_NOISE * generator.standard_normal(size),
        "thermometer_voltage_drain": exact[cell, 1] + VOLTAGE_NOISE * generator.standard_normal(size),
        "mixing_chamber_temperature": np.asarray(baths)[cell] + BATH_NOISE * generator.standard_normal(size),
        "bath_temperature_set_point": np.asarray(baths, float)[cell],
    }
    return make_dataset(columns, RAW, {})
