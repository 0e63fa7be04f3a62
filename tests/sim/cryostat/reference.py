"""The heat balance once more, written from its definition: Bessel series, bracketing root finder, nested."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import kve

from valvelab.constants import BOLTZMANN, ELEMENTARY_CHARGE
from valvelab.sim import Bath, Resonator, pair
from valvelab.sim.cryostat import Cryostat
from valvelab.thermometer import Thermometer

_N = np.arange(1, 150)
_SIGN = (-1.0) ** (_N + 1)


def _junction(voltage: float, temperature: float, made: Thermometer) -> tuple[float, float]:
    a = made.gap / (BOLTZMANN * temperature)
    v = ELEMENTARY_CHARGE * voltage / (2 * BOLTZMANN * temperature)
    k_0, k_1, k_2 = (kve(order, _N * a) for order in (0, 1, 2))
    rising, falling = np.exp(_N * (v - a)) / 2, np.exp(-_N * (v + a)) / 2
    current = 2 * made.gap / (ELEMENTARY_CHARGE * made.resistance) * np.sum(_SIGN * k_1 * (rising - falling))
    heat = _SIGN * (a * (k_0 + k_2) / 2 * (rising + falling - np.exp(-_N * a)) - v * k_1 * (rising - falling))
    scale = 4 * BOLTZMANN * temperature * made.gap / (ELEMENTARY_CHARGE**2 * made.resistance)
    return float(current), float(scale * np.sum(heat))


def thermometer_voltage(temperature: float, made: Thermometer) -> float:
    """Voltage of a SINIS pair [V]."""
    gap_voltage = 2 * made.gap / ELEMENTARY_CHARGE
    return float(
        brentq(
            lambda voltage: _junction(voltage, temperature, made)[0] - made.bias_current,
            1e-9,
            gap_voltage * (1 - 1e-3),
            xtol=1e-19,
            rtol=1e-14,
        )
    )


def temperatures(
    cryostat: Cryostat, frequencies: tuple[float, float], heater_power: float, bath: float
) -> tuple[float, float]:
    """Temperatures of source and drain [K]."""
    chip, source, drain = cryostat.chip, cryostat.source, cryostat.drain

    def photons(hot: float, cold: float) -> tuple[float, float]:
        currents = pair(
            frequencies,
            Bath(chip.gamma_h, hot),
            Bath(chip.gamma_c, cold),
            Bath(chip.gamma_p, chip.T_p),
            resonator=Resonator(chip.resonator.frequency, chip.resonator.quality_factor),
        ).currents
        return float(currents.hot), float(currents.cold)

    def lost(island, temperature: float) -> float:
        made = island.thermometer
        cooling = _junction(thermometer_voltage(temperature, made), temperature, made)[1]
        return island.electron_phonon_coupling * (temperature**5 - bath**5) + cooling

    def source_temperature(cold: float) -> float:
        return float(
            brentq(
                lambda hot: lost(source, hot) + photons(hot, cold)[0] - heater_power,
                0.2,
                0.5,
                xtol=1e-15,
                rtol=1e-13,
            )
        )

    def drain_excess(cold: float) -> float:
        return lost(drain, cold) + photons(source_temperature(cold), cold)[1] - cryostat.drain_background

    cold = float(brentq(drain_excess, 0.06, 0.2, xtol=1e-15, rtol=1e-13))
    return source_temperature(cold), cold
