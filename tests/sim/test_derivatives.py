from dataclasses import replace

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.dicke_reference import exact_currents
from valvelab.sim import Bath, CurrentDerivatives, collective, collective_derivatives

BATHS = {"gamma_h": (0, "rate"), "gamma_c": (1, "rate"), "gamma_p": (2, "rate")}
BATHS |= {"T_h": (0, "temperature"), "T_c": (1, "temperature"), "T_p": (2, "temperature")}
TABLE_1 = (0.5e9, 0.384), (0.3e9, 0.096), (0.01e9, 0.05)
FLOWS = ("hot", "cold", "parasitic")


@pytest.mark.parametrize("n_qubits", [1, 2])
@pytest.mark.parametrize("parameter", BATHS)
def test_a_derivative_is_what_fifty_digits_say(n_qubits, parameter):
    # A central difference at 100 digits has 40 that are right.
    bath, attribute = BATHS[parameter]
    place = ("rate", "temperature").index(attribute)
    sides = []
    with mpmath.workdps(100):
        value = mpmath.mpf(TABLE_1[bath][place])
        step = value * mpmath.mpf(10) ** -30
        for sign in (1, -1):
            moved = [list(b) for b in TABLE_1]
            moved[bath][place] = value + sign * step
            sides.append(exact_currents(n_qubits, 4e9, *moved, digits=100)[0])
    found = collective_derivatives(n_qubits, 4e9, *(Bath(*b) for b in TABLE_1)).by(parameter)
    for flow, up, down in zip(FLOWS, *sides, strict=True):
        assert getattr(found, flow) == pytest.approx(float((up - down) / (2 * step)), rel=1e-11, abs=0)


RATE, TEMPERATURE = st.floats(1e6, 1e10), st.floats(0.02, 3)


@settings(max_examples=60, deadline=None)
@given(
    n_qubits=st.sampled_from([1, 2]),
    rates=st.tuples(RATE, RATE, RATE),
    temperatures=st.tuples(TEMPERATURE, TEMPERATURE, TEMPERATURE),
    parameter=st.sampled_from(list(BATHS)),
)
def test_a_derivative_is_a_difference_everywhere(n_qubits, rates, temperatures, parameter):
    baths = [Bath(*bath) for bath in zip(rates, temperatures, strict=True)]
    bath, attribute = BATHS[parameter]
    value = getattr(baths[bath], attribute)
    steps = value * (1 + np.array([1e-4, -1e-4, 5e-5, -5e-5]))
    moved = [*baths]
    moved[bath] = replace(moved[bath], **{attribute: steps})
    state = collective(n_qubits, 4e9, *moved).currents
    found = collective_derivatives(n_qubits, 4e9, *baths).by(parameter)
    scale = max(float(np.abs(getattr(state, flow)).max()) for flow in FLOWS) / value
    for flow in FLOWS:
        wide, narrow = (np.diff(getattr(state, flow)[[2 * k + 1, 2 * k]])[0] for k in (0, 1))
        slope = (4 * narrow / (steps[2] - steps[3]) - wide / (steps[0] - steps[1])) / 3
        assert abs(getattr(found, flow) - slope) <= 1e-7 * abs(slope) + 1e-9 * scale


def test_the_derivatives_of_the_three_currents_cancel():
    d = collective_derivatives(2, 4e9, *(Bath(*b) for b in TABLE_1))
    assert np.all(np.abs(d.hot + d.cold + d.parasitic) <= 1e-13 * np.abs(d.hot).max(axis=-1))


def test_an_occupation_and_its_temperature_are_one_thing():
    d = collective_derivatives(2, 4e9, *(Bath(*b) for b in TABLE_1))
    warmer = Bath(1.0, np.array([0.384 * (1 + 1e-6), 0.384 * (1 - 1e-6)])).occupation(4e9)
    ratio = np.diff(warmer)[0] / (-2e-6 * 0.384)
    assert d.by("T_h").hot / d.by("n_h").hot == pytest.approx(ratio, rel=1e-8, abs=0)


def test_baths_at_zero_do_not_feel_their_temperature_yet():
    d = collective_derivatives(2, 4e9, Bath(0.5e9, 0.384), Bath(0.5e9, 0.0), Bath(1e7, 0.0))
    assert d.by("T_c").cold == d.by("T_p").hot == 0
    assert np.all(np.isfinite(d.hot))


def test_batches_broadcast():
    d = collective_derivatives(
        2, 4e9, Bath(0.5e9, np.full((3, 1), 0.3)), Bath(0.5e9, 0.1), Bath([1e6, 1e7], 0.05)
    )
    assert d.hot.shape == (3, 2, len(CurrentDerivatives.PARAMETERS))
    one = collective_derivatives(2, 4e9, Bath(0.5e9, 0.3), Bath(0.5e9, 0.1), Bath(1e7, 0.05))
    assert np.allclose(d.cold[2, 1], one.cold, rtol=1e-13, atol=0)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((3, 4e9, Bath(1.0, 0.1)), "n_qubits"),
        ((2, -1.0, Bath(1.0, 0.1)), "frequency"),
        ((2, 4e9, Bath(0.0, 0.1)), "hot"),
    ],
)
def test_what_has_no_derivative_is_refused_by_name(arguments, name):
    with pytest.raises(ValueError, match=f"`{name}`"):
        collective_derivatives(*arguments, Bath(0.0, 0.1), Bath(1e7, 0.05))


def test_a_parameter_that_is_none_is_refused():
    with pytest.raises(ValueError, match="gamma_h, gamma_c"):
        collective_derivatives(1, 4e9, *(Bath(*b) for b in TABLE_1)).by("kappa")
