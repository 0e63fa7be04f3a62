"""Qubits that are parked far from resonators, as the model of slow resonators has them."""

from dataclasses import replace

import numpy as np
import pytest

from valvelab.analysis import MODELS, Points, Rates
from valvelab.analysis.model_slopes import SLOPES
from valvelab.analysis.pair_models import pair_arguments
from valvelab.sim import Resonator, hierarchy, resonators

RESONATOR, RATES = Resonator(4e9, 20.0), Rates(0.4e9, 0.3e9, 8e6, 0.05, asymmetry=0.1)
CURRENTS = ("hot", "cold", "parasitic")


def points(first, second):
    first, second = np.broadcast_arrays(np.asarray(first, float), np.asarray(second, float))
    return Points(first, second, np.full(first.shape, 0.384), np.full(first.shape, 0.096))


def drain(model, rates, where):
    return -np.asarray(MODELS[model](rates, where, RESONATOR).cold)


@pytest.mark.parametrize("pair_of", [(4e9, 2e9), (2e9, 4e9), (2e9, 2e9)])
def test_a_parked_qubit_is_that_of_the_hierarchy(pair_of):
    where = points([pair_of[0]], [pair_of[1]])
    exact = -hierarchy(**pair_arguments(RATES, where, RESONATOR)).currents.cold
    modes = -resonators(**pair_arguments(RATES, where, RESONATOR)).currents.cold
    found = drain("resonators", RATES, where)
    assert abs(found - exact)[0] < 0.5 * abs(modes - exact)[0]
    assert found == pytest.approx(exact, rel=1.5e-3, abs=3e-20)


def test_no_frequency_is_seen_at_which_parking_would_begin():
    # Close by, and where it is a qubit's own line, the powers are smooth.
    for centre in (4e9 * np.sqrt(1 - 1 / 1600), 3e9):
        low, here, high = drain("resonators", RATES, points(4e9, [centre - 1e6, centre, centre + 1e6]))
        assert here == pytest.approx((low + high) / 2, rel=1e-4, abs=0)


def test_every_point_is_alone():
    first, second = np.meshgrid([4e9, 2e9, 4.1e9], [4e9, 2e9, 3.95e9])
    whole = drain("resonators", RATES, points(first, second))
    assert whole.shape == (3, 3)
    for place in np.ndindex(3, 3):
        alone = drain("resonators", RATES, points(first[place], second[place]))
        assert alone == pytest.approx(whole[place], rel=1e-12, abs=0)


@pytest.mark.parametrize("exchange", [-2e7, 1e7, 5e7])
def test_an_exchange_with_a_parked_qubit_changes_what_it_changes_of_the_hierarchy(exchange):
    where, joined = points([4e9], [2e9]), replace(RATES, exchange=exchange)
    found = drain("resonators", joined, where) - drain("resonators", RATES, where)
    exact = [hierarchy(**pair_arguments(one, where, RESONATOR)).currents.cold for one in (RATES, joined)]
    assert found == pytest.approx(exact[0] - exact[1], rel=0.02, abs=0)
    near, nearer = (drain("resonators", replace(RATES, exchange=j), where) for j in (1e3, 0.0))
    assert near == pytest.approx(nearer, rel=1e-6, abs=0)


@pytest.mark.parametrize("quality", [7.18, 10.0, 20.0])
def test_at_half_the_frequency_qubits_are_parked_whatever_the_resonators(quality):
    resonator = Resonator(4e9, quality)
    for first in (4e9, 2e9):
        arguments = pair_arguments(RATES, points([first], [2e9]), resonator)
        exact, modes = (
            -solver(**arguments, **more).currents.cold for solver, more in ((hierarchy, {}), (resonators, {}))
        )
        found = -MODELS["resonators"](RATES, points([first], [2e9]), resonator).cold
        assert abs(found - exact)[0] < 0.4 * abs(modes - exact)[0]


def test_a_parasitic_rate_of_zero_is_a_limit():
    none = replace(RATES, gamma_p=0.0)
    for first in (4e9, 2e9):
        where = points([first], [2e9])
        slow = drain("resonators", replace(RATES, gamma_p=10.0), where)
        assert drain("resonators", none, where) == pytest.approx(slow, rel=1e-5, abs=0)
        assert np.isfinite(SLOPES["resonators"](none, where, RESONATOR).by("gamma_p").cold).all()
    assert MODELS["resonators"](none, points([], []), RESONATOR).cold.shape == (0,)


@pytest.mark.parametrize(("phase", "parity", "exchange"), [(0.0, 1, 0.0), (0.6, 1, 0.0), (0.0, -1, 3e6)])
@pytest.mark.parametrize("pair_of", [(4e9, 2e9), (2e9, 4.02e9), (2e9, 2.01e9)])
def test_slopes_are_the_limits_of_differences(pair_of, phase, parity, exchange):
    rates = replace(RATES, phase=phase, parity=parity, exchange=exchange)
    where = points([pair_of[0]], [pair_of[1]])
    slopes = SLOPES["resonators"](rates, where, RESONATOR)
    moves = {"gamma_h": ("gamma_h", 1e5), "gamma_p": ("gamma_p", 1e4), "T_p": ("T_p", 1e-5)}
    if exchange:
        moves["exchange"] = ("exchange", 1e4)
    for name, (field, step) in moves.items():
        up, down = (
            MODELS["resonators"](
                replace(rates, **{field: getattr(rates, field) + sign * step}), where, RESONATOR
            )
            for sign in (1, -1)
        )
        _agree(slopes.by(name), up, down, step)
    for name, field in (("f_1", "frequency_1"), ("f_2", "frequency_2")):
        up, down = (
            MODELS["resonators"](
                rates, replace(where, **{field: getattr(where, field) + sign * 1e5}), RESONATOR
            )
            for sign in (1, -1)
        )
        _agree(slopes.by(name), up, down, 1e5)
    if parity < 0:  # which an asymmetry moves both weights of a qubit against each other
        return
    up, down = (
        MODELS["resonators"](replace(rates, asymmetry=0.1 + sign * 1e-4), where, RESONATOR)
        for sign in (1, -1)
    )
    halves = [slopes.by("weight_1"), slopes.by("weight_2")]
    for name in CURRENTS:
        found = (getattr(halves[0], name) - getattr(halves[1], name)) / 2
        expected = (getattr(up, name) - getattr(down, name)) / 2e-4
        assert found == pytest.approx(expected, rel=2e-4, abs=1e-20)


def _agree(found, up, down, step):
    scale = max(float(np.abs(getattr(up, name) - getattr(down, name)).max()) for name in CURRENTS)
    for name in CURRENTS:
        expected = (getattr(up, name) - getattr(down, name)) / (2 * step)
        assert getattr(found, name) == pytest.approx(expected, rel=1e-3, abs=1e-3 * scale / (2 * step))
