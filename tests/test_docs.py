"""The reference of the files that people write: what it shows is what is read, with nothing left out."""

import re
import typing
from pathlib import Path

import numpy as np
import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from valvelab.analysis import read_map
from valvelab.box_drivers import DRIVERS
from valvelab.boxes import METERS, SOURCES
from valvelab.configuration import load_configuration
from valvelab.device import Device
from valvelab.protocol_file import WALKS
from valvelab.sim.cryostat import Cryostat
from valvelab.sim.cryostat.schema import MODELS as SIMULATED
from valvelab.station_file import StationFile
from valvelab.units import UNITS

TEXT = (Path(__file__).parents[1] / "docs/files.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.+?)```", TEXT, re.DOTALL)
EXAMPLES = {found[1]: block for block in BLOCKS if (found := re.search(r"schema: (\S+)", block))}
OTHERS = [block for block in BLOCKS if "schema: " not in block]
"""Parts of a file that stand in the place of another part."""
MODELS = {
    "valvelab-station/1": StationFile,
    "valvelab-device/1": Device,
    **WALKS,
    "valvelab-cryostat/1": Cryostat,
}


def fields(annotation):
    """Yield name and requiredness of every field of a model and of the models in it."""
    for inner in typing.get_args(annotation):
        yield from fields(inner)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield field.alias or name, field.is_required()
            yield from fields(field.annotation)


def keys(tree):
    """Yield every key of a YAML tree."""
    if isinstance(tree, dict):
        yield from tree
    for inner in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from keys(inner)


@pytest.mark.parametrize("schema", MODELS)
def test_every_example_is_a_file_that_is_read(schema, tmp_path):
    file = tmp_path / "example.yaml"
    file.write_text(EXAMPLES[schema], encoding="utf-8")
    load_configuration(file, MODELS[schema])


@pytest.mark.parametrize("schema", MODELS)
def test_every_key_of_a_schema_is_in_its_example(schema):
    wanted = {name for name, _ in fields(MODELS[schema])}
    # What a cryostat shares with a device is shown there.
    # What calibrations share is shown at the first.
    elsewhere = {"valvelab-cryostat/1": "valvelab-device/1"} | {
        f"valvelab-{kind}-calibration/1": "valvelab-thermometer-calibration/1" for kind in ("heater", "flux")
    }
    shared = [EXAMPLES[elsewhere[schema]]] if schema in elsewhere else []
    shown = [YAML(typ="safe").load(block) for block in (EXAMPLES[schema], *shared, *OTHERS)]
    assert wanted <= {key for tree in shown for key in keys(tree)}


@pytest.mark.parametrize("block", OTHERS)
def test_a_part_in_the_place_of_another_is_read(block, tmp_path):
    ((role, part),) = YAML(typ="safe").load(block).items()
    example = YAML(typ="safe").load(EXAMPLES["valvelab-station/1"]) | {role: part}
    file = tmp_path / "example.yaml"
    with file.open("w", encoding="utf-8") as stream:
        YAML(typ="safe").dump(example, stream)
    load_configuration(file, MODELS["valvelab-station/1"])


def test_what_may_be_left_out_is_marked_as_optional():
    text = "\n".join(BLOCKS)
    required = {name for model in MODELS.values() for name, needed in fields(model) if needed}
    optional = {name for model in MODELS.values() for name, needed in fields(model) if not needed}
    marked = set(re.findall(r"(\w+):[^\n]*# \(optional\)", text))
    assert optional - required <= marked <= optional


def test_every_unit_is_named_with_its_quantity():
    rows = dict(re.findall(r"^\| ([\w -]+?) \| (.+?) \|$", TEXT, re.MULTILINE))
    for dimension, units in UNITS.items():
        assert set(units) <= set(re.split("[,:] ", rows[dimension])), dimension


def test_a_map_is_read_with_the_header_that_is_shown(tmp_path):
    lines = re.search(r"```csv\n(.+?)```", TEXT, re.DOTALL)[1].splitlines()
    first = [float(cell) for cell in lines[1].split(",")]
    points = [
        f"{first[0] + 0.01 * i},{first[1] + 0.04 * j},{first[2] + 0.001 * i * j}"
        for i in range(8)
        for j in range(4)
    ]
    file = tmp_path / "map.csv"
    file.write_text("\n".join([lines[0], *points]), encoding="utf-8")
    found = read_map(file)
    np.testing.assert_allclose(found["coil_current_1"].values[0], 1e-4)
    np.testing.assert_allclose(found["heat_power"].values[0, 0], 0.668e-15)


def test_every_model_of_a_box_is_in_the_table_and_every_driver_has_one():
    told = TEXT[TEXT.index("Models of boxes") :]
    assert all(f"`{model}`" in told for model in SIMULATED)
    assert all(f"`{driver}`" in told for driver in DRIVERS if driver not in ("Keysight34470A",))


def test_every_box_is_in_the_table_of_what_it_can_do():
    offered = {
        "source of current": {name for name, box in SOURCES.items() if box.current},
        "source of voltage": {name for name, box in SOURCES.items() if box.voltage},
        "voltmeter": set(METERS),
    }
    for kind, names in offered.items():
        row = re.search(rf"^\| {kind} \| (.+) \|$", TEXT, re.MULTILINE)[1]
        assert set(re.findall(r"\b[A-Z][a-zA-Z]+\d\w*", row)) == names, kind
