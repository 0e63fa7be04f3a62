import numpy as np
import pytest

from tests.sim.dicke_reference import exact_currents
from valvelab.constants import PLANCK
from valvelab.sim import Bath, collective, effective_temperature, independent, many_qubits

HOT, COLD = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096)
"""What follows is held to mpmath, N = 3 and 5 by elimination and N = 12 by the iteration over sectors."""
EXTREMES = {
    "table_1": ((0.5e9, 0.384), (0.5e9, 0.096), (0.01e9, 0.05)),
    "tiny_rate": ((0.5e9, 0.384), (0.3e9, 0.096), (1e-3, 0.05)),
    "large_rate": ((0.5e9, 0.384), (0.3e9, 0.096), (5e9, 0.05)),
    "occupations_of_1e-30": ((0.5e9, 0.00278), (0.3e9, 0.00277), (0.01e9, 0.00276)),
    "zero_cold": ((0.5e9, 0.384), (0.3e9, 0.0), (0.01e9, 0.0)),
    "reversed": ((0.5e9, 0.05), (0.3e9, 0.4), (0.01e9, 0.2)),
    "hot": ((0.5e9, 6.0), (0.3e9, 4.0), (0.01e9, 0.03)),
    "near_equilibrium": ((0.5e9, 0.2 * (1 + 1e-6)), (0.4e9, 0.2), (0.01e9, 0.2 * (1 - 3e-7))),
    "nearer_equilibrium": ((0.5e9, 0.2 * (1 + 1e-11)), (0.4e9, 0.2), (0.01e9, 0.2)),
}


@pytest.mark.parametrize("n_qubits", [3, 5, 12])
@pytest.mark.parametrize("case", EXTREMES)
def test_every_current_keeps_ten_digits(case, n_qubits):
    baths = EXTREMES[case]
    state = collective(n_qubits, 4e9, *(Bath(*bath) for bath in baths))
    exact, weights = exact_currents(n_qubits, 4e9, *baths)
    found = state.currents
    for current, value in zip((found.hot, found.cold, found.parasitic), exact, strict=True):
        assert abs(current - value) <= abs(value) * 1e-10
    for probability, value in zip(state.spin_probability, weights, strict=True):
        assert abs(probability - value) <= max(value * 1e-10, 1e-16)


@pytest.mark.parametrize("offset", [1e-3, 1e-5, -1e-8, 1e-12])
@pytest.mark.parametrize("n_qubits", [3, 12])
def test_the_leak_keeps_its_digits_where_it_vanishes(n_qubits, offset):
    # At T_p = T* the leak is 0; a hair beside it, it is a small difference of two large terms.
    t_star = float(effective_temperature(4e9, HOT, COLD))
    parasitic = 0.01e9, t_star * (1 + offset)
    found = collective(n_qubits, 4e9, HOT, COLD, Bath(*parasitic)).currents.parasitic
    exact = exact_currents(n_qubits, 4e9, (0.5e9, 0.384), (0.5e9, 0.096), parasitic)[0][2]
    # T* itself is rounded, which the distance to it feels.
    assert abs(found - exact) <= abs(exact) * (1e-10 + 1e-15 / abs(offset))


@pytest.mark.parametrize("n_qubits", [11, 400, 20_000, 200_000])
def test_a_parasitic_bath_at_t_star_leaves_any_number_independent(n_qubits):
    t_star = float(effective_temperature(4e9, HOT, COLD))
    found = collective(n_qubits, 4e9, HOT, COLD, Bath(0.01e9, t_star)).currents
    expected = independent(n_qubits, 4e9, HOT, COLD)
    assert found.hot / expected.hot == pytest.approx(1, rel=1e-11, abs=0)
    assert found.cold / expected.cold == pytest.approx(1, rel=1e-11, abs=0)


@pytest.mark.parametrize("t_parasitic", [0.05, 0.45])
def test_a_million_qubits_obey_the_bounds_and_are_extensive(t_parasitic):
    # The thermodynamic limit is reached as 1 / N: ten times the qubits, a tenth of the distance.
    per_qubit = [
        float(collective(n, 4e9, HOT, COLD, Bath(0.01e9, t_parasitic)).currents.paper) / n
        for n in (10**4, 10**5, 10**6)
    ]
    first, second = np.diff(per_qubit)
    assert second / first == pytest.approx(0.1, rel=0.05, abs=0)
    n_h, n_c = HOT.occupation(4e9), COLD.occupation(4e9)
    bound = PLANCK * 4e9 * 0.25e9 * (n_h - n_c)
    assert 0 < per_qubit[-1] < bound


@pytest.mark.parametrize("n_qubits", [12, 40])
def test_where_the_iteration_gives_up_elimination_takes_over(monkeypatch, n_qubits):
    exact = collective(n_qubits, 4e9, HOT, COLD, Bath(0.01e9, 0.05)).currents.hot

    def give_up(*_):
        raise ArithmeticError("no")

    monkeypatch.setattr(many_qubits, "solve", give_up)
    found = collective(n_qubits, 4e9, HOT, COLD, Bath(0.01e9, 0.05)).currents.hot
    assert found / exact == pytest.approx(1, rel=1e-12, abs=0)
    with pytest.raises(ArithmeticError):
        collective(101, 4e9, HOT, COLD, Bath(0.01e9, 0.05))


def test_reservoirs_that_are_off_leave_many_qubits_to_the_parasitic_bath():
    for rate in (0.0, 1e7):
        state = collective(300, 4e9, Bath(0.0, 0.4), Bath(0.0, 0.1), Bath(rate, 0.2))
        n = float(Bath(1.0, 0.2).occupation(4e9))
        assert state.mean_inversion == pytest.approx(-150 / (1 + 2 * n), rel=1e-12, abs=0)
        assert state.currents.hot == state.currents.parasitic == 0


def test_a_world_without_heat_is_in_its_ground_state():
    state = collective(50, 4e9, Bath(0.5e9, 0.0), Bath(0.5e9, 0.0), Bath(1e7, 0.0))
    assert state.mean_inversion == -25
    assert state.spin_probability[0] == 1
    assert state.currents.hot == state.currents.cold == state.currents.parasitic == 0


def test_more_levels_than_memory_should_hold_are_refused_with_a_reason():
    with pytest.raises(ValueError, match=r"`n_qubits` must leave at most .* levels .* colder"):
        collective(10**6, 4e9, Bath(0.5e9, 300.0), COLD, Bath(1e7, 0.05))
