"""Wrong files are answered with every mistake at once, each with its place, and with nothing else."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import valvelab.cli
from valvelab.configuration import load_configuration
from valvelab.device import Device
from valvelab.errors import ConfigurationError
from valvelab.protocol_file import load_protocol
from valvelab.sim import preset_path
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat
from valvelab.station_file import StationFile

CLI = Path(valvelab.cli.__file__).parent
RIGHT = {
    "station": CLI / "demo-station.yaml",
    "protocol": CLI / "demo-protocol.yaml",
    "device": preset_path("paper"),
    "cryostat": DEFAULT_CRYOSTAT,
}
READ = {
    "station": lambda path: load_configuration(path, StationFile),
    "protocol": load_protocol,
    "device": lambda path: load_configuration(path, Device),
    "cryostat": lambda path: load_configuration(path, Cryostat),
}
WRONG = YAML(typ="safe").load(Path(__file__).with_name("wrong_files.yaml").read_text(encoding="utf-8"))


def wrong_text(case):
    """Return the text of a wrong file."""
    text = RIGHT[case["file"]].read_text(encoding="utf-8")
    for old, new in case["changes"]:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def test_there_are_many():
    assert len(WRONG) >= 60 and {case["file"] for case in WRONG} == set(RIGHT)
    assert sum(len(case["told"]) > 1 for case in WRONG) >= 15


@pytest.mark.parametrize("case", WRONG, ids=lambda case: f"{case['file']}-{case['changes'][-1][1]:.30}")
def test_every_mistake_is_told_at_its_place_with_what_was_found(case, tmp_path):
    path = tmp_path / f"{case['file']}.yaml"
    path.write_text(wrong_text(case), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        READ[case["file"]](path)
    lines = str(caught.value).splitlines()
    found = [
        re.match(rf"{re.escape(str(path))}:(\d+:\d+: (?!is not)[^ ]+(?=: )|\d+:\d+)", line)[1]
        for line in lines
    ]
    assert found == case["told"]
    for line in lines:
        assert re.search(r"found|is missing|is an unknown key|must stand beside", line), line
        assert len(line) < 500 and "pydantic" not in line and "validation" not in line


def test_all_files_of_a_run_are_right_to_begin_with():
    for kind, path in RIGHT.items():
        READ[kind](path)
