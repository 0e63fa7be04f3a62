import os
import socket

from click.testing import CliRunner

from valvelab.cli import group


def test_faults_are_controlled_at_a_port_of_their_own_until_ctrl_c(monkeypatch) -> None:
    # Below the ports that systems hand out by themselves.
    port = 10000 + os.getpid() % 10000
    answers = []

    def meanwhile(seconds: float) -> None:
        with socket.create_connection(("127.0.0.1", port + 10), timeout=10) as control:
            control.sendall(b"add {kind: wrong_identity, at: coil_1}\n")
            answers.append(control.recv(100))
        with socket.create_connection(("127.0.0.1", port), timeout=10) as coil:
            coil.sendall(b"*IDN?\n")
            answers.append(coil.recv(100))
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", meanwhile)
    result = CliRunner().invoke(group, ["simulate", "--port", str(port), "--control", str(port + 10)])
    assert answers == [b"ok 1\n", b"ACME Instruments,Model 1,0,1.0\n"]
    assert result.exit_code == 0
    assert f"Faults are controlled at port {port + 10} of 127.0.0.1" in result.output
    assert "ended" in result.output
