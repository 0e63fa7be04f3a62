import numpy as np
import pytest
from scipy.integrate import solve_ivp

from valvelab.clock import VirtualClock
from valvelab.sim.cryostat import Cryostat
from valvelab.sim.cryostat.mixing_chamber import MixingStage, Unrest


def test_it_starts_at_base_and_stays_there(cryostat: Cryostat, clock: VirtualClock) -> None:
    stage = MixingStage(cryostat.mixing_chamber, clock)
    clock.sleep(1000.0)
    assert stage.temperature() == cryostat.mixing_chamber.base_temperature


def test_it_relaxes_with_its_time_constant_from_wherever_it_is(
    cryostat: Cryostat, clock: VirtualClock
) -> None:
    stage = MixingStage(cryostat.mixing_chamber, clock)
    stage.head_for(0.2)
    clock.sleep(60.0)
    halfway = 0.2 - 0.14 * np.exp(-1)
    assert stage.temperature() == pytest.approx(halfway, rel=1e-14, abs=0)
    stage.head_for(0.1)
    assert stage.temperature() == pytest.approx(halfway, rel=1e-14, abs=0)
    clock.sleep(120.0)
    assert stage.temperature() == pytest.approx(0.1 + (halfway - 0.1) * np.exp(-2), rel=1e-14, abs=0)


def test_it_follows_a_ramp_like_the_integrated_equation(cryostat: Cryostat, clock: VirtualClock) -> None:
    stage = MixingStage(cryostat.mixing_chamber, clock)
    stage.head_for(0.11, rate=1e-3)
    for time, ramping in ((30.0, True), (60.0, False), (100.0, False)):
        clock.sleep(time - clock.now())
        exact = solve_ivp(
            lambda t, temperature: (min(0.06 + 1e-3 * t, 0.11) - temperature) / 60.0,
            (0, time),
            [0.06],
            rtol=1e-10,
            atol=1e-14,
            max_step=0.5,
        ).y[0, -1]
        assert stage.temperature() == pytest.approx(exact, rel=1e-6, abs=0)
        assert stage.is_ramping() is ramping
    assert stage.set_point() == 0.11


def test_it_arrives_once_no_thermometer_can_tell(cryostat: Cryostat, clock: VirtualClock) -> None:
    stage = MixingStage(cryostat.mixing_chamber, clock)
    stage.head_for(0.2)
    clock.sleep(60.0 * np.log(0.14 / 1.1e-9))
    assert stage.temperature() == pytest.approx(0.2 - 1.1e-9, abs=1e-14)
    clock.sleep(60.0)
    assert stage.temperature() == 0.2


def test_nothing_cools_below_the_base_temperature(cryostat: Cryostat, clock: VirtualClock) -> None:
    stage = MixingStage(cryostat.mixing_chamber, clock)
    stage.head_for(0.01)
    clock.sleep(1e6)
    assert stage.temperature() == cryostat.mixing_chamber.base_temperature
    assert stage.heating_power() == 0


def test_a_refrigerator_that_warms_up_lets_it_cool_down_again_to_what_was_asked(
    cryostat: Cryostat, clock: VirtualClock
) -> None:
    stage = MixingStage(cryostat.mixing_chamber, clock)
    for asked, cold in ((0.0, 0.06), (0.1, 0.1)):
        stage.head_for(asked)
        stage.warm_to(0.5)
        stage.head_for(asked)
        clock.sleep(6000.0)
        assert stage.temperature() == 0.5
        stage.warm_to(0.06)
        clock.sleep(6000.0)
        assert stage.temperature() == cold


def test_a_power_holds_the_temperature_at_which_it_is_needed(cryostat: Cryostat, clock: VirtualClock) -> None:
    stage = MixingStage(cryostat.mixing_chamber, clock)
    stage.head_for(0.2)
    assert stage.held_by(stage.heating_power()) == pytest.approx(0.2, rel=1e-12, abs=0)
    assert stage.held_by(0.0) == 0.06


def test_others_warm_it_within_bounds_and_with_its_time_constant(cryostat: Cryostat) -> None:
    used = cryostat.mixing_chamber.model_copy(update={"step": 5e-4, "step_rate": 1e-5})
    unrest = Unrest(3, used)
    warmed = np.array([unrest.at(10.0 * place) for place in range(100_000)])
    assert not unrest.is_still
    assert warmed.min() >= 0
    assert 3e-4 < warmed.max() <= 5e-4
    # In 10 s of a time constant of 60 s it covers 15 % of the way.
    assert 2e-5 < np.abs(np.diff(warmed)).max() < 0.16 * 5e-4


def test_a_refrigerator_of_its_own_rests(cryostat: Cryostat) -> None:
    unrest = Unrest(3, cryostat.mixing_chamber)
    assert unrest.is_still
    assert unrest.at(1e6) == 0
