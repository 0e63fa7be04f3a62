import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valvelab.sim import Bath
from valvelab.sim.closed_forms import Rates, one_qubit, one_spin, two_qubits
from valvelab.sim.dicke import populations


def rates(gammas, temperatures, frequency=4e9):
    return Rates.at(np.asarray(frequency), *(Bath(g, t) for g, t in zip(gammas, temperatures, strict=True)))


@settings(max_examples=100, deadline=None)
@given(
    gammas=st.tuples(st.floats(1e-3, 1e10), st.floats(1e-3, 1e10), st.floats(1e-12, 1e12)),
    temperatures=st.tuples(*[st.one_of(st.just(0.0), st.floats(0.005, 50))] * 3),
)
def test_two_qubits_are_two_in_the_dicke_basis(gammas, temperatures):
    r = rates(gammas, temperatures)
    found = two_qubits(r)
    local = r.parasitic * (1 + r.n_parasitic), r.parasitic * r.n_parasitic
    # The levels are T-, then T0 and S, then T+.
    lowest, triplet, singlet, highest = populations(2, (r.down, r.up), local)
    assert found.spin_probability == pytest.approx([lowest + triplet + highest, singlet], rel=1e-13)
    assert found.x == pytest.approx(2 * (lowest - highest), rel=1e-12, abs=1e-15)


@given(
    gammas=st.tuples(*[st.floats(0, 1e10)] * 3),
    temperatures=st.tuples(*[st.floats(0, 50)] * 3),
)
def test_one_qubit_balances_what_it_gives_and_takes(gammas, temperatures):
    r = rates(gammas, temperatures)
    found = one_qubit(r)
    excited = (1 - found.x) / 2
    down = r.down + r.parasitic * (1 + r.n_parasitic)
    up = r.up + r.parasitic * r.n_parasitic
    assert abs(up * (1 - excited) - down * excited) <= 1e-14 * (up + down)


def test_one_qubit_and_a_spin_one_half_are_the_same_without_a_parasitic_bath():
    r = rates((1e9, 2e9, 0.0), (0.4, 0.1, 0.0))
    assert one_spin(1, 0, r).x == pytest.approx(one_qubit(r).x, rel=1e-15)


def test_a_spin_coupled_to_nothing_is_in_its_ground_state():
    assert one_spin(5, 1, rates((0.0, 0.0, 0.0), (0.4, 0.1, 0.0))).x == 3
