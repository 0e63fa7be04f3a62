"""Jumps between blocks, and that there are none where there is only noise."""

import numpy as np
import pytest

from tests.analysis.voltage_simulator import DEVICE, Run, power_errors
from valvelab.analysis import reduce

WHITE = 100e-9
RUN = Run(cells=2, blocks=8, visit=2)
CELL, BLOCK = RUN.places[:2]


def _reduced(moved, size, seed=21, flicker=30e-9, run=RUN):
    raw = next(run.draws(1, white=WHITE, flicker=flicker, drift=0.0, seed=seed))
    raw["thermometer_voltage_drain"].values[:] += size * moved
    return reduce(raw, DEVICE)


def _jumps(reduced):
    names = ("cell", "configuration", "blocks")
    return (
        list(zip(*(reduced[f"jump_{name}"].values.tolist() for name in names), strict=True))
        if ("jump_cell" in reduced)
        else []
    )


@pytest.mark.parametrize(
    ("blocks", "told"),
    [((6, 7), "6, 7"), ((0, 1, 2), "0, 1, 2"), ((3,), "3"), ((4, 5), "4, 5")],
    ids=["to the end", "from the beginning", "one", "to and fro"],
)
def test_the_shorter_side_of_a_jump_is_left_out_and_told(blocks, told):
    # The flux of qubit 1 has moved: what is seen with it on resonance has less heat.
    moved = (CELL == 1) & np.isin(BLOCK, blocks) & (RUN.names == "only_1")
    reduced = _reduced(moved, 1e-6)
    assert _jumps(reduced) == [(1, "only_1", told)]
    assert float(reduced["jump_step"][0]) == pytest.approx(1e-6, abs=3e-7)
    assert float(reduced["jump_deviation"][0]) > 5
    assert reduced.attrs["flagged_blocks"] == len(blocks) and reduced.attrs["flagged_readings"] == 0
    remark = str(reduced["remark"].values[0])
    assert remark.startswith("drain, cell 1: 'only_1' less 'off' jumps by ")
    assert remark.endswith(f"block{'s' * (len(blocks) > 1)} {told} left out")
    assert np.all(np.abs(power_errors(reduced)) < 4.5 * reduced["heat_power_drain_std"].values)


def test_a_jump_of_the_background_alone_is_seen_in_every_difference():
    moved = (CELL == 0) & (BLOCK >= 6) & (RUN.names == "off")
    ((cell, _, blocks),) = _jumps(_reduced(moved, -1e-6))
    assert (cell, blocks) == (0, "6, 7")


def test_a_jump_of_the_voltage_leaves_the_differences_alone():
    # It is slow noise, and moves all configurations together.
    reduced = _reduced((CELL == 1) & (BLOCK >= 5), 5e-7)
    assert _jumps(reduced) == []
    assert np.all(np.abs(power_errors(reduced)) < 4.5 * reduced["heat_power_drain_std"].values)


def test_two_jumps_in_one_cell_are_both_found():
    moved = (CELL == 0) & (RUN.names == "both")
    size = np.where(BLOCK == 1, 2e-6, np.where(BLOCK == 6, -1e-6, 0.0))
    assert _jumps(_reduced(moved * size, 1.0)) == [(0, "both", "1"), (0, "both", "6")]


def test_where_no_level_has_most_blocks_all_are_kept_and_it_is_told():
    moved = (CELL == 0) & (BLOCK >= 4) & (RUN.names == "both")
    reduced = _reduced(moved, 2e-6)
    assert _jumps(reduced) == [(0, "both", "none")]
    assert "no level that most of its blocks share, all kept" in str(reduced["remark"].values[0])


@pytest.mark.desk
@pytest.mark.parametrize("flicker", [0.0, 100e-9])
def test_there_are_no_jumps_in_noise(flicker):
    draws = RUN.draws(60, white=WHITE, flicker=flicker, drift=1e-9, seed=22)
    assert sum(len(_jumps(reduce(raw, DEVICE))) for raw in draws) == 0
