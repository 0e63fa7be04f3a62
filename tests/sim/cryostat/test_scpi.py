from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.sim.cryostat.commands import Command, Entry, Setting
from valvelab.sim.cryostat.parameters import Number, Text
from valvelab.sim.cryostat.scpi import ScpiBox


class Lamp(ScpiBox):
    identity: ClassVar[str] = "Maker,LAMP,1,1.0"
    entries: ClassVar[tuple[Entry, ...]] = (
        Setting("[SOURce:]LIGHt:LEVel", "level", Number(0, 10, 1, lambda value: f"{value:g}")),
        Setting("[SOURce:]LIGHt:NAME", "name", Text()),
        Command("FLASh?", "_flash", 1, 2),
    )

    def _flash(self, *times: str) -> str:
        return "*" * len(times)


@pytest.fixture
def lamp() -> Lamp:
    return Lamp()


@pytest.mark.parametrize(
    "header", ["SOUR:LIGH:LEV", ":source:light:level", "LIGHT:LEV", "ligh:level", ":Sour:Light:Lev"]
)
def test_headers_have_short_and_long_forms_and_optional_parts(lamp: Lamp, header: str) -> None:
    assert lamp.receive(f"{header} 7") is None
    assert lamp.receive(f"{header}?") == "7"
    assert lamp.receive("SYST:ERR?") == '+0,"No error"'


def test_several_commands_share_a_line_and_a_path(lamp: Lamp) -> None:
    assert (
        lamp.receive('SOUR:LIGH:LEV 3;NAME "a;b";*CLS;NAME?;:LIGH:LEV?;*IDN?') == '"a;b";3;Maker,LAMP,1,1.0'
    )


def test_minimum_and_maximum_can_be_asked_for(lamp: Lamp) -> None:
    assert lamp.receive("LIGH:LEV? MIN;LEV? MAX") == "0;10"


@pytest.mark.parametrize(
    ("message", "error", "event"),
    [
        ("LIG:LEV 3", '-113,"Undefined header"', 32),
        ("LIGH:LEVE 3", '-113,"Undefined header"', 32),
        ("LIGH:LEV", '-109,"Missing parameter"', 32),
        ("LIGH:LEV 3,4", '-108,"Parameter not allowed"', 32),
        ("LIGH:LEV nan", '-104,"Data type error"', 32),
        ("LIGH:LEV 11", '-222,"Data out of range"', 16),
        ("FLAS?", '-109,"Missing parameter"', 32),
        ("FLAS? 1,2,3", '-108,"Parameter not allowed"', 32),
    ],
)
def test_a_refused_command_has_no_reply_but_an_error_and_an_event(
    lamp: Lamp, message: str, error: str, event: int
) -> None:
    assert lamp.receive(message) is None
    assert lamp.receive("*ESE 48;*STB?") == "32"
    assert lamp.receive("SYST:ERR?") == error
    assert lamp.receive("*ESR?;*ESR?") == f"{event};0"
    assert lamp.receive("LIGH:LEV?") == "1"
    assert lamp.receive("SYST:ERR?") == '+0,"No error"'


def test_the_queue_keeps_the_oldest_errors_and_says_that_it_overflowed(lamp: Lamp) -> None:
    for _ in range(30):
        lamp.receive("NONSENSE")
    errors = [lamp.receive("SYST:ERR?") for _ in range(21)]
    assert errors[:19] == ['-113,"Undefined header"'] * 19
    assert errors[19:] == ['-350,"Queue overflow"', '+0,"No error"']


def test_an_interrupted_query_is_an_error_and_clear_forgets_it(lamp: Lamp) -> None:
    lamp.interrupt()
    assert lamp.receive("SYST:ERR?") == '-410,"Query INTERRUPTED"'
    lamp.interrupt()
    assert lamp.receive("*CLS;*ESR?;:SYST:ERR?") == '0;+0,"No error"'


def test_reset_restores_the_defaults_but_keeps_the_errors(lamp: Lamp) -> None:
    lamp.receive("LIGH:LEV 5;NONSENSE;*RST")
    assert lamp.receive("LIGH:LEV?") == "1"
    assert lamp.receive("SYST:ERR?") == '-113,"Undefined header"'


def test_the_other_common_commands_answer(lamp: Lamp) -> None:
    assert lamp.receive("*OPC?;*TST?;*OPT?;*ESE?;*SRE?") == "1;0;0;0;0"
    assert lamp.receive("*OPC;*WAI;*ESR?") == "1"


@given(st.text(max_size=40))
def test_no_message_can_break_a_box(message: str) -> None:
    Lamp().receive(message)
