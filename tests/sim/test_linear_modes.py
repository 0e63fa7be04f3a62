from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valvelab.sim import Bath, Resonator
from valvelab.sim.linear_modes import modes
from valvelab.sim.pair import pair_problem

FREQUENCY = np.concatenate([np.linspace(3e9, 5e9, 401), np.geomspace(1e6, 1e11, 101)])[None]


def chain(
    frequencies=(4e9, 4e9), rates=(0.5e9, 0.5e9, 0.0), weights=((1, 1), (1, 1)), quality=20.0, exchange=0.0
):
    hot, cold, parasitic = (Bath(rate, 0.1) for rate in rates)
    resonators = Resonator(4e9, quality), Resonator(4.1e9, quality / 2, 1)
    return modes(pair_problem(frequencies, hot, cold, parasitic, resonators, weights, exchange, gkls=False))


@given(
    st.tuples(*[st.floats(2e9, 6e9)] * 2),
    st.tuples(*[st.floats(1e5, 5e10)] * 3),
    st.tuples(*[st.tuples(*[st.floats(-1.5, 1.5)] * 2)] * 2),
    st.floats(0, 100),
    st.floats(-1e9, 1e9),
)
@settings(max_examples=50, deadline=None)
def test_no_more_leaves_than_comes(frequencies, rates, weights, quality, exchange):
    across, hot, cold = chain(frequencies, rates, weights, quality, exchange).transmissions(FREQUENCY)
    # A row of a unitary matrix: what is left of 1 is reflected.
    assert np.all(across + hot <= 1 + 1e-9) and np.all(across + cold <= 1 + 1e-9)


def test_heat_finds_the_same_way_back():
    there = chain((4e9, 3.9e9), (0.5e9, 0.2e9, 1e8), ((1, 0.5), (-0.7, 1.2)))
    turned = modes(
        pair_problem(
            (4e9, 3.9e9),
            *(Bath(rate, 0.1) for rate in (0.2e9, 0.5e9, 1e8)),
            (Resonator(4.1e9, 10, 1), Resonator(4e9, 20)),
            ((-0.7, 1.2), (1, 0.5)),
            0.0,
            gkls=False,
        )
    )
    back = turned.transmissions(FREQUENCY)
    for one, other in zip(there.transmissions(FREQUENCY), (back[0], back[2], back[1]), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


def test_with_phases_what_passes_there_and_back_differs_by_one_circulation():
    here = chain((4e9, 3.9e9), (0.5e9, 0.2e9, 1e8), ((1, 0.5 + 0.8j), (-0.7, 1.2)), exchange=3e7)
    there, back = (
        np.array(one.transmissions(FREQUENCY)) for one in (here, replace(here, weights=here.weights.conj()))
    )
    turning = there[0] - back[0]
    assert np.abs(turning).max() > 0.01
    np.testing.assert_allclose(back[1] - there[1], turning, atol=1e-13)
    np.testing.assert_allclose(there[2] - back[2], turning, atol=1e-13)
    # As much leaves a bath as comes, and in equilibrium nothing is given away on balance.
    exchanges = here.exchanges(FREQUENCY)
    assert len(exchanges) == 6
    assert sum(one.given.sum() * one.passed for one in exchanges) == pytest.approx(turning * 1.5, abs=1e-13)


def test_like_oscillators_pass_nothing_half_way_and_opposite_ones_pass_most():
    hot, cold = Bath(0.5e9, 0.2), Bath(0.5e9, 0.1)
    like, opposite = (
        modes(
            pair_problem((4e9, 3.96e9), hot, cold, None, None, ((1, 1), (1, sign)), 0.0, gkls=False)
        ).transmissions(np.array([[3.98e9]]))[0]
        for sign in (1, -1)
    )
    assert like.item() < 1e-20 and opposite.item() > 0.1


def test_on_resonance_a_matched_oscillator_passes_everything():
    passed = chain((4e9, 2e9), weights=((1, 0), (1, 0)), quality=0.0).transmissions(np.array([[4e9]]))
    assert passed[0].item() == pytest.approx(
        1, abs=1e-3
    )  # the exponent 1 of the cold resonator costs a little


@pytest.mark.parametrize("quality", [0.3, 0.5, 20.0, 300.0])
def test_a_pole_is_where_the_transmission_diverges(quality):
    here = chain((4e9, 3e9), (0.5e9, 0.2e9, 1e8), ((1, 0.5), (-0.7, 1.2)), quality, 5e7)
    poles = here.poles()
    assert np.all(poles.imag < 0)
    sharp = poles[(poles.real > 2e9) & (np.abs(poles.imag) < 5e8)]
    for pole in sharp:
        # A thousand times nearer to the pole the excitation is a thousand times larger.
        near, far = (
            here._excitation(
                np.array([[pole + s * 1j * pole.imag]]), _chi(here, pole + s * 1j * pole.imag), 0
            )
            for s in (1e-5, 1e-2)
        )
        assert abs(near[0] / far[0]).item() > 100
    assert sharp.size >= 2


def _chi(here, f):
    ratio = f / here.resonances[..., None]
    return 1 / (1 - 1j * here.qualities[..., None] * (ratio - 1 / ratio))
