"""Files that people write."""

from typing import Annotated, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from valvelab.configuration import Section, dump_configuration, load_configuration
from valvelab.device import Device
from valvelab.errors import ConfigurationError, KindError
from valvelab.mistakes import listed
from valvelab.protocol import Protocol
from valvelab.quantities import Frequency, Rate, Temperature
from valvelab.sim import preset, preset_path


class Inner(Section):
    temperature: Temperature
    rate: Rate


class Outer(Section):
    schema_: Literal["test/1"] = Field(alias="schema")
    frequency: Frequency
    count: Annotated[int, Field(ge=1)]
    inner: Inner
    pairs: Annotated[
        tuple[
            Annotated[tuple[Frequency, Frequency], listed("frequencies, one per qubit", "[1 GHz, 2 GHz]", 2)],
            ...,
        ],
        listed("pairs", "[[1 GHz, 2 GHz]]"),
    ] = ()


GOOD = """\
schema: test/1
frequency: 4 GHz
count: 3
inner:
  temperature: 96 mK
  rate: 0.5e9 1/s
pairs: [[1 GHz, 2 GHz]]
"""


@pytest.fixture
def load(tmp_path):
    def loader(text: str | bytes):
        path = tmp_path / "file.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_configuration(path, Outer)

    return loader


def test_a_good_file_is_read_in_si(load):
    outer = load(GOOD)
    assert outer.inner.temperature == 0.096
    assert outer.pairs == ((1e9, 2e9),)


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("4 GHz", "4", "2:1: frequency", ["must be a frequency with its unit", "found 4"]),
        ("96 mK", "-96 mK", "5:3: inner.temperature", ["between 0 K and 10 K", "found -96 mK"]),
        ("96 mK", ".nan", "5:3: inner.temperature", ["with its unit", "found nan; write a finite number"]),
        ("4 GHz", "4,0 GHz", "2:1: frequency", ["write the decimal point: '4.0 GHz'"]),
        ("0.5e9 1/s", "0.5 GHz", "6:3: inner.rate", ["'5e8 1/s'", "3.14159"]),
        ("count: 3", "count: 0", "3:1: count", ["must be at least 1, found 0"]),
        ("count: 3", "count: yes", "3:1: count", ["must be a whole number, found 'yes'"]),
        ("count: 3", "count: 3.5", "3:1: count", ["must be a whole number, found 3.5"]),
        ("count: 3", "cuont: 3", "3:1: cuont", ["unknown key", "did you mean 'count'?"]),
        ("  rate: 0.5e9 1/s\n", "", "4:1: inner.rate", ["is missing"]),
        ("  rate:", "  rat:", "6:3: inner.rat", ["unknown key", "did you mean 'rate'?"]),
        ("2 GHz]]", "2 MK]]", "7:17: pairs.1.2", ["must be a frequency"]),
        ("test/1", "test/2", "1:1: schema", ["must be 'test/1'", "'test/2'"]),
        ("count: 3", "count: 3\ncount: 4", "", ["not valid YAML"]),
        ("count: 3", "count: [3", "", ["not valid YAML"]),
        ("count: 3", "count: !!python/name:os.system 3", "3:1: count", ["must be"]),
        (
            "[[1 GHz, 2 GHz]]",
            "[[1 GHz]]",
            "7:9: pairs.1",
            ["must be two frequencies, one per qubit, found one"],
        ),
        ("[[1 GHz, 2 GHz]]", "4 GHz", "7:1: pairs", ["must be a list of pairs, e.g. [[1 GHz, 2 GHz]]"]),
        ("  rate: 0.5e9 1/s", "  rate: {a: 1}", "6:3: inner.rate", ["found {'a': 1}"]),
        ("schema: test/1\n", "", "1:1: schema", ["is missing; write 'schema: test/1'"]),
    ],
)
def test_a_mistake_is_answered_with_its_place_what_must_be_and_what_was_found(load, old, new, place, words):
    with pytest.raises(ConfigurationError) as caught:
        load(GOOD.replace(old, new))
    message = str(caught.value)
    assert f"file.yaml:{place}" in message
    for word in words:
        assert word in message


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(load):
    bad = GOOD.replace("4 GHz", "4").replace("96 mK", "96").replace("count", "cuont")
    with pytest.raises(ConfigurationError) as caught:
        load(bad)
    lines = str(caught.value).splitlines()
    assert len(lines) == 3  # frequency, cuont for count, temperature
    assert [int(line.split(":")[1]) for line in lines] == sorted(int(line.split(":")[1]) for line in lines)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"", "must hold 'key: value' lines, found an empty file"),
        (b"- 1\n- 2\n", "must hold 'key: value' lines, found a list"),
        (b"a: &x [1]\nb: *x\n", "anchors"),
        (b"a: " + b"[" * 5000, "nested deeper"),
        (b"a: " + b"[" * 40 + b"]" * 40, "nested deeper"),
        (b"# " + b"x" * 300_000, "smaller than 256 kB"),
        (b"a: 1\n\tb: 2\n", "not valid YAML"),
    ],
)
def test_what_is_no_plain_small_yaml_is_refused(load, content, word):
    with pytest.raises(ConfigurationError, match=word):
        load(content)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"nothing\.yaml: cannot be read"):
        load_configuration(tmp_path / "nothing.yaml", Outer)


def test_a_file_of_another_kind_is_answered_with_one_line():
    with pytest.raises(
        KindError,
        match=r"paper\.yaml:3:1: schema: must be that of a protocol file, found that of a device file",
    ) as caught:
        load_configuration(preset_path("paper"), Protocol)
    assert len(str(caught.value).splitlines()) == 1


def test_a_section_knows_where_its_values_stood_and_is_equal_without(load):
    outer = load(GOOD)
    assert outer.places.beside("inner", "temperature") == "file.yaml:5: inner.temperature"
    assert outer == Outer.model_validate(outer.model_dump(by_alias=True, mode="json"), strict=False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_and_nothing_else(load, text):
    try:
        load(text.encode("utf-8", "ignore"))
    except ConfigurationError as error:
        assert "file.yaml" in str(error)


@pytest.mark.parametrize("name", ["paper", "aalto2026"])
def test_a_dumped_configuration_reads_back_the_same(name, tmp_path):
    device = preset(name)
    path = tmp_path / "device.yaml"
    path.write_text(dump_configuration(device), encoding="utf-8")
    assert load_configuration(path, Device) == device
    assert load_configuration(preset_path(name), Device) == device
