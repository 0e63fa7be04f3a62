"""Flux that the coil currents do not explain."""

import numpy as np
import pytest

from valvelab.sim import preset
from valvelab.sim.cryostat.schema import FluxNoise
from valvelab.sim.cryostat.stray_flux import Hysteresis, StrayFlux

BIAS = preset("paper").flux
DAY = 86400.0


def noise(**changes):
    return FluxNoise.model_construct(**(FluxNoise().model_dump() | changes))


def test_a_drift_moves_both_fluxes_alike():
    stray = StrayFlux(1, noise(drift=1e-4 / 3600))
    assert stray.at(7200.0) == pytest.approx((2e-4, 2e-4), rel=1e-12, abs=0)


def test_jumps_come_as_often_as_they_should_and_no_farther():
    stray = StrayFlux(2, noise(jump=5e-3, jump_rate=1 / DAY))
    fluxes = np.array([stray.at(hour * 3600.0) for hour in range(24 * 200)])
    jumps = np.diff(fluxes, axis=0)
    assert (np.abs(np.count_nonzero(jumps, axis=0) - 200) < 4 * np.sqrt(200)).all()
    assert 4e-3 < np.abs(jumps).max() <= 5e-3
    assert np.corrcoef(fluxes.T)[0, 1] < 0.3
    assert stray.at(0.0) == (0.0, 0.0)


def test_times_may_be_asked_in_any_order():
    one, other = (StrayFlux(3, noise(jump=5e-3, jump_rate=1e-3)) for _ in range(2))
    times = np.linspace(0, 1e5, 50)
    assert [one.at(t) for t in times] == [other.at(t) for t in times[::-1]][::-1]


def flux_along(hysteresis, currents):
    """Fluxes of both qubits while coil 1 takes its currents [flux quanta]."""
    return np.array([BIAS.fluxes([i, 0.0]) + hysteresis.lag(i, 0.0) for i in currents])


def test_ramps_up_and_down_are_one_play_apart():
    hysteresis = Hysteresis(BIAS, noise(hysteresis=4e-3))
    there = np.linspace(0, 1e-4, 21)
    up = flux_along(hysteresis, there)
    down = flux_along(hysteresis, there[::-1])[::-1]
    again = flux_along(hysteresis, there)
    np.testing.assert_allclose((down - up)[5:-1], 4e-3, rtol=1e-9)
    np.testing.assert_allclose((down - again)[1:-1], 4e-3, rtol=1e-9)


def test_within_the_play_a_flux_stays_where_it_is():
    hysteresis = Hysteresis(BIAS, noise(hysteresis=4e-3))
    start = flux_along(hysteresis, [1e-4])[0]
    for current in (0.9999e-4, 0.9996e-4, 1e-4):
        np.testing.assert_allclose(flux_along(hysteresis, [current])[0], start, rtol=1e-12)


def test_without_noise_nothing_strays():
    assert StrayFlux(1, FluxNoise()).at(1e9) == (0.0, 0.0)
    hysteresis = Hysteresis(BIAS, FluxNoise())
    assert [hysteresis.lag(i, -i) for i in (0.0, 1e-3, -1e-3)] == [(0.0, 0.0)] * 3
