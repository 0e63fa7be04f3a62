"""What has changed in a file, as one would say it."""

import pytest

from valvelab.file_changes import file_changes

BEFORE = "name: one # first\nlimits: [0 V, 1 V]\nsettle:\n  bath: 20 min\n"


@pytest.mark.parametrize(
    ("now", "changes"),
    [
        (BEFORE, []),
        ("# a comment\nname:   one\nlimits: [0 V,\n  1 V]\nsettle: {bath: 20 min}\n", []),
        (BEFORE.replace("1 V", "2 V"), [":2: was 'limits: [0 V, 1 V]', found 'limits: [0 V, 2 V]'"]),
        (BEFORE + "suspend: no\n", [":5: was 'no such line', found 'suspend: no'"]),
        (BEFORE.replace("name: one # first\n", ""), [":1: was 'name: one # first', found 'no such line'"]),
        ("name: [", [":1: was 'name: one # first', found 'name: ['"]),
    ],
)
def test_only_what_means_something_else_is_told(tmp_path, now, changes):
    path = tmp_path / "station.yaml"
    path.write_text(now, encoding="utf-8")
    found = list(file_changes(path, BEFORE))
    assert [line.replace(f"  {path}", "") for line in found][: len(changes)] == changes
    assert bool(found) == bool(changes)
