"""The command ``valvelab paper``."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from valvelab.analysis import paper
from valvelab.cli.paper import command
from valvelab.errors import RunError

ROOT = Path(__file__).parents[3]


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """Return the folder of a whole process of the command, what it printed, and the modules it loaded."""
    out = tmp_path_factory.mktemp("paper") / "out"
    code = (
        "import sys; from valvelab.cli.paper import command\n"
        f"command(['--out', {str(out)!r}], standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    return out, result.stdout.decode(), set(result.stderr.decode().split())


@pytest.mark.desk
def test_a_table_says_what_the_text_states_and_whether_it_agrees(process):
    out, text, _ = process
    for words in ("Sec. IV, N = 2, T_p = 50 mK, T_c = 96 mK", "13 %", "12.82", "13.91", "no [1]", "Table I"):
        assert words in text
    assert str(out) in text.replace("\n", "")
    assert (out / "figure-5.png").exists()


@pytest.mark.desk
def test_every_reading_stands_below_its_table(process):
    out, text, _ = process
    flat = " ".join(text.split())
    for claim in json.loads((out / "claims.json").read_text(encoding="utf-8")):
        assert claim["reading"] is None or " ".join(claim["reading"].split()) in flat


@pytest.mark.desk
def test_no_line_is_wider_than_the_page(process):
    out, text, _ = process
    assert max(len(line) for line in text.splitlines() if str(out) not in line) <= 120


def test_json_is_all_that_is_printed_and_what_the_folder_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(paper, "paper_figures", lambda curves: {})  # they take seconds
    out = tmp_path / "out"
    result = run("--out", out, "--two-pi", "--caption-temperature", "--json")
    claims = json.loads(result.stdout)
    assert claims == json.loads((out / "claims.json").read_text(encoding="utf-8"))
    assert any(claim["place"].endswith("T_c = 48 mK") for claim in claims)
    (rate,) = (c["computed"] for c in claims if c["observable"] == "gamma / omega_0 in Table I (%)")
    assert rate == pytest.approx(12.5, rel=1e-6, abs=0)


def test_a_folder_that_exists_is_refused_before_any_work(tmp_path):
    with pytest.raises(RunError, match="must be a new folder"):
        run("--out", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.desk
def test_neither_instruments_nor_qutip_are_loaded(process):
    _, _, modules = process
    assert "matplotlib" in modules
    assert not {"qcodes", "qutip", "lmfit"} & modules
