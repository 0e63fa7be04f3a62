import json
import math

import pytest

from valvelab.analysis import paper
from valvelab.sim import table_1


@pytest.fixture(scope="module")
def claims():
    return paper.paper_claims(table_1())


def test_every_claim_is_told_apart_and_computed(claims):
    seen = [(place, claim.statement, claim.observable) for place, group in claims.items() for claim in group]
    assert len(seen) == len(set(seen)) > 60
    assert all(math.isfinite(claim.computed) for group in claims.values() for claim in group)


def test_what_does_not_agree_says_how_to_read_it(claims):
    for group in claims.values():
        silent = [claim for claim in group if not claim.agrees and not claim.reading]
        # The enhancement stands once for each observable; one reading answers for all.
        assert all(claim.statement.startswith("approximately") for claim in silent)


@pytest.mark.parametrize(
    ("words", "agrees"),
    [
        ("T_0 / T* = 1.42 in (a)", True),
        ("T_p = T* = 1.42 T_0 in (a)", False),
        ("T_0 / T* = 0.57 in (c)", True),
        ("T_p = T* = 0.57 T_0 in (c)", False),
        ("at T_p = T* the current is that of Eq. (26), (a)", True),
        ("at T_p = 1.42 T_0 the current is that of Eq. (26), (a)", False),
        ("T_0 > 1.5 T_h corresponds to T_0 > T*", False),
        ("the same, read as T_h < 1.5 T_0", True),
        ("Fig. 5 caption: T_c = 96 mK", False),
        ("Table I: T_c = 96 mK", True),
        ("gamma_1 = 1 GHz, as per Table I", False),
        ("kappa = R, so that Q = omega_LC / R", False),
        ("J = N/2, (N-1)/2, (N-2)/2, ...", False),
        ("J_z = sum_j sigma_z^(j), after Eq. (24)", False),
        ("two qubits: approximately 10 % (abstract)", True),
        ("Q_lim / Q_ind = coth(T_0 / 2 T*), Eq. (29)", True),
    ],
)
def test_misprints_are_told_from_what_holds(claims, words, agrees):
    (claim,) = (claim for group in claims.values() for claim in group if claim.statement == words)
    assert claim.agrees is agrees


def test_the_reading_of_the_rates_changes_nothing_but_the_rates(claims):
    other = paper.paper_claims(table_1(two_pi=True))
    changed = {
        one.observable
        for place, group in claims.items()
        for one, two in zip(group, other[place], strict=True)
        if one.computed != pytest.approx(two.computed, rel=1e-9, abs=0)
    }
    assert changed == {"gamma / omega_0 in Table I (%)", "N sum_i gamma_i (2 n_i + 1) / kappa, N = 2"}


def test_claims_are_plain_values_with_the_place_where_they_stand(claims):
    plain = paper.claims_as_json(claims)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert {claim["place"] for claim in plain} == set(claims)
