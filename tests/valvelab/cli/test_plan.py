"""What `valvelab plan` refuses, and what it takes for granted."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from valvelab.cli import group
from valvelab.configuration import dump_configuration
from valvelab.sim import preset

DEMO = Path(__file__).parents[3] / "valvelab/cli/demo-protocol.yaml"


@pytest.fixture
def plan(tmp_path):
    """Return a function that plans the demo's protocol on a device file."""
    file = tmp_path / "device.yaml"
    file.write_text(dump_configuration(preset("paper")), encoding="utf-8")
    return lambda *options: CliRunner().invoke(group, ["plan", str(file), *options])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--free", "foo"), "must name imperfections, asymmetry"),
        (("--model", "linear", "--free", "mismatch"), "mismatch is known to the models 'pair'"),
        (("--optimise", "5 min"), "the time must suffice for a block of each cell"),
        (("--out", "better.yaml"), "--out is for the protocol that --optimise chooses"),
        (("--assume", "Tp", "50 mK"), "--assume must name one of gamma_h"),
    ],
)
def test_options_that_make_no_sense_are_refused(plan, options, words):
    ended = plan(*options)
    assert ended.exit_code == 2 and words in " ".join(ended.output.split())


@pytest.mark.desk
def test_transmons_are_those_of_the_device_and_a_packaged_device_has_a_name(plan):
    by_levels = json.loads(plan("--model", "levels", "--json").stdout)["determines"]
    by_pair = json.loads(CliRunner().invoke(group, ["plan", "paper", "--json"]).stdout)["determines"]
    assert 1 < by_levels["enhancement"] < by_pair["enhancement"] - 0.03
    assert by_levels["assumed"] == by_pair["assumed"]


def test_the_time_to_three_errors_has_a_unit_and_is_compared_with_the_run(plan):
    # Less than a block of each cell cannot be measured.
    one = "One block of each cell, about 12 min, tells an enhancement of 1.124 from 1 by 63 standard errors."
    assert one in " ".join(plan().output.split())
    noisy = " ".join(plan("--noise", "3 uV").output.split())
    assert "An enhancement of 1.124 is told from 1 by three standard errors with the readings of " in noisy
    assert "% of this run's 1.6 h." in noisy and "One block" not in noisy


def test_a_scale_that_trades_for_all_rates_is_not_determined_with_all_of_them(plan):
    shown = " ".join(plan("--free", "gain").output.split())
    assert "Not determined: gamma_h, gamma_c, gamma_p and gain, only other combinations of them." in shown
    assert "gain not determined" in shown and "-0.0" not in shown


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (
            "off, both, only_1",
            "The block holds no only_2: no ratio both / (only_1 + only_2) will be measured",
        ),
        ("off, only_1, only_2", "The block holds no both: no ratio"),
        ("off, both, only_1, only_2", ""),
    ],
)
def test_a_block_that_shows_no_ratio_is_told(tmp_path, block, words):
    text = DEMO.read_text(encoding="utf-8").replace("block: [off, both, only_1, only_2]", f"block: [{block}]")
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    ended = CliRunner().invoke(group, ["plan", "paper", str(tmp_path / "protocol.yaml")])
    shown = " ".join(ended.output.split())
    assert words in shown and ("The block holds" in shown) == bool(words)


@pytest.mark.desk
@pytest.mark.parametrize(("aim", "lost"), [("enhancement", False), ("all", False), ("T_p", True)])
def test_a_proposal_measures_the_enhancement_that_it_is_for_and_takes_what_its_plan_says(
    plan, tmp_path, aim, lost
):
    file = tmp_path / "better.yaml"
    shown = " ".join(plan("--optimise", "3 h", "--aim", aim, "--out", str(file)).output.split())
    assert ("block off, both, only_1, only_2 scan" in shown) != lost
    assert ("The block holds no only_2" in shown) == lost and "come on top" in shown
    again = CliRunner().invoke(group, ["plan", "paper", str(file)]).output
    assert re.search(r"duration +at least ([\d.]+ h)", shown)[1] in again.splitlines()[0]
