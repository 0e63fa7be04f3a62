"""A Yokogawa 7651: what is said on its wire, and how it behaves behind a guard."""

import pytest
from pyvisa import VisaIOError

from tests.drivers.traffic import Traffic
from valvelab.drivers import GuardedSource, Yokogawa7651, harden, prepare_7651
from valvelab.errors import LimitError, RunError

PANEL = ["MDL7651REV1.05\r", "F5R4S+0.10000E-3E\r", "PI01.0SW00.0M1\r", "LV30LA120\r", "END\r"]
OS = ("OS", PANEL)


@pytest.fixture
def wire():
    return Traffic(OS)


@pytest.fixture
def spoken(wire):
    box = Yokogawa7651("yoko", resource=wire)
    yield box
    box.close()


def test_it_is_opened_by_a_question_and_never_cleared(spoken, wire):
    wire.expect(OS)
    assert spoken.IDN() == {"vendor": "YOKOGAWA", "model": "7651", "serial": None, "firmware": "1.05"}
    wire.expect()


def test_what_is_said_and_what_is_understood(spoken, wire):
    wire.expect(
        OS, OS, ("OD", "NDCA+0.10000E-3\r"), ("OC", "STS1=16\r"), ("OC", "STS1=4\r"), ("F1E", None), ("R5E", None),
        ("S-1.25000E-03E", None), ("O1E", None), ("O0E", None), ("OD", "+1.0E+0"),
    )  # fmt: skip
    assert spoken.source_mode() == "CURR" and spoken.current_range() == 1e-3 and spoken.current() == 1e-4
    assert spoken.output() == "on" and spoken.output() == "off"
    spoken.source_mode("VOLT")
    spoken.voltage_range(10.0)
    spoken.voltage(-1.25e-3)
    spoken.output("on")
    spoken.output("off")
    assert spoken.voltage() == 1.0
    wire.expect()


@pytest.mark.parametrize("reply", ["EDCA+1.2E-3", "NDCV+1.0E+0", "+1.2.3", "", "nan"])
def test_a_level_that_is_none_or_of_the_other_kind_is_refused(spoken, wire, reply):
    wire.expect(("OD", reply))
    with pytest.raises(ValueError, match="must answer OD with a level in A"):
        spoken.current()


def test_after_a_failed_question_the_panel_is_read_to_its_end_instead_of_a_clear(spoken, wire):
    harden(spoken)
    wire.expect(("OD", None), ("OS", ["NDCA+9.9E-3", *PANEL]), ("OD", "NDCA+0.1E-3"))
    with pytest.raises(VisaIOError):
        spoken.current()
    assert spoken.current() == 1e-4
    wire.expect(("OD", None), ("OS", ["NDCA+9.9E-3"]))
    with pytest.raises(VisaIOError):
        spoken.current()
    with pytest.raises(RunError, match="must answer OS after a failed query"):
        spoken.current()


@pytest.fixture
def box(rack_of):
    """A 7651 at coil 1 of a simulated cryostat."""
    return rack_of({"11": ("yokogawa7651", "coil_1")})(Yokogawa7651, "11")


def test_a_box_that_is_off_is_switched_on_at_zero(box):
    parameter = prepare_7651(box, "A", 10e-3)
    assert (box.source_mode(), box.current_range(), box.output(), parameter()) == ("CURR", 10e-3, "on", 0.0)


def test_a_live_box_is_left_alone_and_refused_in_another_mode_or_range(box):
    prepare_7651(box, "A", 1e-3)(1e-4)
    assert prepare_7651(box, "A", 1e-3)() == 1e-4
    for unit, span, words in (
        ("A", 10e-3, "current_range: must be 0.01 A"),
        ("V", 1.0, "source_mode: must be VOLT"),
    ):
        with pytest.raises(RunError, match=f"{words} while its output is on"):
            prepare_7651(box, unit, span)
    assert box.current() == 1e-4


def test_the_other_kind_of_range_and_level_is_no_number(box):
    prepare_7651(box, "A", 1e-3)
    for parameter in (box.voltage_range, box.voltage):
        with pytest.raises(ValueError, match=r"found CURR|level in V"):
            parameter()


def test_a_device_clear_drops_its_output_so_opening_it_again_must_not(box, rack_of):
    prepare_7651(box, "A", 1e-3)(1e-4)
    again = rack_of.open(Yokogawa7651, "11", "again")
    assert again.current() == 1e-4 and again.output() == "on"
    again.device_clear()
    assert again.output() == "off"


def test_behind_a_guard_it_keeps_to_its_window_and_begins_where_the_knob_was_left(box):
    source = GuardedSource(
        "coil_1", prepare_7651(box, "A", 1e-3), unit="A", window=(-3e-4, 3e-4), maximum_step=2e-5, ramp_rate=1e-4,
        resolution=1e-8, clock=box.visa_handle.visalib.clock,
    )  # fmt: skip
    for level in (4e-4, float("nan"), float("inf"), True):
        with pytest.raises(LimitError):
            source.level(level)
    with pytest.raises(LimitError, match="sent past it"):
        box.current(1e-4)
    assert box.output() == "on" and box.current() == 0.0  # questions stay free
    box.visa_handle.visalib.faults.add(kind="front_panel", at="coil_1", command="S+2.5E-4E", times=1)
    source.level(1e-4)
    assert source.level() == 1e-4
    source.ramp_home()
    source.close()


def test_a_snapshot_asks_what_is_answered_and_changes_nothing(box):
    prepare_7651(box, "A", 1e-3)(1e-4)
    entries = box.snapshot(update=True)["parameters"]
    assert entries["output"]["value"] == "on" and entries["source_mode"]["value"] == "CURR"
    assert box.current() == 1e-4
