"""Mistakes in files, each told once and where it stands."""

from typing import Annotated

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field, model_validator

from valvelab.configuration import Section, load_configuration
from valvelab.errors import ConfigurationError
from valvelab.mistakes import PlacedError, listed
from valvelab.quantities import Frequency


class Resonator(Section):
    frequency: Frequency
    quality_factor: Annotated[float, Field(gt=0, le=1e9)]


class File(Section):
    resonator: Resonator
    names: Annotated[tuple[str, ...], listed("names", "[a, b]", repeats=False)] = ()
    fine: bool = True

    @model_validator(mode="after")
    def _third_name(self):
        if len(self.names) == 3:
            raise PlacedError(("names", 2), "must not be there")
        return self


GOOD = "# a comment\nresonator: {frequency: 4 GHz, quality_factor: 20}\nnames: [a, b]\n"


@pytest.fixture
def told(tmp_path):
    """Return a function that loads a text and returns the lines of its answer, without the folder."""

    def load(text):
        path = tmp_path / "file.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            load_configuration(path, File)
        except ConfigurationError as error:
            return [line.removeprefix(f"{tmp_path}/") for line in str(error).splitlines()]
        return []

    return load


def test_a_good_file_has_no_answer(told):
    assert told(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("resonator:", "resonatr:", "file.yaml:2:1: resonatr: is an unknown key; did you mean 'resonator'?"),
        ("quality_factor: 20", "quality_factor: 0", "quality_factor: must be above 0, found 0"),
        (
            "quality_factor: 20",
            "quality_factor: 1e12",
            "quality_factor: must be at most 1e+09, found 1000000000000.0",
        ),
        ("quality_factor: 20", "quality_factor: high", "quality_factor: must be a number, found 'high'"),
        ("quality_factor: 20", "quality_factor: .inf", "quality_factor: must be finite, found inf"),
        (", quality_factor: 20", "", "file.yaml:2:1: resonator.quality_factor: is missing; add it"),
        ("[a, b]", "[a, 5]", "file.yaml:3:12: names.2: must be text, found 5"),
        ("[a, b]", "[a, b, c]", "file.yaml:3:15: names.3: must not be there"),
        ("[a, b]", "[a, b, a]", "file.yaml:3:1: names: must list each entry once, found 'a' twice"),
        ("[a, b]", "{a: b}", "names: must be a list of names, e.g. [a, b], found 'key: value' lines"),
        ("names: [a, b]", "fine: 3", "fine: must be true or false, found 3"),
        (
            "resonator: {frequency: 4 GHz, quality_factor: 20}",
            "resonator: 4",
            "must hold 'key: value' lines, found 4",
        ),
    ],
)
def test_each_mistake_has_one_line_without_a_word_of_the_library(told, old, new, line):
    (answer,) = told(GOOD.replace(old, new))
    assert answer.endswith(line), answer


def test_a_missing_top_level_key_is_placed_below_the_comment_that_heads_the_file(told):
    assert told("# one\n\n# two\nnames: [a]\n") == ["file.yaml:4:1: resonator: is missing; add it"]


def test_an_unknown_key_that_is_near_nothing_lists_what_is_known_and_hides_nothing(told):
    answer = told("zzz: 1\n")
    assert answer == [
        "file.yaml:1:1: resonator: is missing; add it",
        "file.yaml:1:1: zzz: is an unknown key; known here: resonator, names, fine",
    ]


def test_a_decimal_comma_in_a_flow_map_is_named_once(told):
    (answer,) = told(GOOD.replace("4 GHz", "4,0 GHz"))
    assert answer.endswith("if '4,0 GHz' was meant, write the decimal point: '4.0 GHz'")


@pytest.mark.parametrize("key", ["[", "[key]"])
def test_a_key_that_looks_like_one_of_the_library_s_own_is_answered_like_any_other(told, key):
    (answer,) = told(GOOD + f"'{key}': 1\n")
    assert f"{key}: is an unknown key" in answer


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["resonator", "names", "fine", "0 GHz"]) | st.text(max_size=5), VALUES, max_size=4
    )
)
def test_any_tree_is_answered_in_the_same_words(told, tree):
    import io

    from ruamel.yaml import YAML

    stream = io.StringIO()
    YAML().dump(tree or {"a": 1}, stream)
    for line in told(stream.getvalue()):
        assert (
            "validation" not in line
            and "Input" not in line
            and "valid " not in line.replace("is not valid YAML", "")
        )
