"""The boxes beside the static simulations that QCoDeS ships: whatever those know, ours know too."""

from importlib.resources import files

import pytest
from ruamel.yaml import YAML

from valvelab.clock import VirtualClock
from valvelab.sim.cryostat.gs200 import GS200
from valvelab.sim.cryostat.keysight_344xxa import Keysight34465A
from valvelab.sim.cryostat.lakeshore_372 import LakeShore372
from valvelab.sim.cryostat.world import World

SHIPPED = {
    "Yokogawa_GS200.yaml": lambda world: GS200(world.clock, "VOLT"),
    "Keysight_34465A.yaml": lambda world: Keysight34465A(world, "drain_thermometer"),
    "lakeshore_model372.yaml": LakeShore372,
}
NOT_OF_THE_BOX = ("ZERO:AUTO", "NPLC", "APER")
"""What the file of the 34465A knows of alternating currents and voltages, and no 34465A (guide 34460-90901)."""


def entries():
    """Yield file, getter and setter of every property."""
    for name in SHIPPED:
        text = files("qcodes.instrument.sims").joinpath(name).read_text(encoding="utf-8")
        for device in YAML(typ="safe").load(text)["devices"].values():
            for prop in device["properties"].values():
                query = prop.get("getter", {}).get("q")
                if query and not (":AC:" in query and any(word in query for word in NOT_OF_THE_BOX)):
                    yield name, query, prop.get("setter", {}).get("q")


def plain(reply):
    """Return the fields of a reply, numbers as numbers."""
    fields = reply.strip('"').split(",")
    try:
        return [float(field) for field in fields]
    except ValueError:
        return fields


@pytest.mark.parametrize(("file", "query", "setter"), list(entries()))
def test_every_question_is_answered_and_every_setting_comes_back(quiet_cryostat, file, query, setter):
    box = SHIPPED[file](World(quiet_cryostat, VirtualClock()))
    reply = box.receive(query)
    assert reply is not None
    if setter is None or "{}" not in setter:
        return
    box.receive(setter.replace("{}", reply.strip('"') if '"' in setter else reply))
    assert plain(box.receive(query)) == plain(reply)
