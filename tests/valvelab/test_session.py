"""What a session says of itself, and clocks that jump."""

import os
import subprocess
from datetime import timedelta

from valvelab.clock import VirtualClock
from valvelab.session import ClockWatch, commit, session_fields


class Wall(VirtualClock):
    """A clock whose calendar somebody sets."""

    shift = 0.0

    def utc(self):
        return super().utc() + timedelta(seconds=self.shift)


def test_a_calendar_that_is_set_or_a_computer_that_slept_is_noticed_once():
    clock = Wall()
    watch = ClockWatch(clock)
    for _ in range(10):
        clock.sleep(3600)
        clock.shift += 0.5  # what a time server corrects
        assert watch.jump() == ""
    clock.shift += 3600
    assert "found a jump of +3600.0 s" in watch.jump() and watch.jump() == ""
    clock.shift -= 7200
    assert "found a jump of -7200.0 s" in watch.jump()


def test_sessions_are_counted_over_the_life_of_a_run(tmp_path):
    assert session_fields([], tmp_path)["session"] == 0
    old = [{"index": 0}, {"index": 1}]  # from before there were sessions
    assert session_fields(old, tmp_path)["session"] == 1
    event = session_fields([*old, {"event": "session", "session": 1}, {"index": 2, "session": 1}], tmp_path)
    assert event["session"] == 2 and event["process"] == os.getpid()


def test_a_commit_says_whether_something_was_changed_since(tmp_path):
    def git(*words):
        name = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", "-C", str(tmp_path), *name, *words], check=True, capture_output=True)

    assert commit(tmp_path) == ""
    git("init")
    known = tmp_path / "protocol.yaml"
    known.write_text("one")
    git("add", ".")
    git("commit", "-m", "first")
    found = commit(tmp_path)
    assert len(found) == 40 and commit(known) == found
    known.write_text("two")
    assert commit(tmp_path) == f"{found}+"
    (tmp_path / "site-packages.py").write_text("not part of it")
    assert commit(tmp_path / "site-packages.py") == ""
