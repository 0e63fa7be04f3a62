"""The words of messages."""

import pytest

from valvelab.wording import (
    counted,
    first_line,
    kind_of_data,
    nearest,
    one_of,
    shown,
    unsigned_zero,
    with_article,
)


@pytest.mark.parametrize(
    ("noun", "said"),
    [
        ("energy", "an energy"),
        ("electron-phonon coupling", "an electron-phonon coupling"),
        ("temperature", "a temperature"),
        ("voltage ramp rate", "a voltage ramp rate"),
    ],
)
def test_a_noun_has_its_article(noun, said):
    assert with_article(noun) == said


def test_choices_and_counts_are_words():
    assert one_of(["a"]) == "a" and one_of("ab") == "a or b" and one_of("abc") == "a, b or c"
    assert counted(0) == "none" and counted(2) == "two" and counted(40) == "40"


def test_what_was_found_is_told_in_the_words_of_the_file():
    assert [shown(value) for value in (None, True, "x", 1.5)] == ["nothing", "true", "'x'", "1.5"]
    assert len(shown("x" * 100)) == 60


def test_the_word_that_was_meant_is_found_or_none():
    assert nearest("alto2026", ["paper", "aalto2026"]) == "aalto2026"
    assert nearest("zzz", ["paper"]) is None


def test_data_are_named_by_what_they_are():
    assert kind_of_data("U", (1,)) == "text"
    assert kind_of_data("c", (11, 6)) == "complex numbers in the shape 11 x 6"
    assert kind_of_data("O") == "neither numbers nor text"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("one\ntwo", "getting coil_1"), "one"),
        (TimeoutError(""), "TimeoutError"),
        (OSError(), "OSError"),
        (KeyError("  \n"), "KeyError"),
    ],
)
def test_an_error_says_its_first_line_or_else_its_kind(error, said):
    assert first_line(error) == said


def test_a_number_that_was_rounded_to_zero_has_no_sign():
    assert [unsigned_zero(text) for text in ("-0.00", "+0.0", "-0.01", "+1", "0")] == [
        "0.00",
        "0.0",
        "-0.01",
        "+1",
        "0",
    ]
