"""What a heat map looks like, by one code for the measured map and for a simulated one."""

from dataclasses import dataclass

import numpy as np

from valvelab.analysis import fit_flux_map, map_dataset
from valvelab.analysis.thermometry import read_island
from valvelab.clock import VirtualClock
from valvelab.sim.cryostat.world import World

HEATER_VOLTAGE = 0.19
"""Warms the source of the cryostat aalto2026 to 325 mK [V]."""
COLUMN = 120.0
"""Settling and readings along one line of coil 1 [s]."""


@dataclass(frozen=True)
class Looks:
    """Baseline, ridges, noise of a reading, floor of the Allan deviation and stripes of a map [W]."""

    baseline: float
    ridge_1: float
    ridge_2: float
    noise: float
    allan_floor: float
    stripes: float


def looks(heat_map):
    """Describe a map of which coil 1 was the fast axis, by what two plain ridges leave of it."""
    fit = fit_flux_map(heat_map, "independent", extend=False)
    known = {estimate.name: estimate.value for estimate in fit.estimates}
    # What is left of the map in the order in which it was measured, stripes included.
    rest = (fit.residual + fit.offsets[None, :]).T.ravel()
    floors = []
    for size in (10, 20, 50, 101):
        means = rest[: rest.size // size * size].reshape(-1, size).mean(axis=1)
        floors.append(np.sqrt(np.mean(np.diff(means) ** 2) / 2))
    return Looks(
        fit.baseline,
        known["ridge_height_1"],
        known["ridge_height_2"],
        fit.noise,
        float(np.mean(floors)),
        float(fit.offsets.std()),
    )


def scan(cryostat, first, second):
    """Scan both coils of a cryostat, coil 1 fast, and return the heat into the drain as a laboratory infers it.

    Every second line of coil 2 is measured and left out, as in the file of the measured map.
    """
    pixel = COLUMN / first.size
    clock = VirtualClock()
    world = World(cryostat, clock)
    coils = [0.0, 0.0]
    for number in (0, 1):
        world.connect(f"coil_{number + 1}", lambda number=number: coils[number])
    world.connect("source_heater", lambda: HEATER_VOLTAGE)
    voltages = np.empty((first.size, second.size))
    for column, coils[1] in enumerate(second):
        for row, coils[0] in enumerate(first):
            clock.sleep(pixel)
            voltages[row, column] = world.voltage_reading("drain_thermometer", 10)
        clock.sleep(COLUMN)
    bath = cryostat.mixing_chamber.base_temperature
    return map_dataset(first, second, read_island(cryostat.drain, voltages, bath, "scan").power)
