import pytest

from valvelab.clock import VirtualClock
from valvelab.sim.cryostat.programme import Programme


def test_steps_are_approached_on_slopes_and_held(clock: VirtualClock) -> None:
    programme = Programme(clock)
    programme.run(0.0, [1.0, -1.0], interval=10.0, slope=4.0, repeats=False)
    levels = {}
    for time in (0, 2, 4, 9, 12, 14, 19):
        clock.sleep(time - clock.now())
        levels[time] = programme.level()
    assert levels == pytest.approx({0: 0, 2: 0.5, 4: 1, 9: 1, 12: 0, 14: -1, 19: -1}, abs=1e-8)
    assert not programme.is_over()
    clock.sleep(1.0)
    assert programme.is_over()
    assert programme.level() == -1.0


def test_without_a_slope_it_jumps(clock: VirtualClock) -> None:
    programme = Programme(clock)
    programme.run(0.0, [1.0, 2.0], interval=1.0, slope=0.0, repeats=False)
    clock.sleep(1.5)
    assert programme.level() == 2.0


def test_a_pause_holds_the_level_and_costs_only_its_own_time(clock: VirtualClock) -> None:
    programme = Programme(clock)
    programme.run(0.0, [1.0], interval=10.0, slope=10.0, repeats=False)
    clock.sleep(4.0)
    programme.pause()
    clock.sleep(100.0)
    programme.pause()
    assert programme.level() == pytest.approx(0.4, rel=1e-6, abs=0)
    programme.resume()
    programme.resume()
    clock.sleep(1.0)
    assert programme.level() == pytest.approx(0.5, rel=1e-6, abs=0)


def test_a_repeated_programme_goes_round_without_end(clock: VirtualClock) -> None:
    programme = Programme(clock)
    programme.run(5.0, [0.0, 1.0], interval=1.0, slope=1.0, repeats=True)
    levels = []
    for _ in range(6):
        levels.append(programme.level())
        clock.sleep(0.5)
    clock.sleep(999.5)
    levels.append(programme.level())
    assert levels == pytest.approx([5.0, 2.5, 0.0, 0.5, 1.0, 0.5, 0.5], abs=1e-5)
    assert not programme.is_over()
