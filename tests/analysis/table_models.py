"""Small tables for tests: a grid over a narrow range, and models that say where they are asked."""

import numpy as np

from valvelab.analysis import TableGrid
from valvelab.sim import HeatCurrents, Resonator

RESONATOR = Resonator(4e9, 20.0)
RANGES = {
    "gamma_h": (0.4e9, 0.6e9),
    "gamma_c": (0.4e9, 0.6e9),
    "gamma_p": (0.0, 0.02e9),
    "T_p": (0.03, 0.08),
    "temperature_source": (0.2, 0.4),
    "temperature_drain": (0.08, 0.2),
}
BOX = ((4e9, 4e9), (2e9, 2e9))
GRID = TableGrid(RANGES, (BOX,))
PLACES = 96 + 32
"""Places of a table of degree 3 with one box: 48 terms need 96 nodes, and there are 32 places for checking."""


def smooth_model(rates, points, resonator):
    """Return currents that cost nothing."""
    hot = 1e-15 * np.log(np.asarray(rates.gamma_h) / 1e9 + 1) * points.temperature_source
    return HeatCurrents(hot, -0.9 * hot, -0.1 * hot)


def counting(log, stop_after=None):
    """Return the same model, which notes in a file how many places it was asked for, and may fail after some."""

    def model(rates, points, resonator):
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{np.size(points.frequency_1)}\n")
        if stop_after is not None and asked(log) > stop_after:
            raise KeyboardInterrupt
        return smooth_model(rates, points, resonator)

    return model


def asked(log):
    """Return how many places whole chunks were asked for; single places are probes of how long one takes."""
    counts = [int(line) for line in log.read_text(encoding="utf-8").split()] if log.exists() else []
    return sum(count for count in counts if count > 1)
