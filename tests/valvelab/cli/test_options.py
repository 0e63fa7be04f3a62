"""What a terminal shows, wide or narrow, and what a pipe gets instead."""

import click
import pytest
from click.testing import CliRunner

from valvelab.cli import VERBS, group, options

ROWS = [["flux_2_coil_2/flux_2_coil_1 (a name without a gap)", "-0.02079", "0.00016"]]


@pytest.fixture
def terminal(monkeypatch):
    """Return a function that makes the output a terminal of so many columns."""

    def make(columns):
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        monkeypatch.setenv("COLUMNS", str(columns))

    return make


@pytest.mark.parametrize("columns", [20, 40, 80, 120])
def test_a_table_never_cuts_a_word_or_a_number(terminal, capsys, columns):
    terminal(columns)
    options.print_table("A title that is longer than its table", ["parameter", "value", "error"], ROWS)
    shown = capsys.readouterr().out
    for word in ("longer", "than", "flux_2_coil_2/flux_2_coil_1", "-0.02079"):
        assert word in shown
    assert "\u2026" not in shown


@pytest.mark.parametrize("columns", [40, 80])
def test_a_paragraph_breaks_between_words_on_a_terminal_and_nowhere_in_a_pipe(terminal, capsys, columns):
    text = "Every word of this sentence, a path like /somewhere/a-b/c.yaml included, stays whole. " * 3
    options.say(text.strip())
    assert capsys.readouterr().out.count("\n") == 1
    terminal(columns)
    options.say(text.strip())
    lines = capsys.readouterr().out.splitlines()
    assert " ".join(lines) == text.strip()
    assert max(map(len, lines)) <= columns


def test_a_pipe_gets_a_line_of_progress_for_each_tenth(capsys):
    with options.progress_bar("measuring", 200) as move:
        for done in range(1, 201):
            move(done, 200, "bath  60, both  ")
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "measuring: 1 of 200, bath 60, both"
    assert lines[-1] == "measuring: 200 of 200, bath 60, both"
    assert len(lines) == 11


@pytest.mark.parametrize("verb", VERBS)
def test_the_list_of_verbs_says_each_in_a_whole_sentence(verb):
    command = group.get_command(click.Context(group), verb)
    assert command.short_help.endswith(".")
    assert len(command.short_help) <= 80 - len("  simulate  ")


def test_the_help_of_simulate_names_the_ports_in_the_order_of_the_packaged_file():
    from valvelab.configuration import load_configuration
    from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat

    text = CliRunner().invoke(group, ["simulate", "--help"]).stdout
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip().startswith("50")]
    models = {"gs200": "GS200", "34465a": "34465A", "ls372": "372"}
    boxes = load_configuration(DEFAULT_CRYOSTAT, Cryostat).boxes.values()
    assert len(lines) == len(boxes)
    for place, (box, (port, words)) in enumerate(zip(boxes, lines, strict=True)):
        assert int(port) == 5025 + place
        assert models[box.model] in words
        assert all(word in words for word in box.wired_to.split("_"))
