"""The Jacobian of the whole problem, and what imperfections do to a fit that does not know of them."""

from dataclasses import replace

import numpy as np
import pytest

from valvelab.analysis import Rates, fit_switching
from valvelab.analysis.models import IMPERFECTIONS, PAIR_IMPERFECTIONS
from valvelab.analysis.switching_coordinates import coordinates
from valvelab.analysis.switching_data import SwitchingData
from valvelab.analysis.switching_problem import SwitchingProblem

VALUES = {"asymmetry": 0.03, "mismatch": 8e6, "exchange": 3e6, "phase": 0.2} | {
    "leak_2": 5e-18,
    "leak_5": 2e-18,
    "gain": 1.02,
    "drain_scale": 0.99,
}


def problem(dataset, model, free, priors=None):
    data = SwitchingData.from_dataset(dataset)
    return SwitchingProblem(data, model, coordinates(data, model, free, priors))


def with_reference(dataset):
    """Let some powers be measured over others, at temperatures of their own."""
    off = {"frequency_1": 2e9, "frequency_2": 2.1e9, "temperature_source": 0.35, "temperature_drain": 0.07}
    size = dataset.sizes["point"]
    return dataset.assign(
        {f"reference_{name}": ("point", np.full(size, value)) for name, value in off.items()}
    )


@pytest.mark.parametrize(
    ("model", "source", "reference"),
    [
        *((model, *rest) for model in ("collective", "pair") for rest in np.ndindex(2, 2)),
        ("resonators", True, True),
    ],
)
def test_the_jacobian_is_the_limit_of_differences(make_switching_dataset, model, source, reference):
    dataset = make_switching_dataset(model="pair" if model == "resonators" else model, source=bool(source))
    dataset = with_reference(dataset) if reference else dataset
    if model == "resonators":  # a point takes milliseconds
        dataset = dataset.isel(point=slice(3, None, 8))
    free = [name for name in IMPERFECTIONS if model != "collective" or name not in PAIR_IMPERFECTIONS]
    made = problem(dataset, model, free, {"gain": (1.0, 0.02)})
    values = np.array(
        [np.log(0.5e9), np.log(0.4e9), 0.02e9, 0.05, *(VALUES[name] for name in made.where.free)]
    )
    found = made.jacobian(values)
    steps = [1e-5, 1e-5, 1e3, 1e-6, *(1e-4 * abs(VALUES[name]) for name in made.where.free)]
    for place, (name, step) in enumerate(zip(made.where.names, steps, strict=True)):
        shift = step * np.eye(len(values))[place]
        wanted = (made.residual(values + shift) - made.residual(values - shift)) / (2 * step)
        size = np.abs(wanted).max()
        np.testing.assert_allclose(found[:, place], wanted, rtol=1e-4, atol=2e-4 * size, err_msg=name)


@pytest.mark.parametrize("name", ["asymmetry", "mismatch", "leak_2", "drain_scale"])
def test_an_imperfection_that_is_left_out_biases_t_p_and_one_that_is_free_does_not(
    make_switching_dataset, truth, name
):
    wrong = replace(
        truth, **{name: {"asymmetry": 0.05, "mismatch": 20e6, "leak_2": 1e-17, "drain_scale": 1.01}[name]}
    )
    dataset = scanned(wrong)
    naive, honest = (fit_switching(dataset, "pair", free=free) for free in ([], [name]))
    assert abs(naive.rates.T_p - truth.T_p) > 2e-3
    for field in ("gamma_h", "gamma_c", "gamma_p", "T_p", name):
        wanted = getattr(wrong, field)
        assert abs(getattr(honest.rates, field)) == pytest.approx(abs(wanted), rel=2e-3, abs=0), field
    known = fit_switching(dataset, "pair", fixed={name: getattr(wrong, name)})
    assert honest.result.params["T_p"].stderr > known.result.params["T_p"].stderr


def scanned(truth: Rates):
    """Return noiseless powers with a scan of qubit 2 through the resonance, gain and leaks of the truth included."""
    from .conftest import switching_dataset

    dataset = switching_dataset(truth, model="pair")
    shifts = np.linspace(-60e6, 60e6, 9)
    parts = [dataset]
    both = dataset.isel(point=np.flatnonzero(dataset["configuration"].values == "both"))
    parts += [both.assign(frequency_2=both["frequency_2"] + shift) for shift in shifts]
    import xarray as xr

    whole = xr.concat(parts, "point", combine_attrs="override")
    data = SwitchingData.from_dataset(whole)
    from valvelab.analysis import MODELS

    return whole.assign(heat_power_drain=("point", data.powers(MODELS["pair"], truth)))


def test_a_prior_holds_what_the_data_do_not_tell(make_switching_dataset):
    dataset = make_switching_dataset(seed=1)
    free = fit_switching(dataset, free=["gain"])
    held = fit_switching(dataset, priors={"gain": (1.0, 0.01)})
    known = fit_switching(dataset, fixed={"gain": 1.0})
    errors = [fit.result.params["gamma_c"].stderr for fit in (free, held, known)]
    assert errors[0] > 100 * free.rates.gamma_c  # a gain looks like larger rates, all of them
    assert errors[1] == pytest.approx(np.hypot(errors[2], 0.01 * known.rates.gamma_c), rel=0.01, abs=0)
    assert free.result.params["T_p"].stderr == pytest.approx(
        known.result.params["T_p"].stderr, rel=0.01, abs=0
    )
    assert "gamma_c  not determined" in free.report() and "gain     not determined" in free.report()
    assert held.result.params["gain"].stderr == pytest.approx(0.01, rel=1e-6, abs=0)
    # With every power and every rate larger by the same factor nothing else changes.
    double = fit_switching(dataset, fixed={"gain": 2.0})
    assert double.chi_square == pytest.approx(known.chi_square, rel=1e-6, abs=0)
    assert double.rates.gamma_c == pytest.approx(known.rates.gamma_c / 2, rel=1e-5, abs=0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"free": ["gains"]}, "must name imperfections, .*found 'gains'"),
        (
            {"free": ["asymmetry"]},
            "asymmetry is known to the models 'pair', 'resonators', 'hierarchy', 'levels', 'transmons' alone",
        ),
        ({"free": ["gain"], "fixed": {"gain": 1.1}}, "must not name what is free, found gain in both"),
        ({"priors": {"gain": (1.0, 0.0)}}, "standard deviation above zero, found 0.0 for gain"),
        ({"fixed": {"gain": float("nan")}}, "fixed must hold finite numbers, found nan for gain"),
        ({"fixed": {"leak_2": float("inf")}}, "fixed must hold finite numbers, found inf for leak_2"),
        ({"fixed": {"gain": "1"}}, "fixed must hold finite numbers, found '1' for gain"),
        ({"priors": {"gain": (float("nan"), 0.1)}}, "priors must hold finite numbers, found nan for gain"),
        ({"priors": {"gain": (1.0, float("inf"))}}, "priors must hold finite numbers, found inf for gain"),
        ({"priors": {"n_p": (float("nan"), 0.1)}}, "priors must hold finite numbers, found nan for n_p"),
    ],
)
def test_names_that_make_no_sense_are_refused(make_switching_dataset, arguments, words):
    with pytest.raises(ValueError, match=words):
        fit_switching(make_switching_dataset(), **arguments)
