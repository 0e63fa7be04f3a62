"""What a plan expects is what a run shows."""

from pathlib import Path

import numpy as np
import pytest

from valvelab.analysis import Assumed, OperatingPoint, Rates, cells_of, expected_data, identify, propose
from valvelab.analysis.expected_run import drain_temperature
from valvelab.analysis.models import MODELS, Points
from valvelab.configuration import load_configuration
from valvelab.errors import ConfigurationError
from valvelab.protocol import Protocol
from valvelab.sim import Resonator, preset
from valvelab.thermometer import CalibratedRange

DEVICE = preset("paper")
PROTOCOL = Path(__file__).parents[2] / "valvelab/cli/demo-protocol.yaml"
ASSUMED = Assumed(Rates(0.5e9, 0.5e9, 0.01e9, 0.05), 0.67e-15, 1e-7)
AT = OperatingPoint(0.384, 0.096, 2e9)


@pytest.fixture(scope="module")
def plan():
    return load_configuration(PROTOCOL, Protocol).plan(DEVICE)


def test_the_drain_is_where_its_heat_is_in_balance():
    resonator, bath = Resonator(4e9, 20.0), np.array([0.06, 0.06, 0.12])
    points = Points(np.full(3, 4e9), np.array([4e9, 2e9, 4e9]), np.array([0.384, 0.384, 0.2]), bath)
    found = drain_temperature(points, bath, resonator, DEVICE.drain, ASSUMED, "pair")
    here = Points(points.frequency_1, points.frequency_2, points.temperature_source, found)
    through = -MODELS["pair"](ASSUMED.rates, here, resonator).cold
    received = DEVICE.drain.received_power(found, bath)
    np.testing.assert_allclose(received, through + ASSUMED.background, rtol=1e-9)


def test_every_cell_is_expected_with_its_readings(plan):
    cells = cells_of(plan)
    assert len(cells) == 14
    assert all(
        cell.names == ("off", "both", "only_1", "only_2") and set(cell.readings) == {32.0} for cell in cells
    )
    data = expected_data(cells, DEVICE, ASSUMED, "collective")
    assert data.size == 42
    # Three powers of a cell share the error of its background.
    covariance = data.reading_covariance.toarray()
    assert np.count_nonzero(covariance[0]) == 3 and covariance[0, 1] == pytest.approx(covariance[0, 2], abs=0)


def test_four_times_the_readings_halve_the_errors(plan):
    few = identify(
        expected_data(cells_of(plan), DEVICE, ASSUMED, "collective"), "collective", ASSUMED.rates, AT
    )
    quiet = Assumed(ASSUMED.rates, ASSUMED.background, ASSUMED.voltage_noise / 2)
    many = identify(
        expected_data(cells_of(plan), DEVICE, quiet, "collective"), "collective", ASSUMED.rates, AT
    )
    for name, error in few.errors.items():
        assert many.errors[name] == pytest.approx(error / 2, rel=1e-6, abs=0)
    assert many.enhancement_error == pytest.approx(few.enhancement_error / 2, rel=1e-6, abs=0)


def _calibrated_to(highest):
    known = CalibratedRange(lowest="50 mK", highest=highest, gap_error="0 ueV", resistance_error="0 Ohm")
    made = DEVICE.drain.thermometer.model_copy(update={"calibration": known})
    return DEVICE.model_copy(update={"drain": DEVICE.drain.model_copy(update={"thermometer": made})})


def test_a_drain_that_leaves_its_calibration_is_foreseen(plan):
    with pytest.raises(
        ConfigurationError,
        match=r"drain\.thermometer\.calibration: .* 47.62 mK to 157.5 mK, and a drain at 18.* with the bath at 180 mK",
    ):
        expected_data(cells_of(plan), _calibrated_to("150 mK"), ASSUMED, "pair")


@pytest.mark.desk
def test_what_is_proposed_stays_within_the_calibration(plan):
    device = _calibrated_to("119 mK")
    proposal = propose(plan.protocol, device, ASSUMED, 12 * 3600.0)
    chosen = proposal.protocol(plan.protocol).plan(device)
    assert expected_data(cells_of(chosen), device, ASSUMED, "pair").points.temperature_drain.max() < 0.125
    # Without a bound it would choose a hotter source, which warms the drain further.
    assert max(proposal.sources) < max(propose(plan.protocol, DEVICE, ASSUMED, 12 * 3600.0).sources)
    with pytest.raises(ValueError, match=r"the drain must come to temperatures .* calibrated"):
        propose(plan.protocol, _calibrated_to("51 mK"), ASSUMED, 12 * 3600.0)


@pytest.mark.desk
@pytest.mark.parametrize("aim", ["all", "T_p", "enhancement"])
def test_a_proposal_tells_more_than_the_protocol_it_came_from_in_the_same_time(plan, aim):
    before = identify(expected_data(cells_of(plan), DEVICE, ASSUMED, "pair"), "pair", ASSUMED.rates, AT)
    proposal = propose(plan.protocol, DEVICE, ASSUMED, plan.duration, aim=aim)
    better = proposal.protocol(plan.protocol).plan(DEVICE)
    assert better.duration < 1.02 * plan.duration
    after = identify(expected_data(cells_of(better), DEVICE, ASSUMED, "pair"), "pair", ASSUMED.rates, AT)
    assert after.errors["T_p"] == pytest.approx(proposal.errors["T_p"], rel=0.02, abs=0)
    assert after.enhancement_error == pytest.approx(proposal.errors["enhancement"], rel=0.02, abs=0)
    if aim != "enhancement":
        assert after.errors["T_p"] < 0.8 * before.errors["T_p"]
    if aim != "T_p":
        assert after.enhancement_error < 0.8 * before.enhancement_error


def test_a_time_that_suffices_for_nothing_is_refused(plan):
    with pytest.raises(ValueError, match="the time must suffice for a block of each cell"):
        propose(plan.protocol, DEVICE, ASSUMED, 600.0)
