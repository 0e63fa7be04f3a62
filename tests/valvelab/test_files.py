"""Files that are whole or not there."""

import errno

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from valvelab.errors import DataError
from valvelab.files import demand_new, fingerprint, plain_reason, read_json, write_whole


def _read(path):
    return read_json(path, "run 'valvelab fit' first", "repeat 'valvelab fit'")


def test_what_is_written_takes_its_name_at_once_and_leaves_nothing_else(tmp_path):
    path = write_whole(tmp_path / "fit.json", '{"µ": 1}\n')
    assert _read(path) == {"µ": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["fit.json"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            '{"a": 1,\n "b": ',
            r"must be complete JSON, found something else \(it breaks off in line 2\); repeat",
        ),
        ("", "must be complete JSON"),
        ("[" * 100_000, "must be complete JSON"),
        ("[1]", "must be a JSON object, found a list; repeat"),
        ("null", "found nothing"),
    ],
)
def test_what_is_no_json_object_is_refused_in_plain_words(tmp_path, content, words):
    (tmp_path / "fit.json").write_text(content)
    with pytest.raises(DataError, match=words) as caught:
        _read(tmp_path / "fit.json")
    assert "delimiter" not in str(caught.value) and "char" not in str(caught.value)


def test_a_missing_file_says_what_makes_it(tmp_path):
    with pytest.raises(
        DataError, match=r"fit\.json: must be there, found nothing there; run 'valvelab fit' first"
    ):
        _read(tmp_path / "fit.json")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_an_object_or_refused_by_name(tmp_path, content):
    path = tmp_path / "run.json"
    path.write_bytes(content)
    try:
        assert isinstance(_read(path), dict)
    except DataError as error:
        assert "run.json" in str(error)


def test_the_system_s_reason_is_told_without_what_a_library_says_around_it():
    assert plain_reason(PermissionError(errno.EACCES, "[Errno 13] Unable to synchronously create file")) == (
        "permission denied"
    )
    assert plain_reason(OSError("Unable to synchronously open file")) == "a fault of the disk"


def test_a_new_folder_must_be_new(tmp_path):
    demand_new(tmp_path / "new")
    with pytest.raises(DataError, match="must be a new folder, found one that is there"):
        demand_new(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="must be a new folder, found a file of that name"):
        demand_new(tmp_path / "file")


def test_a_fingerprint_is_of_the_content_alone(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text("same")
    assert fingerprint(tmp_path / "a") == fingerprint(tmp_path / "b")
    (tmp_path / "b").write_text("other")
    assert fingerprint(tmp_path / "a") != fingerprint(tmp_path / "b")
