"""Noise that does not average out."""

import numpy as np
import pytest

from valvelab.sim.cryostat.slow_noise import Events, Flicker, Steps, Telegraph

STEP = 0.5


def series(process, count, step=STEP, start=0.0):
    return np.array([process.at(start + step * place) for place in range(count)])


def allan_deviation(values, size):
    means = values[: values.size // size * size].reshape(-1, size).mean(axis=1)
    return np.sqrt(np.mean(np.diff(means) ** 2) / 2)


@pytest.fixture(scope="module")
def flicker():
    return series(Flicker(7, "wire", 1.0), 20_000)


def test_the_allan_deviation_of_flicker_is_flat_at_its_floor(flicker):
    floors = [allan_deviation(flicker, size) for size in (8, 32, 128, 512)]
    assert np.mean(floors) == pytest.approx(1.0, rel=0.15, abs=0)
    assert np.std(floors) < 0.25


def test_a_long_reading_is_about_as_noisy_as_the_mean_of_many_short_ones():
    flicker, span, many = Flicker(2, "wire", 1.0), 2.0, 400
    short = series(flicker, 20 * many, step=span / 20)
    long = np.array([flicker.at(span * place, span) for place in range(many)])
    assert allan_deviation(long, 1) == pytest.approx(allan_deviation(short, 20), rel=0.3, abs=0)
    assert allan_deviation(series(flicker, many, step=span), 1) > 1.5


def test_the_power_of_flicker_falls_like_one_over_the_frequency(flicker):
    from scipy.signal import welch

    frequency, power = welch(flicker, 1 / STEP, nperseg=4096)
    use = (frequency > 4e-3) & (frequency < 0.1)
    slope, _ = np.polyfit(np.log(frequency[use]), np.log(power[use]), 1)
    assert slope == pytest.approx(-1.0, abs=0.15)
    # h = (floor)^2 / (2 ln 2), one-sided.
    height = np.exp(np.mean(np.log(power[use] * frequency[use])))
    assert height == pytest.approx(1 / (2 * np.log(2)), rel=0.35, abs=0)


def test_flicker_is_a_function_of_time_seed_and_wire_whatever_was_asked_before():
    times = np.random.default_rng(0).uniform(0, 1e6, 40)
    one, other = Flicker(3, "wire", 1.0), Flicker(3, "wire", 1.0)
    forwards = {time: one.at(time) for time in sorted(times)}
    backwards = {time: other.at(time) for time in sorted(times, reverse=True)}
    assert forwards == backwards
    assert Flicker(4, "wire", 1.0).at(5.0) != one.at(5.0) != Flicker(3, "another", 1.0).at(5.0)


@pytest.mark.parametrize("time", [0.0, 100.0, 1e6])
def test_flicker_has_no_mean_at_any_time_and_the_variance_of_its_octaves(time):
    values = np.array([Flicker(seed, "wire", 1.0).at(time) for seed in range(800)])
    # 24 octaves, each of h ln 2 = 1/2.
    assert abs(values.mean()) < 4 * np.sqrt(12 / values.size)
    assert values.var() == pytest.approx(12, rel=0.2, abs=0)


def test_flicker_of_nothing_is_nothing():
    assert Flicker(1, "wire", 0.0).at(123.4) == 0.0


def test_a_telegraph_has_two_levels_and_jumps_as_often_as_it_should():
    rate = 0.02
    values = series(Telegraph(5, "wire", 3.0, rate), 40_000)
    assert set(values) == {-1.5, 1.5}
    jumps = np.count_nonzero(np.diff(values))
    expected = rate * STEP * values.size
    assert jumps == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert abs(values.mean()) < 0.6


def test_a_telegraph_is_a_function_of_time_too():
    one, other = Telegraph(5, "wire", 1.0, 0.01), Telegraph(5, "wire", 1.0, 0.01)
    late = [one.at(5000.0 + step) for step in range(50)]
    [other.at(time) for time in range(0, 4000, 7)]
    assert [other.at(5000.0 + step) for step in range(50)] == late
    assert Telegraph(5, "wire", 0.0, 0.01).at(3.0) == Telegraph(5, "wire", 1.0, 0.0).at(3.0) == 0.0


def test_after_any_time_a_telegraph_answers_at_once():
    telegraph = Telegraph(5, "wire", 1.0, 1.0)
    assert {telegraph.at(1e12 + step) for step in range(40)} == {-0.5, 0.5}


def test_events_are_a_poisson_process():
    events, rate = Events(8, "wire", 0.5), 0.5
    moments = []
    time = 4000.0
    while time > 0:
        time, number = events.last(time)
        assert 0 <= number < 1
        moments.append(time)
        time = np.nextafter(time, -np.inf)
    gaps = -np.diff(moments)
    assert gaps.size == pytest.approx(4000 * rate, abs=4 * np.sqrt(4000 * rate))
    # The gaps are exponential: their deviation is their mean, and one tells nothing of the next.
    assert gaps.std() == pytest.approx(1 / rate, rel=0.1, abs=0)
    assert abs(np.corrcoef(gaps[1:], gaps[:-1])[0, 1]) < 0.1


def test_steps_are_drawn_evenly_and_approached_with_the_time_constant():
    jumps = Steps(6, "wire", 2.0, 0.02)
    levels = np.unique(series(jumps, 40_000))
    assert levels.min() >= 0
    assert levels.max() <= 2
    assert levels.mean() == pytest.approx(1.0, abs=4 * 0.6 / np.sqrt(levels.size))
    smooth = Steps(6, "wire", 2.0, 0.02, 3.0)
    times = np.arange(1000.0, 1200.0, 1e-3)
    exact, found = jumps.at(times[0]), []
    for time in times:
        exact += (jumps.at(time) - exact) * 1e-3 / 3.0
        found.append(smooth.at(time) - exact)
    assert np.abs(found[100_000:]).max() < 0.02
