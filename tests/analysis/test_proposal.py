"""What proposed blocks take is what their plan says, whatever a protocol does between them."""

from pathlib import Path

import pytest

from valvelab.analysis import Assumed, Rates, propose
from valvelab.analysis.proposal import PlannedTime, proposed
from valvelab.configuration import load_configuration
from valvelab.protocol import Protocol, Recentre, Regulate, Stop
from valvelab.sim import preset

DEVICE = preset("paper")
TEMPLATE = load_configuration(Path(__file__).parents[2] / "valvelab/cli/demo-protocol.yaml", Protocol)
ASSUMED = Assumed(Rates(0.5e9, 0.5e9, 0.01e9, 0.05), 0.67e-15, 1e-7)
GRID = (0.06, 0.12), (0.12, 0.3, 0.384)
VARIANT = ("off", "both", "only_1", "only_2"), (3.98e9, 4.02e9)
HOURS = 8 * 3600.0


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"order": "random", "seed": 3},
        {"reverse_heater_every": 1, "reference_every": 10},
        {"recentre": Recentre(every=7, span="200 MHz"), "regulate": Regulate(every=5, tolerance="1 mK")},
    ],
)
def test_as_many_blocks_are_proposed_as_their_plan_has_time_for(changes):
    template = TEMPLATE.model_copy(update=changes)
    times = PlannedTime(template, DEVICE, VARIANT, (0.06, 0.384))
    blocks, duration = times.fitting(GRID, HOURS, times.rough_blocks(GRID, 6, HOURS))
    planned = proposed(template, GRID, VARIANT, blocks).plan(DEVICE).duration
    assert duration == pytest.approx(planned, rel=5e-3, abs=0) and duration <= HOURS
    assert proposed(template, GRID, VARIANT, blocks + 1).plan(DEVICE).duration > 0.995 * HOURS


def test_where_one_block_takes_too_long_there_is_none():
    times = PlannedTime(TEMPLATE, DEVICE, VARIANT, (0.06, 0.384))
    assert times.fitting(GRID, 1800.0, 0) == (0, 0.0)


def test_a_run_that_stops_by_its_ratio_measures_both_singles_whatever_it_is_for():
    stopped = TEMPLATE.model_copy(update={"stop": Stop(enhancement="1 %")})
    found = propose(
        stopped, DEVICE, ASSUMED, 3 * 3600.0, aim="T_p", baths=(0.06, 0.12), sources=(0.21, 0.384)
    )
    assert found.block == ("off", "both", "only_1", "only_2")


def test_configurations_that_make_no_block_are_refused():
    places = {name: TEMPLATE.configurations[name] for name in ("off", "both")}
    lacking = TEMPLATE.model_copy(update={"configurations": places})
    with pytest.raises(ValueError, match="configurations must hold off, both and one of only_1 and only_2"):
        propose(lacking, DEVICE, ASSUMED, HOURS)
