"""A Keysight B2962A as current source of a coil and voltage source of a heater."""

import pytest
from qcodes.instrument_drivers.Keysight import KeysightB2962A

from valvelab.drivers import GuardedSource, prepare_b2962a
from valvelab.errors import LimitError, RunError


@pytest.fixture
def box(rack_of):
    """A B2962A with coil 1 at channel 1 and the heater of the source at channel 2."""
    wired = {"11": ("b2962a", {"1": "coil_1", "2": "source_heater"}), "13": (None, None)}
    return rack_of(wired)(KeysightB2962A, "11")


def near(level):
    return pytest.approx(level, rel=1e-9, abs=0)


def test_the_raw_driver_lets_the_range_follow_the_level_and_switches_on_by_measuring(box):
    box.ch2.source_voltage(3)
    assert float(box.ask(":SOUR2:VOLT:RANG?")) == 20.0
    assert box.ch2.enable() is False
    assert box.ch2.voltage() == 3.0 and box.ch2.enable() is True


@pytest.mark.parametrize(
    ("unit", "span", "channel", "what"), [("A", 1e-3, 1, "current"), ("V", 2.0, 2, "voltage")]
)
def test_a_channel_that_is_off_is_switched_on_at_zero_in_a_fixed_range(box, unit, span, channel, what):
    source = box.submodules[f"ch{channel}"]
    source.parameters[f"source_{what}"](1e-4)
    parameter = prepare_b2962a(box, unit, span, channel=channel)
    assert parameter is source.parameters[f"source_{what}"]
    assert (parameter(), source.enable(), source.source_mode()) == (0.0, True, what)
    parameter(1e-6)
    assert source.parameters[f"source_{what}_range"]() == span
    assert source.parameters[f"source_{what}_autorange"]() == "off"
    assert box.submodules[f"ch{3 - channel}"].enable() is False
    assert box.ask("SYST:ERR?").startswith("+0")


def test_a_live_channel_is_left_alone_and_refused_in_another_mode_or_range(box):
    prepare_b2962a(box, "A", 1e-3, channel=1)(1e-4)
    assert prepare_b2962a(box, "A", 1e-3, channel=1)() == near(1e-4)
    for unit, span, words in (
        ("A", 10e-3, r"ch1_source_current_range: must be 0\.01 A"),
        ("V", 2.0, "ch1_source_mode: must be voltage"),
    ):
        with pytest.raises(RunError, match=f"{words} while its output is on"):
            prepare_b2962a(box, unit, span, channel=1)
    box.write(":SOUR1:CURR:RANG:AUTO 1")
    with pytest.raises(RunError, match="source_current_autorange: must be off while its output is on"):
        prepare_b2962a(box, "A", 1e-3, channel=1)
    assert box.ch1.source_current() == near(1e-4)


def test_a_channel_that_is_not_there_is_refused(box):
    with pytest.raises(ValueError, match="has channels 1 and 2, found 3"):
        prepare_b2962a(box, "V", 2.0, channel=3)


def test_behind_a_guard_it_keeps_to_its_window_and_begins_where_the_knob_was_left(box):
    source = GuardedSource(
        "coil_1", prepare_b2962a(box, "A", 1e-3, channel=1), unit="A", window=(-3e-4, 3e-4), maximum_step=2e-5,
        ramp_rate=1e-4, resolution=1e-8, clock=box.visa_handle.visalib.clock,
    )  # fmt: skip
    for level in (4e-4, float("nan"), True):
        with pytest.raises(LimitError):
            source.level(level)
    for past in (
        lambda: box.ch1.source_current(1e-4),
        lambda: box.ch2.source_voltage(1.0),
        lambda: box.ch1.enable("off"),
        lambda: box.ch1.source_mode("voltage"),
        lambda: box.ch1.source_current_range(1.0),
        box.ch1.voltage,  # a measurement switches the output on
        box.ch2.current,
    ):
        with pytest.raises(LimitError, match="sent past it"):
            past()
    box.visa_handle.visalib.faults.add(kind="front_panel", at="coil_1", command=":SOUR1:CURR 2.5E-4", times=1)
    source.level(1e-4)
    assert source.level() == near(1e-4)
    source.ramp_home()
    source.close()


def test_both_channels_stand_behind_guards_of_their_own(box):
    clock = box.visa_handle.visalib.clock
    coil, heater = prepare_b2962a(box, "A", 1e-3, channel=1), prepare_b2962a(box, "V", 2.0, channel=2)
    guards = [
        GuardedSource(
            name, parameter, unit=unit, window=(-span, span), maximum_step=span / 5, ramp_rate=span,
            resolution=span / 1e4, clock=clock,
        )
        for name, parameter, unit, span in (("coil_1", coil, "A", 3e-4), ("source_heater", heater, "V", 1.0))
    ]  # fmt: skip
    guards[0].level(1e-4)
    guards[1].level(0.3)
    assert (guards[0].level(), guards[1].level()) == (near(1e-4), near(0.3))
    for guard in guards:
        guard.ramp_home()
        guard.close()


def test_a_snapshot_asks_what_is_answered_and_changes_nothing(box):
    prepare_b2962a(box, "A", 1e-3, channel=1)(1e-4)
    box.ch1.enable("off")
    entries = box.snapshot(update=True)["submodules"]["ch1"]["parameters"]
    assert entries["source_current"]["value"] == near(1e-4)
    assert entries["source_mode"]["value"] == "current" and entries["source_current_range"]["value"] == 1e-3
    assert not {"voltage", "current", "resistance"} & set(entries)
    assert box.ch1.enable() is False and box.ask("SYST:ERR?").startswith("+0")
