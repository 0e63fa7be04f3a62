import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.clock import VirtualClock
from valvelab.configuration import load_configuration
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat
from valvelab.sim.cryostat.lakeshore_372 import LakeShore372
from valvelab.sim.cryostat.world import World

CLOSED_LOOP = "OUTMODE 0, 5, 6, 0, 0, 0, 5"


@pytest.fixture
def box(quiet_cryostat: Cryostat, clock: VirtualClock) -> LakeShore372:
    return LakeShore372(World(quiet_cryostat, clock))


def temperature(box: LakeShore372) -> float:
    return float(str(box.receive("KRDG? 6")))


def test_the_mixing_chamber_heads_for_the_set_point_only_in_closed_loop_with_a_range(box, clock) -> None:
    box.receive("SETP 0, 0.2")
    for message in (
        CLOSED_LOOP,
        "RANGE 0, 0",
        "OUTMODE 0, 5, 5, 0, 0, 0, 5",
        "RANGE 0, 6",
        "OUTMODE 0,2,6,0,0,0,5",
    ):
        box.receive(message)
        clock.sleep(6000.0)
        assert temperature(box) == 0.06
    box.receive(CLOSED_LOOP)
    clock.sleep(6000.0)
    assert temperature(box) == 0.2
    box.receive("RANGE 0, 0")
    clock.sleep(6000.0)
    assert temperature(box) == 0.06


def test_a_set_point_can_ramp(box, clock) -> None:
    box.receive(f"{CLOSED_LOOP};RANGE 0,6;RAMP 0,1,0.06;SETP 0,0.12")
    clock.sleep(30.0)
    assert float(box.receive("SETP? 0")) == pytest.approx(0.09, rel=1e-6, abs=0)
    assert box.receive("RAMPST? 0") == "1"
    clock.sleep(31.0)
    assert box.receive("RAMPST? 0;SETP? 0") == "0;+1.20000E-01"


def test_the_heater_needs_more_of_a_smaller_range(box) -> None:
    assert box.receive(f"{CLOSED_LOOP};SETP 0,0.1;RANGE 0,8;HTR? 0") == "+1.46"
    assert box.receive("RANGE 0,7;HTR? 0") == "+4.62"
    assert box.receive("RANGE 0,1;HTR? 0") == "+100.00"
    assert box.receive("RANGE 0,0;HTR? 0;HTR? 1") == "+0.00;+0.00"


def test_a_reading_takes_a_conversion_and_its_resistance_falls_with_temperature(box, clock) -> None:
    cold = float(box.receive("SRDG? 6"))
    assert clock.now() == pytest.approx(0.1, rel=1e-6, abs=0)
    box.receive(f"{CLOSED_LOOP};SETP 0,0.3;RANGE 0,6")
    clock.sleep(600.0)
    assert float(box.receive("SRDG? 6")) < cold


def test_nothing_is_at_the_other_channels(box) -> None:
    assert box.receive("KRDG? 1;SRDG? 1;RDGST? 1;RDGST? 6") == "+0.00000E+00;+0.00000E+00;16;0"
    assert box.receive("INSET? 1;INSET? 6;INNAME? 6") == "0,10,3,0,1;1,10,3,0,1;MXC"


@pytest.mark.parametrize(
    ("message", "event"),
    [
        ("NONSENSE", 32),
        ("NONSENSE?", 32),
        ("SYST:ERR?", 32),
        ("SETP 0", 32),
        ("SETP 0,1,2", 32),
        ("SETP 0,nan", 16),
        ("SETP 0,500", 16),
        ("SETP 3,1", 16),
        ("KRDG? 17", 16),
        ("KRDG?", 16),
        ("PID? 7", 16),
    ],
)
def test_what_it_does_not_understand_sets_an_event_and_has_no_reply(box, message: str, event: int) -> None:
    assert box.receive(message) is None
    assert box.receive(f"*ESE {event};*STB?;*ESR?;*ESR?;SETP? 0") == f"32;{event};0;+0.00000E+00"


def test_reset_opens_the_loop_and_clear_forgets_the_events(box, clock) -> None:
    box.receive(f"{CLOSED_LOOP};SETP 0,0.2;RANGE 0,6;NONSENSE;*CLS;*RST")
    clock.sleep(600.0)
    assert temperature(box) == 0.06
    assert box.receive("*ESR?;*OPC?;*TST?;*IDN?") == "0;1;0;LSCI,MODEL372,LSA2172,1.3"
    box.interrupt()
    assert box.receive("*WAI;*OPC;*ESR?") == "5"


@given(st.text(max_size=40))
def test_no_message_can_break_a_box(message: str) -> None:
    LakeShore372(World(load_configuration(DEFAULT_CRYOSTAT, Cryostat), VirtualClock())).receive(message)
