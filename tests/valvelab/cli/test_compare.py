"""The command ``valvelab compare``."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from valvelab.analysis import RUNGS
from valvelab.cli import group
from valvelab.cli.compare import read_place
from valvelab.configuration import dump_configuration
from valvelab.sim import HeatCurrents, preset


@pytest.fixture
def compare(tmp_path):
    """Return a function that compares the paper's device, into a folder of its own."""
    return lambda *options: CliRunner().invoke(
        group, ["compare", "paper", "--out", str(tmp_path / "out"), *options]
    )


def test_tables_and_files_say_what_each_rung_gives(compare, tmp_path):
    ended = compare("--rung", "pair", "--rung", "levels")
    assert ended.exit_code == 0, ended.output
    flat = " ".join(ended.output.split())
    for words in (
        "Enhancement at T_h = 384 mK, T_c = 96 mK, gamma / kappa = 0.398",
        "slow resonators, levels above the first",
        "N sum gamma_i (2 n_i + 1) / kappa_i = 4.3, above 0.2",
        "none of the rungs holds",
        "a master equation needs it below 0.019",
        "1.1240",
    ):
        assert words in flat
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "compare.nc",
        "compare.svg",
        "compare.png",
        "operating-point.csv",
        "coupling.csv",
        "source-temperature.csv",
    }


def test_what_is_cut_off_too_early_is_marked(compare, monkeypatch):
    def rough(rates, points, resonator):
        hot = points.temperature_source
        return HeatCurrents(
            hot, -hot, 0 * hot, relative_error=np.where(hot > 0.47, 4e-3, 5e-5)
        )  # the hottest source alone

    monkeypatch.setitem(RUNGS, "hierarchy", replace(RUNGS["hierarchy"], model=rough))
    ended = compare("--rung", "hierarchy", "--rung", "pair")
    lines = ended.output.splitlines()
    assert [line.split()[-2:] for line in lines if "~0" in line] == [["~0.5000", "1.1138"]]
    assert (
        "~ Truncation leaves currents uncertain, in units of the largest: hierarchy up to 0.004."
        in ended.output
    )


def test_json_holds_every_number(compare):
    ended = compare(
        "--rung",
        "pair",
        "--json",
        *("--assume", "gamma_h", "0.25e9 1/s"),
        *("--assume", "parity", "-1"),
        *("--assume", "mismatch", "5 MHz"),
    )
    told = json.loads(ended.stdout)
    assert (
        told["chip"]["gamma_h"] == 0.25e9
        and told["chip"]["gamma_c"] == 0.5e9
        and told["chip"]["parity"] == -1
    )
    assert told["chip"]["mismatch"] == 5e6 and told["chip"]["asymmetry"] == 0
    assert len(told["rungs"]["pair"]["enhancement_drain_by_coupling"]) == len(told["axes"]["coupling"])
    assert told["rungs"]["pair"]["enhancement_drain"] < 1  # what one reservoir sees the other does not
    assert told["validity"]["beyond_qubit"] > 0.1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ("--rung", "pears"),
            "must be one of collective, pair, levels, resonators, hierarchy, transmons, linear, found 'pears'",
        ),
        (("--assume", "parity", "2"), "parity must be 1 or -1, found '2'"),
        (("--assume", "gamma", "1 1/s"), "--assume must name one of gamma_h"),
        (("--assume", "gamma_h", "0.5 GHz"), "gamma_h"),
        (
            ("--assume", "gamma_h", "9e12 1/s"),
            "paper: gamma / (2 pi f) must be below 1, where the last rung ends, found 358: gamma_h = 9e+12 and",
        ),
        (("--assume", "T_p", "50 K"), "T_p: must be between 0 K and 10 K, found '50 K'"),
        (("--assume", "asymmetry", "3"), "asymmetry: must be between -1 and 1, found '3'"),
        (("--assume", "gain", "2"), "--assume gain changes no heat of the qubits"),
        (
            ("--assume", "parity", "-1", "--rung", "collective"),
            "'collective' knows a parity of 1 and no phase",
        ),
    ],
)
def test_options_that_make_no_sense_are_refused(compare, tmp_path, options, words):
    ended = compare(*options)
    assert ended.exit_code == 2 and words in " ".join(ended.output.split())
    assert not (tmp_path / "out").exists()


def test_a_device_file_is_read_and_its_exponent_leaves_out_modes(tmp_path):
    device = preset("paper")
    file = tmp_path / "device.yaml"
    file.write_text(dump_configuration(device).replace("exponent: 0.0", "exponent: 1.0"), encoding="utf-8")
    place = read_place(str(file), ())
    assert place.resonator.exponent == 1 and place.rates.transmons.charging_energies == (178e6, 178e6)
    assert place.at.parked_frequency == 2e9
    out = ["--out", str(tmp_path / "out")]
    refused = CliRunner().invoke(group, ["compare", str(file), "--rung", "resonators", *out])
    assert refused.exit_code == 2 and "modes there, which have an exponent of 0" in " ".join(
        refused.output.split()
    )


def test_a_qubit_that_never_comes_to_resonance_is_refused(tmp_path):
    device = preset("paper")
    low = device.qubits[1].model_copy(update={"maximum_frequency": 3.5e9})
    file = tmp_path / "device.yaml"
    file.write_text(
        dump_configuration(device.model_copy(update={"qubits": (device.qubits[0], low)})), encoding="utf-8"
    )
    refused = CliRunner().invoke(group, ["compare", str(file), "--out", str(tmp_path / "out")])
    told = " ".join(refused.output.split())
    assert refused.exit_code == 2
    assert "qubits.2.maximum_frequency must be at least that of the resonators, 4 GHz, where both are" in told


def test_an_existing_folder_is_refused_before_any_work(tmp_path):
    (tmp_path / "out").mkdir()
    ended = CliRunner().invoke(group, ["compare", "paper", "--out", str(tmp_path / "out")])
    assert "must be a new folder" in str(ended.exception)
