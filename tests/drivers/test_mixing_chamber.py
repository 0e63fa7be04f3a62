"""The mixing chamber behind its bridge."""

import pytest

from valvelab.clock import VirtualClock
from valvelab.drivers import BlueFors, BlueForsLoop, LakeShoreLoop, MixingChamber
from valvelab.errors import LimitError, RunError
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT


@pytest.fixture
def chamber(connect):
    bridge = connect("31")
    made = MixingChamber(
        "mixing_chamber",
        LakeShoreLoop(bridge, channel=6, heater_range="10mA", clock=VirtualClock()),
        window=(0.02, 0.4),
    )
    yield bridge, made
    made.close()


def test_a_set_point_is_regulated_in_closed_loop_and_reached(chamber):
    bridge, made = chamber
    made.set_point(0.15)
    heater = bridge.sample_heater
    assert (heater.mode(), heater.input_channel(), heater.output_range()) == ("closed_loop", 6, "10mA")
    bridge.visa_handle.visalib.clock.sleep(3600)
    assert made.temperature() == pytest.approx(0.15, abs=2e-4)
    assert made.set_point() == 0.15


@pytest.mark.parametrize("temperature", [0.0, 0.019, 0.41, float("nan"), True])
def test_a_set_point_outside_the_window_is_refused(chamber, temperature):
    bridge, made = chamber
    with pytest.raises(LimitError, match="set point must lie between"):
        made.set_point(temperature)
    assert bridge.sample_heater.mode() == "off"


def test_a_sensor_that_reads_nothing_is_no_temperature(connect):
    bridge = connect("31")
    made = MixingChamber(
        "mixing_chamber",
        LakeShoreLoop(bridge, channel=3, heater_range="10mA", clock=VirtualClock()),
        window=(0.02, 0.4),
    )
    with pytest.raises(RunError, match="must read a temperature above 0 K"):
        made.temperature()
    made.close()


@pytest.fixture
def timed(connect):
    bridge = connect("31")
    clock = bridge.visa_handle.visalib.clock
    made = MixingChamber(
        "mixing_chamber",
        LakeShoreLoop(bridge, channel=6, heater_range="10mA", clock=VirtualClock()),
        window=(0.02, 0.4),
        clock=clock,
    )
    yield clock, made
    made.close()


def test_the_wait_is_over_when_the_bath_has_been_at_its_set_point_for_long_enough(timed):
    clock, made = timed
    made.set_point(0.15)
    assert made.wait_until_stable(3e-4, 60.0, 3600.0) == pytest.approx(0.15, abs=3e-4)
    # It relaxes from 60 mK with 60 s: 300 s until 0.3 mK are left and 60 s of calm, with noise of 20 uK.
    assert 300 < clock.now() < 450


def test_a_bath_that_is_not_regulated_is_stable_about_its_own_mean(timed):
    _, made = timed
    assert made.wait_until_stable(1e-4, 30.0, 300.0) == pytest.approx(0.06, abs=2e-5)


def test_a_drift_is_not_stable_however_close_its_readings_are_to_each_other(timed):
    clock, made = timed
    made.set_point(0.3)
    clock.sleep(600.0)
    made._loop._output.mode("off")  # it falls by up to 4 mK/s
    with pytest.raises(RunError, match="within 1 mK of its own mean for 60 s"):
        made.wait_until_stable(1e-3, 60.0, 90.0)


def test_a_wait_that_takes_too_long_says_how_far_it_got(timed):
    _, made = timed
    made.set_point(0.15)
    with pytest.raises(
        RunError, match=r"of 150 mK for 60 s, found 0 s at best in 100 s, at 13\d\.\d+ mK now"
    ):
        made.wait_until_stable(3e-4, 60.0, 100.0)
    with pytest.raises(RunError, match=r"found [1-9]\d?\.?\d* s at best in 300 s, at 149\.\d+ mK now"):
        made.wait_until_stable(3e-4, 299.0, 300.0)


def test_noise_above_the_tolerance_is_never_stable(timed):
    clock, made = timed
    with pytest.raises(RunError, match=r"must stay within 10 uK"):
        made.wait_until_stable(1e-5, 60.0, 300.0)
    assert 300 <= clock.now() < 305


@pytest.mark.parametrize(
    ("tolerance", "duration", "timeout", "message"),
    [
        (0.0, 1.0, 2.0, "`tolerance` must be finite and above 0"),
        (1e-3, float("nan"), 2.0, "`duration` must be finite and above 0"),
        (1e-3, 1.0, float("inf"), "`timeout` must be finite and above 0"),
        (True, 1.0, 2.0, "`tolerance`"),
        (1e-3, 10.0, 2.0, "`timeout` must be at least the duration, 10 s, but is 2"),
    ],
)
def test_a_wait_without_an_end_is_refused(timed, tolerance, duration, timeout, message):
    clock, made = timed
    with pytest.raises(ValueError, match=message):
        made.wait_until_stable(tolerance, duration, timeout)
    assert clock.now() == 0


def test_a_snapshot_reads_no_thermometer(timed):
    clock, made = timed
    before = clock.now()
    made.snapshot(update=True)
    assert clock.now() == before


def test_a_bluefors_controller_holds_the_bath_too(tmp_path):
    text = DEFAULT_CRYOSTAT.read_text(encoding="utf-8")
    bridge = '"TCPIP0::192.168.150.31::inst0::INSTR": {model: ls372'
    assert bridge in text
    path = tmp_path / "cryostat.yaml"
    path.write_text(text.replace(bridge, '"http://192.168.150.41:5001": {model: bluefors'), encoding="utf-8")
    controller = BlueFors("controller", "http://192.168.150.41:5001", visalib=f"{path}@valve")
    manager = controller.resource_manager
    clock = manager.visalib.clock
    loop = BlueForsLoop(controller, channel=6, heater=4, maximum_power=1e-3)
    made = MixingChamber("mixing_chamber", loop, window=(0.02, 0.4), clock=clock)
    try:
        assert not loop.is_closed()
        made.set_point(0.15)
        assert loop.is_closed() and made.set_point() == 0.15
        assert made.wait_until_stable(1e-3, 60, 7200, interval=20) == pytest.approx(0.15, abs=1e-3)
        with pytest.raises(LimitError, match="set point must lie between"):
            made.set_point(0.5)
    finally:
        made.close()
        controller.close()
        manager.close()
