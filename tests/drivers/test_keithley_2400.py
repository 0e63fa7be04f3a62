"""A Keithley 2400 as a flux source."""

import pytest
from qcodes.instrument_drivers.Keithley import Keithley2400

from valvelab.drivers import GuardedSource, prepare_2400
from valvelab.errors import LimitError, RunError


@pytest.fixture
def box(rack_of):
    """A 2400 at coil 1 of a simulated cryostat."""
    return rack_of({"11": ("keithley2400", "coil_1")})(Keithley2400, "11")


def test_the_raw_driver_rounds_a_current_to_ten_nanoamperes_and_reads_another_range(box):
    prepare_2400(box, "A", 1e-6)
    box.curr(1.234567e-7)
    assert box.source_current() == pytest.approx(1.2e-7, rel=1e-9, abs=0)
    assert box.rangei() != box.source_current_range()
    box.source_current(1.2345e-7)
    assert box.source_current() == pytest.approx(1.2345e-7, rel=1e-9, abs=0)


def test_a_box_that_is_off_is_switched_on_at_zero(box):
    parameter = prepare_2400(box, "A", 1e-3)
    assert (box.mode(), box.source_current_range(), box.output(), parameter()) == ("CURR", 1e-3, True, 0.0)
    assert box.ask("SYST:ERR?").startswith("0")


def test_a_live_box_is_left_alone_and_refused_in_another_mode_or_range(box):
    prepare_2400(box, "A", 1e-3)(1e-4)
    assert prepare_2400(box, "A", 1e-3)() == pytest.approx(1e-4, rel=1e-9, abs=0)
    for unit, span, words in (
        ("A", 10e-3, "source_current_range: must be 0.01 A"),
        ("V", 2.0, "mode: must be VOLT"),
    ):
        with pytest.raises(RunError, match=f"{words} while its output is on"):
            prepare_2400(box, unit, span)
    assert box.source_current() == pytest.approx(1e-4, rel=1e-9, abs=0)


def test_as_a_voltage_source(rack_of):
    box = rack_of({"13": ("keithley2400", "source_heater")})(Keithley2400, "13")
    prepare_2400(box, "V", 2.0)(0.3)
    assert (box.mode(), box.source_voltage()) == ("VOLT", pytest.approx(0.3, rel=1e-9, abs=0))


def test_behind_a_guard_it_keeps_to_its_window_and_begins_where_the_knob_was_left(box):
    source = GuardedSource(
        "coil_1", prepare_2400(box, "A", 1e-3), unit="A", window=(-3e-4, 3e-4), maximum_step=2e-5, ramp_rate=1e-4,
        resolution=5e-8, clock=box.visa_handle.visalib.clock,
    )  # fmt: skip
    for level in (4e-4, float("nan"), True):
        with pytest.raises(LimitError):
            source.level(level)
    for past in (
        lambda: box.curr(1e-4),
        lambda: box.source_current(1e-4),
        box.reset,
        lambda: box.mode("VOLT"),
    ):
        with pytest.raises(LimitError, match="sent past it"):
            past()
    box.visa_handle.visalib.faults.add(kind="front_panel", at="coil_1", command=":SOUR:CURR 2.5E-4", times=1)
    source.level(1e-4)
    assert source.level() == pytest.approx(1e-4, rel=1e-9, abs=0)
    source.ramp_home()
    source.close()


def test_a_snapshot_asks_what_is_answered_and_changes_nothing(box):
    prepare_2400(box, "A", 1e-3)(1e-4)
    entries = box.snapshot(update=True)["parameters"]
    assert entries["source_current"]["value"] == pytest.approx(1e-4, rel=1e-9, abs=0)
    assert entries["mode"]["value"] == "CURR"
    assert box.ask("SYST:ERR?").startswith("0")
