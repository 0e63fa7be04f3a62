import math
import os
import socket

import pytest
from qcodes.instrument_drivers.yokogawa import YokogawaGS200

from valvelab.errors import RunError
from valvelab.sim.cryostat import Cryostat, serve
from valvelab.sim.cryostat.server import HOST, ScaledClock

ADDRESS = "TCPIP0::192.168.150.{}::inst0::INSTR"


def connect(address: str) -> socket.socket:
    _, host, port, _ = address.split("::")
    return socket.create_connection((host, int(port)), timeout=10)


def ask(address: str, message: bytes) -> bytes:
    with connect(address) as connection, connection.makefile("rb") as replies:
        connection.sendall(message)
        return replies.readline()


def test_every_box_answers_on_its_own_port(cryostat: Cryostat) -> None:
    with serve(cryostat, first_port=0, speed=1000.0) as addresses:
        assert list(addresses) == list(cryostat.boxes)
        identities = [ask(address, b"*IDN?\n") for address in addresses.values()]
    makers = [identity.split(b",")[0] for identity in identities]
    assert makers == [b"YOKOGAWA"] * 3 + [b"Keysight Technologies"] * 2 + [b"LSCI"]
    assert identities[-1].endswith(b"\r\n")


def test_boxes_share_one_world_and_readings_take_their_time(quiet_cryostat: Cryostat) -> None:
    with serve(quiet_cryostat, first_port=0, speed=1e6) as addresses:
        meter = addresses[ADDRESS.format(21)]
        cold = float(ask(meter, b"READ?\n"))
        assert ask(addresses[ADDRESS.format(13)], b"OUTP 1;:SOUR:LEV 0.5;*OPC?\r\n") == b"1\n"
        assert float(ask(meter, b"READ?\n")) < cold


def test_a_client_that_hangs_up_disturbs_nobody(cryostat: Cryostat) -> None:
    with serve(cryostat, first_port=0, speed=1e6) as addresses:
        coil = addresses[ADDRESS.format(11)]
        with connect(coil) as connection:
            connection.sendall(b"*IDN")
        assert ask(coil, b"*ESR?\n") == b"0\n"


def test_the_driver_reaches_a_box_over_the_wire(cryostat: Cryostat) -> None:
    with serve(cryostat, first_port=0, speed=100.0) as addresses:
        coil = YokogawaGS200("coil", addresses[ADDRESS.format(11)], visalib="@py")
        try:
            coil.output("on")
            coil.current(1e-4)
            assert coil.current() == 1e-4
        finally:
            coil.close()


def test_the_ports_follow_each_other_and_are_free_again_afterwards(cryostat: Cryostat) -> None:
    # Below the ports that systems hand out by themselves.
    port = 20000 + os.getpid() % 10000
    for _ in range(2):
        with serve(cryostat, first_port=port) as addresses:
            assert list(addresses.values()) == [f"TCPIP::{HOST}::{port + n}::SOCKET" for n in range(6)]


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
