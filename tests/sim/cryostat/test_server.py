import math
import socket

import pytest
from qcodes.instrument_drivers.yokogawa import YokogawaGS200

from valvelab.errors import RunError
from valvelab.sim.cryostat import Cryostat, serve
from valvelab.sim.cryostat.server import HOST, ScaledClock

ADDRESS = "TCPIP0::192.168.150.{}::inst0::INSTR"


def ask(port: int, message: bytes) -> bytes:
    with socket.create_connection((HOST, port), timeout=10) as connection:
        connection.sendall(message)
        with connection.makefile("rb") as replies:
            return replies.readline()


def test_every_box_answers_on_its_own_port(cryostat: Cryostat) -> None:
    with serve(cryostat, first_port=0, speed=1000.0) as service:
        assert list(service.ports) == list(cryostat.boxes)
        identities = [ask(port, b"*IDN?\n") for port in service.ports.values()]
    makers = [identity.split(b",")[0] for identity in identities]
    assert makers == [b"YOKOGAWA"] * 3 + [b"Keysight Technologies"] * 2 + [b"LSCI"]
    assert identities[-1].endswith(b"\r\n")


def test_boxes_share_one_world_and_one_clock(quiet_cryostat: Cryostat) -> None:
    with serve(quiet_cryostat, first_port=0, speed=1e6) as service:
        meter = service.ports[ADDRESS.format(21)]
        cold = float(ask(meter, b"READ?\n"))
        assert ask(service.ports[ADDRESS.format(13)], b"OUTP 1;:SOUR:LEV 0.5;*OPC?\r\n") == b"1\n"
        assert float(ask(meter, b"READ?\n")) < cold
        assert service.clock.now() >= 0.4


def test_a_client_that_hangs_up_disturbs_nobody(cryostat: Cryostat) -> None:
    with serve(cryostat, first_port=0, speed=1e6) as service:
        port = service.ports[ADDRESS.format(11)]
        with socket.create_connection((HOST, port), timeout=10) as connection:
            connection.sendall(b"*IDN")
        assert ask(port, b"*ESR?\n") == b"0\n"


def test_the_driver_reaches_a_box_over_the_wire(cryostat: Cryostat) -> None:
    with serve(cryostat, first_port=0, speed=100.0) as service:
        address = f"TCPIP::{HOST}::{service.ports[ADDRESS.format(11)]}::SOCKET"
        coil = YokogawaGS200("coil", address, visalib="@py")
        try:
            coil.output("on")
            coil.current(1e-4)
            assert coil.current() == 1e-4
        finally:
            coil.close()


def test_a_port_that_is_taken_is_reported(cryostat: Cryostat) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(RunError, match=f"port {port} .* must be free"), serve(cryostat, first_port=port):
            pass


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"speed": 0.0}, "speed"),
        ({"speed": math.nan}, "speed"),
        ({"first_port": -1}, "first_port"),
        ({"first_port": 65534}, "first_port"),
    ],
)
def test_an_argument_out_of_range_is_named(cryostat: Cryostat, arguments: dict, name: str) -> None:
    with pytest.raises(ValueError, match=f"`{name}`"), serve(cryostat, **arguments):
        pass


def test_the_clock_runs_faster_than_the_wall() -> None:
    clock = ScaledClock(1e6)
    begin, date = clock.now(), clock.utc()
    clock.sleep(1000.0)
    assert clock.now() - begin >= 1000.0
    assert (clock.utc() - date).total_seconds() >= 1000.0
