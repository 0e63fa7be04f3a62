"""What may be asked of ``valvelab fit`` beside the fit itself."""

import json

import pytest
from click.testing import CliRunner

from tests.analysis.power_files import along
from valvelab.cli import group
from valvelab.configuration import dump_configuration
from valvelab.dataset import write_dataset
from valvelab.sim import preset


@pytest.fixture
def fit(make_switching_dataset, tmp_path):
    """Return a function that fits a file of powers with some options."""
    file = tmp_path / "powers.nc"
    write_dataset(make_switching_dataset(seed=1), file)
    return lambda *options: CliRunner().invoke(group, ["fit", str(file), *options])


def test_imperfections_are_fitted_within_what_is_known_and_models_ranked(fit):
    ended = fit("--free", "leak_2", "--prior", "gain", "1", "0.02", "--compare", "--json")
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout)
    assert told["free"] == ["leak_2", "gain"] and told["parameters"]["gain"]["error"] < 0.0201
    ranked = {one["name"]: one for one in told["comparison"]["models"]}
    assert set(ranked) == {"collective", "pair", "independent", "collective, leak_2 and gain free"}
    asked = ranked["collective, leak_2 and gain free"]
    assert asked["parameters"] == 6 and asked["chi_square"] == pytest.approx(
        told["chi_square"], rel=1e-6, abs=0
    )
    assert ranked["pair"]["parameters"] == 4 and list(ranked)[-1] == "independent"
    shown = fit("--compare").output
    assert "Models, the best first" in shown and "do not tell" in shown and "leak_2" not in shown


def test_a_model_that_is_named_is_ranked_with_the_quick_ones_and_each_fit_is_told(fit):
    ended = fit("--model", "pair", "--against", "pair-odd", "--json")
    assert ended.exit_code == 0, ended.output
    ranked = json.loads(ended.stdout)["comparison"]
    assert [one["name"] for one in ranked["models"]][-1] == "pair-odd" and len(ranked["models"]) == 4
    assert "'pair-odd' by" in ranked["verdict"] and "comparing: 100 of 100, pair-odd" in ended.stderr


def test_a_parity_is_fitted_as_it_is_given(fit):
    ended = fit("--model", "pair", "--parity", "-1")
    assert ended.exit_code == 0 and "Model 'pair', parity -1: chi-square" in ended.output
    assert "the model does not describe the data" in " ".join(ended.output.split())


def test_a_model_with_levels_wants_to_know_the_transmons_and_takes_them_from_the_device(fit, tmp_path):
    assert "charging_energy_1 and charging_energy_2 must be there" in str(fit("--model", "levels").exception)
    (tmp_path / "device.yaml").write_text(dump_configuration(preset("paper")), encoding="utf-8")
    ended = fit("--device", str(tmp_path / "device.yaml"), "--json")
    assert any("With them a master equation" in text for text in json.loads(ended.stdout)["warnings"])


def test_samples_are_left_beside_the_fit(fit, tmp_path):
    ended = fit("--samples", "40")
    assert ended.exit_code == 0
    assert "Posterior, 960 samples" in ended.output and "walk on with more --samples" in ended.output
    assert (tmp_path / "posterior.nc").stat().st_size > 1000 and (
        tmp_path / "corner.png"
    ).stat().st_size > 1000
    fit("--model", "independent")  # of which these would be no samples
    assert not (tmp_path / "posterior.nc").exists() and not (tmp_path / "corner.png").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--free", "gains"), "must be one of asymmetry, mismatch, exchange"),
        (("--free", "asymmetry"), "add --model pair"),
        (("--prior", "gain", "1", "0"), "gain: must have an error above zero, found '0'"),
        (("--model", "pair", "--prior", "mismatch", "0", "5 MHz"), "found '0' without unit"),
        (("--prior", "gain", "one", "0.1"), "gain: "),
        (("--samples", "-1"), "between 0 and 1000000"),
        (("--against", "pears"), "a model must be one of collective, pair"),
        (("--parity", "-1"), "found --model collective; add --model pair"),
    ],
)
def test_options_that_make_no_sense_are_refused(fit, options, words):
    ended = fit(*options)
    assert ended.exit_code == 2 and words in ended.output and "Traceback" not in ended.output


def test_as_many_powers_as_parameters_are_fitted_and_told_to_prove_nothing(
    fit, make_switching_dataset, tmp_path
):
    few = make_switching_dataset(seed=1).isel(point=[3, 17, 30, 44])
    write_dataset(few, tmp_path / "powers.nc")
    ended = fit("--compare", "--json")
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout)
    assert told["degrees_of_freedom"] == 0 and told["diagnostics"]["probability"] is None
    assert any("no more powers than parameters" in text for text in told["warnings"])
    write_dataset(few.isel(point=slice(3)), tmp_path / "powers.nc")
    assert "must hold at least 4 points for 4 parameters, found 3" in str(fit().exception)


def test_temperatures_without_errors_are_told_to_be_taken_as_exact(fit, make_switching_dataset, tmp_path):
    assert "The temperatures of the source and drain are taken as exact" in " ".join(fit().output.split())
    known = make_switching_dataset(seed=1)
    for name in ("source", "drain"):
        known = known.assign({f"temperature_{name}_std": along(known, 1e-4)})
        write_dataset(known, tmp_path / "powers.nc")
        assert ("The temperatures of the drain are taken as exact" in " ".join(fit().output.split())) is (
            name == "source"
        )


def test_what_a_fit_does_not_take_is_said_once_on_the_error_stream(fit, make_switching_dataset, tmp_path):
    known = make_switching_dataset(seed=1)
    write_dataset(known.assign(humidity=along(known, 0.4, "1")), tmp_path / "powers.nc")
    ended = fit("--compare")
    assert ended.exit_code == 0 and ended.stderr.count("humidity is not used by a fit") == 1
    assert "must be a finite number, found 'nan'" in fit("--prior", "gain", "nan", "0.1").output
