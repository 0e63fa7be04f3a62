"""A hardened driver gets into step again by itself, on the simulated bus and over TCP."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import pyvisa
from qcodes.instrument_drivers.yokogawa import YokogawaGS200

from valvelab.configuration import dump_configuration, load_configuration
from valvelab.drivers import harden, send_at_once
from valvelab.errors import LimitError, RunError
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat, serve

COIL = "TCPIP0::192.168.150.11::inst0::INSTR"
TIMEOUT = 0.4
SPEED = 20.0


@pytest.fixture
def served():
    with serve(load_configuration(DEFAULT_CRYOSTAT, Cryostat), first_port=0, speed=SPEED) as served:
        yield served


@pytest.fixture
def wired(served):
    coil = YokogawaGS200("wired", served[COIL], visalib="@py", timeout=TIMEOUT)
    yield coil
    coil.close()


@pytest.fixture
def simulated():
    manager = pyvisa.ResourceManager("@valve")
    coil = YokogawaGS200("simulated", COIL, visalib="@valve")
    yield coil
    coil.close()
    manager.close()


def test_after_a_late_reply_every_answer_is_the_one_to_its_question(simulated) -> None:
    harden(simulated)
    library = simulated.visa_handle.visalib
    simulated.current(1e-4)
    library.faults.add("late_reply", at="coil_1", delay="6 s", times=1)
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        simulated.current()
    library.clock.sleep(10.0)
    assert [simulated.ask(":SYST:LFR?"), simulated.current()] == ["50", 1e-4]
    assert simulated.system_errors() == '0,"No error"'


def test_the_late_reply_may_be_the_identity_itself(simulated) -> None:
    harden(simulated)
    library = simulated.visa_handle.visalib
    library.faults.add("late_reply", at="coil_1", delay="6 s", times=1)
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        simulated.ask("*IDN?")
    library.clock.sleep(10.0)
    assert [simulated.ask(":SYST:LFR?"), simulated.ask("*OPC?")] == ["50", "1"]


def test_over_the_wire_a_reply_that_is_still_on_its_way_is_waited_for(wired, served) -> None:
    harden(wired)
    wired.current(1e-4)
    assert wired.current() == 1e-4
    served.faults.add("late_reply", at="coil_1", containing="LFR?", delay="15 s", times=1)
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        wired.ask(":SYST:LFR?")
    assert [wired.current(), wired.ask("*OPC?"), wired.ask(":SYST:LFR?")] == [1e-4, "1", "50"]


def test_over_the_wire_a_late_identity_is_not_taken_for_the_new_one(wired, served) -> None:
    harden(wired)
    served.faults.add("late_reply", at="coil_1", containing="*IDN?", delay="12 s", times=1)
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        wired.ask("*IDN?")
    assert [wired.ask("*OPC?"), wired.ask(":SYST:LFR?")] == ["1", "50"]


def test_half_a_line_and_garbage_leave_nothing_behind(wired, served) -> None:
    harden(wired)
    wired.current(1.234e-4)
    assert wired.current() == 1.234e-4
    served.faults.add("half_line", at="coil_1", containing="LEV?", delay="12 s", times=1)
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        wired.ask(":SOUR:LEV?")
    assert wired.ask(":SOUR:LEV?") == "+1.23400E-04"
    served.faults.add("garbage", at="coil_1", times=1)
    with pytest.raises(UnicodeDecodeError):
        wired.ask(":SOUR:LEV?")
    assert wired.ask(":SOUR:LEV?") == "+1.23400E-04"


def test_a_box_that_has_hung_up_is_told_and_not_waited_for(wired, served) -> None:
    harden(wired)
    served.faults.add("disconnect", at="coil_1", times=1)
    with pytest.raises((pyvisa.VisaIOError, ConnectionError)):
        wired.ask("*OPC?")
    begin = time.monotonic()
    for _ in range(2):
        with pytest.raises(RunError, match=r"wired: must answer \*IDN\? again .* open the station anew"):
            wired.ask("*OPC?")
    assert time.monotonic() - begin < 5.0


def test_a_box_that_does_not_come_back_is_told_each_time(simulated) -> None:
    harden(simulated)
    faults = simulated.visa_handle.visalib.faults
    number = faults.add("no_reply", at="coil_1")
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        simulated.ask("*OPC?")
    with pytest.raises(RunError, match="found VI_ERROR_TMO"):
        simulated.write(":OUTP 1")
    faults.remove(number)
    assert simulated.ask("*OPC?") == "1"


def test_another_box_at_the_line_is_told(simulated) -> None:
    harden(simulated)
    faults = simulated.visa_handle.visalib.faults
    faults.add("no_reply", at="coil_1", times=1)
    faults.add("wrong_identity", at="coil_1")
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        simulated.ask("*OPC?")
    with pytest.raises(RunError, match="must answer"):
        simulated.ask("*OPC?")


@pytest.mark.parametrize("guarded_first", [True, False])
def test_other_wrappers_may_be_inside_or_outside(simulated, guarded_first: bool) -> None:
    sent = []

    def guard() -> None:
        write = simulated.write_raw

        def guarded(command: str) -> None:
            if "9" in command:
                raise LimitError("too much")
            sent.append(command)
            write(command)

        simulated.write_raw = guarded

    for step in (guard, lambda: harden(simulated))[:: 1 if guarded_first else -1]:
        step()
    begin = simulated.visa_handle.visalib.clock.now()
    with pytest.raises(LimitError):
        simulated.write(":SOUR:LEV 9E-4")
    simulated.write(":SOUR:LEV 1E-4")
    assert sent == [":SOUR:LEV 1E-4"]
    assert simulated.ask(":SOUR:LEV?") == "+1.00000E-04"
    assert simulated.visa_handle.visalib.clock.now() == begin


@pytest.mark.parametrize("address", [COIL, "TCPIP0::192.168.150.11::7655::SOCKET"])
def test_of_a_thousand_answers_on_a_bad_line_none_is_another_ones(tmp_path, address: str) -> None:
    cryostat = load_configuration(DEFAULT_CRYOSTAT, Cryostat)
    path = tmp_path / "cryostat.yaml"
    path.write_text(dump_configuration(cryostat).replace(COIL, address), encoding="utf-8")
    right = {":SYST:LFR?": "50", ":SOUR:LEV?": "+1.00000E-04", ":SOUR:RANG?": "1.00000E-03", "OUTP?": "1"}

    def wrong_and_failed(*, hardened: bool) -> tuple[int, int]:
        manager = pyvisa.ResourceManager(f"{path}@valve")
        coil = YokogawaGS200("bad_line", address, visalib=f"{path}@valve")
        coil.output("on")
        coil.current(1e-4)
        if hardened:
            harden(coil)
        for kind, keys in (
            ("no_reply", {}),
            ("late_reply", {"delay": "7 s"}),
            ("half_line", {"delay": "7 s"}),
            ("half_line", {}),
            ("garbage", {}),
        ):
            manager.visalib.faults.add(kind, at="coil_1", probability=0.01, **keys)
        wrong = failed = 0
        for number in range(1000):
            question = list(right)[number % len(right)]
            try:
                wrong += coil.ask(question) != right[question]
            except (pyvisa.VisaIOError, UnicodeDecodeError, RunError):
                failed += 1
        coil.close()
        manager.close()
        return wrong, failed

    assert wrong_and_failed(hardened=False)[0] > 100
    wrong, failed = wrong_and_failed(hardened=True)
    assert wrong == 0
    assert 20 < failed < 100


def test_two_threads_get_their_own_answers(wired) -> None:
    harden(wired)
    questions = {":SYST:LFR?": "50", "*OPC?": "1"}

    def ask(question: str) -> set[str]:
        return {wired.ask(question) for _ in range(200)}

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, questions)) == [{answer} for answer in questions.values()]


def test_only_sockets_of_pyvisa_py_are_told_to_send_at_once(wired, simulated) -> None:
    handle = wired.visa_handle
    assert send_at_once(handle) is True
    connection = handle.visalib.sessions[handle.session].interface
    assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    assert send_at_once(simulated.visa_handle) is False
