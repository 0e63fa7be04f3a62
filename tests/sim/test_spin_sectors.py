import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valvelab.sim import spin_sectors
from valvelab.sim.dicke import levels, populations
from valvelab.sim.spin_sectors import SectorRates, solve

LOGARITHM = st.floats(-3, 1.5)


def table_1(n_qubits, n_p, gamma_p=0.02):
    """Return the rates of Table I in units of gamma."""
    n_h, n_c = 1.5418, 0.1565
    return SectorRates(2 + n_h + n_c, n_h + n_c, gamma_p * (1 + n_p), gamma_p * n_p)


@settings(max_examples=60, deadline=None)
@given(
    n_qubits=st.integers(2, 24),
    gammas=st.tuples(LOGARITHM, LOGARITHM, st.floats(-10, 3)),
    occupations=st.tuples(*[st.floats(-12, 1.5)] * 3),
)
def test_sectors_and_elimination_agree_over_the_whole_space(n_qubits, gammas, occupations):
    (hot, cold, local), (n_h, n_c, n_p) = 10.0 ** np.array(gammas), 10.0 ** np.array(occupations)
    up = hot * n_h + cold * n_c
    rates = SectorRates(up + hot + cold, up, local * (1 + n_p), local * n_p)
    found = solve(n_qubits, rates)
    exact = populations(n_qubits, tuple(map(np.array, rates[:2])), tuple(map(np.array, rates[2:])))
    inversion = np.array([level.inversion for level in levels(n_qubits)])
    assert found.excited == pytest.approx(exact @ (n_qubits / 2 + inversion), rel=1e-11, abs=0)
    assert found.relaxed == pytest.approx(exact @ (n_qubits / 2 - inversion), rel=1e-11, abs=0)
    by_spin = [
        exact[[level.spin == n_qubits / 2 - k for level in levels(n_qubits)]].sum()
        for k in range(n_qubits // 2 + 1)
    ]
    weight = np.zeros(n_qubits // 2 + 1)
    weight[found.first : found.first + len(found.weight)] = found.weight
    assert weight == pytest.approx(np.array(by_spin), rel=1e-11, abs=1e-13)
    for q in range(len(found.weight)):
        assert found.population[found.start[q] : found.start[q + 1]].sum() == pytest.approx(
            1, rel=1e-13, abs=0
        )


@pytest.mark.parametrize("n_p", [0.02, 1.88])
@pytest.mark.parametrize("n_qubits", [300, 1000])
def test_what_is_left_out_does_not_count(n_qubits, n_p):
    rates = table_1(n_qubits, n_p)
    part, whole = solve(n_qubits, rates), solve(n_qubits, rates, everything=True)
    assert len(part.population) < len(whole.population) / 2
    assert part.excited == pytest.approx(whole.excited, rel=1e-12, abs=0)
    assert part.relaxed == pytest.approx(whole.relaxed, rel=1e-12, abs=0)
    same = whole.weight[part.first : part.first + len(part.weight)]
    assert part.weight == pytest.approx(same, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("n_p", [0.02, 1.88])
def test_a_window_that_is_too_narrow_is_widened(monkeypatch, n_p):
    rates = table_1(1000, n_p)
    right = solve(1000, rates)
    first, last = right.first, right.first + len(right.weight) - 1
    middle = (first + last) // 2
    monkeypatch.setattr(spin_sectors, "_window", lambda *_: (middle, middle + 3))
    found = solve(1000, rates)
    assert found.excited == pytest.approx(right.excited, rel=1e-12, abs=0)
    assert found.relaxed == pytest.approx(right.relaxed, rel=1e-12, abs=0)


@pytest.mark.parametrize(("status", "imbalance"), [(1, 0.0), (0, 1e-6)])
def test_an_answer_that_does_not_hold_is_never_returned(monkeypatch, status, imbalance):
    from valvelab.sim import sector_kernels

    genuine = sector_kernels.solve_sectors

    def spoilt(*arguments):
        return status, imbalance, *genuine(*arguments)[2:]

    monkeypatch.setattr(sector_kernels, "solve_sectors", spoilt)
    with pytest.raises(ArithmeticError, match="must balance emission and absorption"):
        solve(20, table_1(20, 0.02))


def test_the_balance_is_a_check_that_can_fail():
    from valvelab.sim import sector_kernels

    _, good, excited, relaxed, weight, start, population = sector_kernels.solve_sectors(
        20, tuple(table_1(20, 0.02)), 0, 10, 21
    )
    assert good < 1e-13
    other = tuple(table_1(20, 0.03))
    assert sector_kernels._imbalance(20, other, 0, weight, start, population, excited, relaxed) > 1e-6


def test_many_qubits_at_the_limit_of_a_vanishing_rate_are_thermal_in_every_sector():
    found = solve(60, table_1(60, 0.02, gamma_p=1e-30))
    rates = table_1(60, 0.02)
    for q in range(5):
        inside = found.population[found.start[q] : found.start[q + 1]]
        big = inside[:-1] > 1e-12
        assert inside[1:][big] / inside[:-1][big] == pytest.approx(rates.up / rates.down, rel=1e-12, abs=0)
