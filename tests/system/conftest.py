"""A station on a simulated cryostat, with a protocol of a few readings."""

import sys
from pathlib import Path

import pytest

from valvelab.sim import preset_path
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT

CLI = Path(__file__).parents[2] / "valvelab/cli"
SHORT = [
    ("[60 mK, 120 mK, 180 mK]", "[60 mK, 120 mK]"),
    ("[120 mK, 180 mK, 240 mK, 310 mK, 384 mK]", "[384 mK]"),
    ("blocks_per_cell: 8", "blocks_per_cell: 1"),
]


SOURCES = {
    "station.yaml": CLI / "demo-station.yaml",
    "device.yaml": preset_path("paper"),
    "protocol.yaml": CLI / "demo-protocol.yaml",
    "cryostat.yaml": DEFAULT_CRYOSTAT,
}


@pytest.fixture(scope="session")
def write_lab():
    """Return a function that writes the files of a laboratory into a new folder, with changes by file name."""

    def write(folder, **changes):
        folder.mkdir()
        for file, source in SOURCES.items():
            text = source.read_text(encoding="utf-8")
            wanted = changes.get(file.removesuffix(".yaml"), [])
            for old, new in [*(SHORT if file == "protocol.yaml" else []), *wanted]:
                assert old in text, f"{file} holds no {old}"
                text = text.replace(old, new, 1)
            (folder / file).write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def lab(write_lab, tmp_path):
    """Return a function that writes the files of a laboratory and returns their folder."""
    return lambda name="lab", **changes: write_lab(tmp_path / name, **changes)


@pytest.fixture
def valvelab(monkeypatch, capsys):
    """Return a function that calls the command and returns its exit code, output and error text."""
    from valvelab.cli import main

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["valvelab", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture(scope="session")
def run_files():
    """Return a function that names the files of a laboratory for `create_run`."""
    return lambda folder: {file: folder / file for file in SOURCES}
