"""The journal."""

import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from valvelab.errors import DataError, RunError
from valvelab.records import Journal, read_journal

RECORDS = [{"time": 0.1 * n, "configuration": "both", "voltage": 3e-4 + 1e-9 * n} for n in range(5)]


@pytest.fixture
def journal(tmp_path):
    path = tmp_path / "records.jsonl"
    with Journal(path) as opened:
        for record in RECORDS:
            opened.append(record)
    return path


def test_what_was_appended_is_read_back_exactly_and_in_order(journal):
    assert list(read_journal(journal)) == [{"sequence": n, **record} for n, record in enumerate(RECORDS)]


def test_each_line_is_plain_json(journal):
    lines = journal.read_text().splitlines()
    assert [json.loads(line)["sequence"] for line in lines] == [0, 1, 2, 3, 4]


def test_a_journal_goes_on_where_it_stood(journal):
    with Journal(journal) as opened:
        assert opened.append({"time": 9.0})["sequence"] == 5
    assert [record["sequence"] for record in read_journal(journal)] == [0, 1, 2, 3, 4, 5]


def test_cut_at_any_byte_only_the_line_that_was_not_acknowledged_is_lost(journal, tmp_path):
    content = journal.read_bytes()
    for cut in range(len(content) + 1):
        path = tmp_path / "cut.jsonl"
        path.write_bytes(content[:cut])
        whole = content[:cut].count(b"\n")
        assert len(list(read_journal(path))) == whole
        with Journal(path) as opened:
            assert opened.append({"again": True})["sequence"] == whole
        assert [record["sequence"] for record in read_journal(path)] == list(range(whole + 1))


def test_a_torn_line_is_set_aside_not_thrown_away(journal):
    content = journal.read_bytes()
    journal.write_bytes(content[:-10])
    with Journal(journal):
        pass
    torn = journal.with_suffix(".torn").read_bytes()
    assert torn.startswith(b'{"sequence":4')


def test_nul_bytes_after_a_power_cut_are_a_torn_line(journal):
    with journal.open("ab") as file:
        file.write(b"\0" * 205)
    assert len(list(read_journal(journal))) == 5


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.data())
def test_a_changed_bit_is_never_read_as_a_number(journal, tmp_path, data):
    content = bytearray(journal.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path / "flipped.jsonl"
    path.write_bytes(content)
    true = [{"sequence": n, **record} for n, record in enumerate(RECORDS)]
    try:
        found = list(read_journal(path))
    except DataError as error:
        assert "flipped.jsonl:" in str(error)
    else:
        assert found == true[: len(found)]
        assert len(found) >= 4


def test_damage_before_the_last_line_is_an_error_with_its_line(journal):
    lines = journal.read_bytes().split(b"\n")
    lines[2] = lines[2].replace(b"both", b"only")
    journal.write_bytes(b"\n".join(lines))
    with pytest.raises(DataError, match=r"records.jsonl:3: must be record 2"):
        list(read_journal(journal))


def test_a_missing_journal_is_named(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        list(read_journal(tmp_path / "records.jsonl"))


def test_a_value_that_is_no_number_is_refused_before_it_reaches_the_disk(tmp_path):
    with (
        Journal(tmp_path / "records.jsonl") as journal,
        pytest.raises(ValueError, match="not JSON compliant"),
    ):
        journal.append({"voltage": float("nan")})
    assert (tmp_path / "records.jsonl").read_bytes() == b""


def read_again(path):
    return [record["time"] for record in read_journal(path)]


def test_a_journal_that_is_deleted_is_written_anew_in_its_place(journal):
    with Journal(journal) as opened:
        journal.unlink()
        with pytest.raises(
            RunError, match=r"must stay where it is.*all 5 records were written to .*records.jsonl;"
        ):
            opened.append({"time": 9.0})
    assert read_again(journal) == [record["time"] for record in RECORDS]


def test_a_journal_that_is_moved_is_written_anew_in_its_place(journal, tmp_path):
    with Journal(journal) as opened:
        journal.rename(tmp_path / "moved.jsonl")
        with pytest.raises(RunError, match="found nothing there; all 5 records were written"):
            opened.append({"time": 9.0})
    assert read_again(journal) == read_again(tmp_path / "moved.jsonl")


@pytest.mark.parametrize("found", ["another file", "nothing"])
def test_a_journal_whose_folder_is_gone_or_taken_is_written_elsewhere(tmp_path, found):
    folder = tmp_path / "run"
    folder.mkdir()
    with Journal(folder / "records.jsonl") as opened:
        for record in RECORDS:
            opened.append(record)
        folder.rename(tmp_path / "away")
        if found == "another file":
            folder.mkdir()
            (folder / "records.jsonl").write_text("somebody's", encoding="utf-8")
        with pytest.raises(RunError, match="copy it back") as caught:
            opened.append({"time": 9.0})
    rescued = Path(re.search(r"were written to (\S+), copy", str(caught.value))[1])
    assert read_again(rescued) == [record["time"] for record in RECORDS]
    rescued.unlink()
    if found == "another file":
        assert (folder / "records.jsonl").read_text(encoding="utf-8") == "somebody's"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a file's size are POSIX")
def test_a_disk_that_is_full_ends_in_an_error_and_leaves_whole_lines(journal):
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = journal.stat().st_size
    with Journal(journal) as opened:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 30, before[1]))
        try:
            with pytest.raises(
                RunError, match=r"must take each reading, found .*make room and run 'valvelab resume'"
            ):
                opened.append(RECORDS[0])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert journal.stat().st_size == size
        opened.append({"time": 9.0})  # there is room again
    assert read_again(journal) == [*(record["time"] for record in RECORDS), 9.0]
