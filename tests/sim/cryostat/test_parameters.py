import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.sim.cryostat.parameters import Choice, Number, ScpiError, Switch, Text, parse_number


@given(st.text())
def test_a_text_is_a_finite_number_or_a_scpi_error(text: str) -> None:
    try:
        value = parse_number(text)
    except ScpiError as error:
        assert error.code == -104
    else:
        assert value == float(text)


@pytest.mark.parametrize("text", ["nan", "inf", "-infinity", "1_000", "0x10", "1 V", ""])
def test_what_python_calls_a_number_scpi_may_not(text: str) -> None:
    with pytest.raises(ScpiError):
        parse_number(text)


def test_a_number_keeps_its_limits_and_knows_their_names() -> None:
    kind = Number(1, 10, 5)
    assert [kind.parse(word) for word in ("MIN", "maximum", "DEF", "7")] == [1, 10, 5, 7]
    with pytest.raises(ScpiError, match="Data out of range"):
        kind.parse("11")


def test_a_number_with_steps_takes_the_next_larger_one() -> None:
    assert Number(0.1, 10, 1, only=(0.1, 1.0, 10.0)).parse("0.5") == 1.0


def test_a_choice_knows_short_and_long_forms() -> None:
    kind = Choice(("IMMediate", "BUS"))
    assert [kind.parse(word) for word in ("imm", "IMMEDIATE", "bus")] == ["IMM", "IMM", "BUS"]
    with pytest.raises(ScpiError, match="Illegal parameter value"):
        kind.parse("IMMED")


def test_switches_and_texts_read_what_they_write() -> None:
    assert Switch().show(Switch().parse("on")) == "1"
    assert Switch(once=True).parse("ONCE") is False
    assert Text().show(Text().parse("'a, b'")) == '"a, b"'
    for kind, text in ((Switch(), "ONCE"), (Switch(), "2"), (Text(), "bare"), (Text(), '"half')):
        with pytest.raises(ScpiError):
            kind.parse(text)
