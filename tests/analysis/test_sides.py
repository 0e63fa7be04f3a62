"""What powers follow by its square is searched for on both sides of zero: no other start finds a better fit."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from valvelab.analysis import fit_switching
from valvelab.analysis.roots import Roots
from valvelab.analysis.switching_parameters import SIZES, Coordinates
from valvelab.analysis.switching_profile import profile


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("exchange", "given"),
    [
        (0.0, {"free": ["exchange"]}),
        (8e6, {"free": ["exchange", "mismatch"]}),
        (-8e6, {"priors": {"exchange": (0, 5e6), "mismatch": (0, 5e6)}}),
    ],
)
def test_no_other_beginning_ends_lower(make_switching_dataset, truth, seed, exchange, given):
    made = replace(truth, exchange=exchange)
    fit = fit_switching(make_switching_dataset(made, model="pair", seed=seed), "pair", **given)
    assert fit.result.success
    where, random = fit.problem.where, np.random.default_rng(seed)
    for _ in range(8):
        begin = fit.values.copy()
        begin[3] = random.choice([1e-6, 5e-3, 0.03])
        begin[4:] = [random.normal() * SIZES[name] for name in where.free]
        for squared in (False, True):
            other = fit.problem.minimise(begin, squared=squared)
            assert other.chisqr > fit.chi_square - 0.01


def test_the_error_of_what_is_nearly_zero_is_that_beside_it(make_switching_dataset):
    fit = fit_switching(make_switching_dataset(seed=3), "pair", free=["mismatch"])
    assert 1e6 < fit.result.params["mismatch"].stderr < 1e9


def test_roots_are_taken_and_have_the_slope_of_a_root():
    where = Coordinates(0.2, free=("gain", "exchange", "mismatch"))
    start = np.array([20.0, 20.0, 1e7, 0.01, 1.0, -4e6, 0.0])
    sizes = np.ones(7)
    roots = Roots.of(start, sizes, where, ["exchange", "mismatch"])
    assert sizes[5:].tolist() == [SIZES["exchange"], SIZES["mismatch"]] and sizes[:5].tolist() == [1.0] * 5
    assert roots.begin == pytest.approx([0.16, 0.01], rel=1e-12, abs=0)  # from zero itself nothing moves

    varied = {"exchange": SimpleNamespace(value=0.16), "mismatch": SimpleNamespace(value=0.25)}
    taken = roots.taken(np.array([20.0, 20.0, 1e7, 0.01, 1.0, 0.16, 0.25]))
    assert taken[5:] == pytest.approx([-0.4, 0.5], rel=1e-12, abs=0)
    assert roots.slopes(varied) == pytest.approx([1, 1, 1, 1, 1, -1 / 0.8, 1.0], rel=1e-12, abs=0)


def test_a_table_that_ends_at_zero_has_one_side():
    where = Coordinates(0.2, free=("exchange",), limits={"exchange": (0.0, 2e7)})
    sides = list(where.sides(np.array([20.0, 20.0, 1e7, 0.01, 0.0])))
    assert [side[4] for side in sides] == [SIZES["exchange"] / 2]


def test_a_profile_follows_the_lowest_valley(make_switching_dataset, truth):
    fit = fit_switching(make_switching_dataset(truth, model="pair", seed=2), "pair", free=["exchange"])
    rise, random = profile(fit.problem, fit.result, "n_p"), np.random.default_rng(0)
    for occupation in (1e-3, 0.01, 0.04):
        found = rise(occupation)
        for _ in range(4):
            begin = fit.values.copy()
            begin[3], begin[4] = occupation, 1.5 * random.normal() * SIZES["exchange"]
            other = fit.problem.minimise(begin, ("n_p",))
            assert found < other.chisqr - fit.chi_square + 0.01
