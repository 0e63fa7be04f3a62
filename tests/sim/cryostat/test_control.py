import socket

import pytest

from valvelab.sim.cryostat import Cryostat, serve


@pytest.fixture
def talk(cryostat: Cryostat):
    """Return a function that says one line to the control port and returns the lines of the answer."""
    with (
        serve(cryostat, first_port=0, speed=100.0, control_port=0) as served,
        socket.create_connection(("127.0.0.1", served.control), timeout=10) as connection,
        connection.makefile("rb") as answers,
    ):

        def talker(line: str) -> list[str]:
            connection.sendall(f"{line}\n".encode())
            told = [answers.readline().decode().rstrip()]
            while not told[-1].startswith(("ok", "error")):
                told.append(answers.readline().decode().rstrip())
            return told

        talker.served = served
        yield talker


def test_faults_are_added_listed_and_removed_by_lines(talk) -> None:
    assert talk("add {kind: late_reply, at: coil_1, delay: 500 ms, times: 1}") == ["ok 1"]
    assert talk("add {kind: warm_up, temperature: 1 K, start: 1 h}") == ["ok 2"]
    assert talk("list") == [
        "1 struck 0 {kind: late_reply, at: coil_1, times: 1, delay: 500 ms}",
        "2 struck 0 {kind: warm_up, start: 1 h, temperature: 1 K}",
        "ok",
    ]
    assert talk("remove 1") == ["ok"]
    assert list(talk.served.faults.report()) == [2]
    assert talk("clear") == ["ok"]
    assert talk("list") == ["ok"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("break everything", "error: must be one of add {kind: ...}, list"),
        ("add late_reply", "error: must be a fault such as {kind: no_reply"),
        ("add {kind: late_reply, at: coil_1, delay: 0.5}", "error: delay: must be a time with its unit"),
        ("add {kind: !!python/name:os.system , at: x}", "error: "),
        ("remove 3", "error: must be the number of a fault"),
        ("remove it", "error: must be the number of a fault"),
        ("", "error: must be one of"),
    ],
)
def test_a_line_that_is_wrong_is_answered_with_the_cure(talk, line: str, complaint: str) -> None:
    assert talk(line)[-1].startswith(complaint)
    assert talk("list") == ["ok"]
