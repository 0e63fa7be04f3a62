"""A SIM900 with SIM928 sources: what is said on its wire, and how it behaves behind a guard."""

import pytest

from tests.drivers.traffic import Traffic
from valvelab.drivers import GuardedSource, StanfordSIM900, prepare_sim928
from valvelab.errors import LimitError, RunError

IDN = "Stanford_Research_Systems,SIM{},s/n003329,ver2.2"
EMPTY = "#3000"


def fetched(text):
    """Return the block with a module's answer as it comes in two lines, because it holds a line end."""
    return [f"#3{len(text) + 2:03d}{text}\r", ""]


def asked(slot, question, answer):
    return (
        (f"GETN? {slot},128", EMPTY),
        (f'SNDT {slot},"{question}"', None),
        (f"GETN? {slot},128", fetched(answer)),
    )


@pytest.fixture
def wire():
    return Traffic(
        ("CTCR?", "10"), *asked(1, "*IDN?", IDN.format(928)), *asked(3, "*IDN?", IDN.format(970)),
        ("*IDN?", IDN.format(900)),
    )  # fmt: skip


@pytest.fixture
def spoken(wire):
    box = StanfordSIM900("rack", resource=wire)
    yield box
    box.close()


def test_opening_it_only_asks_and_finds_the_sources_among_the_modules(spoken, wire):
    wire.expect(("*IDN?", IDN.format(900)))
    assert list(spoken.submodules) == ["slot_1"]
    assert spoken.IDN()["model"] == "SIM900"


def test_what_is_said_and_what_is_understood(spoken, wire):
    wire.expect(
        *asked(1, "VOLT?", "-1.234"), *asked(1, "EXON?", "1"), *asked(1, "BATS?", "1,3,0"),
        ('SNDT 1,"VOLT 0.250"', None), ('SNDT 1,"OPON"', None), ('SNDT 1,"OPOF"', None),
        *asked(1, "*IDN?", IDN.format(928)),
    )  # fmt: skip
    module = spoken.slot_1
    assert (module.voltage(), module.output(), module.batteries()) == (-1.234, "on", "1,3,0")
    module.voltage(0.25)
    module.output("on")
    module.output("off")
    assert module.identity() == IDN.format(928)
    wire.expect()


def test_an_answer_that_comes_in_pieces_or_late_is_put_together_and_an_old_one_dropped(spoken, wire):
    wire.expect(
        ("GETN? 1,128", fetched("9.999")), ('SNDT 1,"VOLT?"', None), ("GETN? 1,128", EMPTY),
        ("GETN? 1,128", "#3003-1."),
        ("GETN? 1,128", fetched("234")),
    )  # fmt: skip
    assert spoken.slot_1.voltage() == -1.234
    wire.expect()


def test_a_module_that_does_not_answer_is_told_after_the_timeout(spoken, wire):
    spoken.timeout(0.0)
    wire.expect(("GETN? 1,128", EMPTY), ('SNDT 1,"VOLT?"', None), ("GETN? 1,128", EMPTY))
    with pytest.raises(TimeoutError, match="must have a module in slot 1 that answers VOLT"):
        spoken.slot_1.voltage()


@pytest.fixture
def box(rack_of):
    """A mainframe with the supply of the source heater in slot 2 and that of the drain heater in slot 5."""
    return rack_of({"13": ("sim900", {"2": "source_heater"})})(StanfordSIM900, "13")


def test_a_source_that_is_off_is_switched_on_at_zero_and_one_that_is_on_left_alone(box):
    box.slot_2.voltage(0.3)
    parameter = prepare_sim928(box, "V", 20.0, channel=2)
    assert (box.slot_2.output(), parameter()) == ("on", 0.0)
    parameter(0.123)
    assert prepare_sim928(box, "V", 20.0, channel=2)() == 0.123


def test_what_it_does_not_have_is_refused(box):
    with pytest.raises(RunError, match="must have a SIM928 in slot 3, found them in 2"):
        prepare_sim928(box, "V", 20.0, channel=3)
    for unit, span in (("A", 20.0), ("V", 10.0)):
        with pytest.raises(ValueError, match="sources up to 20 V"):
            prepare_sim928(box, unit, span, channel=2)


def test_opening_it_again_leaves_the_voltage_where_it_is(box, rack_of):
    prepare_sim928(box, "V", 20.0, channel=2)(0.2)
    again = rack_of.open(StanfordSIM900, "13", "again")
    assert (again.slot_2.voltage(), again.slot_2.output()) == (0.2, "on")


def test_behind_a_guard_it_keeps_to_its_window_and_begins_where_the_knob_was_left(box):
    source = GuardedSource(
        "source_heater", prepare_sim928(box, "V", 20.0, channel=2), unit="V", window=(-0.5, 0.5), maximum_step=0.05,
        ramp_rate=0.5, resolution=1e-3, clock=box.visa_handle.visalib.clock,
    )  # fmt: skip
    for level in (0.6, float("nan"), True):
        with pytest.raises(LimitError):
            source.level(level)
    for past in (
        lambda: box.slot_2.voltage(0.1),
        lambda: box.write("SRST"),
        lambda: box.slot_2.output("off"),
    ):
        with pytest.raises(LimitError, match="sent past it"):
            past()
    assert (box.slot_2.voltage(), box.slot_2.output()) == (0.0, "on")
    box.visa_handle.visalib.faults.add(
        kind="front_panel", at="source_heater", command='SNDT 2,"VOLT 0.4"', times=1
    )
    source.level(0.123)
    assert source.level() == 0.123
    source.ramp_home()
    source.close()


def test_a_snapshot_asks_what_is_answered_and_changes_nothing(box):
    prepare_sim928(box, "V", 20.0, channel=2)(0.2)
    entries = box.snapshot(update=True)["submodules"]["slot_2"]["parameters"]
    assert {name: entries[name]["value"] for name in ("voltage", "output", "batteries")} == {
        "voltage": 0.2, "output": "on", "batteries": "1,2,0",
    }  # fmt: skip
