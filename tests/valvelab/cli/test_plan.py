"""What `valvelab plan` refuses, and what it takes for granted."""

import json

import pytest
from click.testing import CliRunner

from valvelab.cli import group
from valvelab.configuration import dump_configuration
from valvelab.sim import preset


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


def test_a_time_shorter_than_a_run_is_a_share_of_it(plan):
    assert "by three standard errors with the readings of 0.0003 of one such run" in " ".join(
        plan().output.split()
    )
