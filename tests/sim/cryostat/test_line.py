"""The faults of the wire over TCP: what the unmodified driver sees through pyvisa-py."""

import math
from contextlib import contextmanager

import pytest
import pyvisa
from qcodes.instrument_drivers.Keysight import Keysight34465A
from qcodes.instrument_drivers.yokogawa import YokogawaGS200

from valvelab.clock import VirtualClock
from valvelab.sim.cryostat import Cryostat, serve
from valvelab.sim.cryostat.line import Line, Packet

ADDRESS = "TCPIP0::192.168.150.{}::inst0::INSTR"
SPEED = 20.0
TIMEOUT = 0.4
"""Of the driver [s]: 8 s of the cryostat."""


@pytest.fixture
def served(quiet_cryostat: Cryostat):
    with serve(quiet_cryostat, first_port=0, speed=SPEED) as served:
        yield served


@contextmanager
def opened(served, driver=YokogawaGS200, number: int = 11, name: str = "box"):
    box = driver(name, served[ADDRESS.format(number)], visalib="@py", timeout=TIMEOUT)
    try:
        yield box
    finally:
        box.close()


def source(coil, level: float) -> None:
    """Set a level, and see that the box has obeyed before anything else happens."""
    coil.current(level)
    assert coil.current() == level


def test_over_the_wire_no_reply_is_a_timeout(served) -> None:
    with opened(served) as coil:
        source(coil, 1e-4)
        served.faults.add("no_reply", at="coil_1", times=1)
        with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
            coil.ask(":SOUR:LEV?")
        assert coil.ask(":SOUR:LEV?") == "+1.00000E-04"


def test_over_the_wire_a_late_reply_shifts_the_next_answers_until_the_session_is_cleared(served) -> None:
    with opened(served) as coil:
        served.faults.add("late_reply", at="coil_1", containing="LFR?", delay="12 s", times=1)
        with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
            coil.ask(":SYST:LFR?")
        assert coil.ask("*OPC?") == "50"
        assert coil.ask(":SOUR:FUNC?") == "1"
        coil.device_clear()
        assert coil.ask("*OPC?") == "1"


def test_over_the_wire_half_a_line_is_a_timeout_and_its_rest_an_answer(served) -> None:
    with opened(served) as coil:
        source(coil, 1.234e-4)
        served.faults.add("half_line", at="coil_1", containing="LEV?", delay="12 s", times=1)
        with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
            coil.ask(":SOUR:LEV?")
        assert coil.ask(":SYST:LFR?") == "00E-04"


def test_over_the_wire_garbage_is_no_text_and_nan_and_overflow_are_numbers(served) -> None:
    with opened(served) as coil:
        served.faults.add("garbage", at="coil_1", times=1)
        with pytest.raises(UnicodeDecodeError):
            coil.ask(":SOUR:LEV?")
        served.faults.add("nan", at="coil_1", times=1)
        assert math.isnan(float(coil.ask(":SOUR:LEV?")))
        served.faults.add("overflow", at="coil_1", times=1)
        assert float(coil.ask(":SOUR:LEV?")) == 9.9e37


def test_over_the_wire_a_box_hangs_up_and_can_be_reached_again(served) -> None:
    with opened(served) as coil:
        source(coil, 1e-4)
        served.faults.add("disconnect", at="coil_1", times=1)
        with pytest.raises((pyvisa.VisaIOError, ConnectionError)):
            coil.ask(":SOUR:LEV?")
    with opened(served, name="again") as coil:
        assert coil.current() == 1e-4


def test_over_the_wire_a_stranger_answers(served) -> None:
    served.faults.add("wrong_identity", at="coil_1", identity="YOKOGAWA,GS610,1,2")
    with opened(served) as coil:
        assert coil.IDN.cache()["model"] == "GS610"


def test_over_the_wire_a_knob_is_turned_while_nobody_asks(served) -> None:
    with opened(served) as coil:
        source(coil, 1e-4)
        served.faults.add("front_panel", at="coil_1", command="SOUR:LEV 5E-4")
        assert coil.current() == 5e-4


def test_over_the_wire_a_reading_sticks(served) -> None:
    with opened(served, Keysight34465A, 22) as meter, opened(served, YokogawaGS200, 13, "heater") as heater:
        number = served.faults.add("stuck", at="drain_thermometer", containing="READ?")
        before = meter.volt()
        heater.output("on")
        heater.voltage(0.5)
        assert heater.voltage() == 0.5
        assert meter.volt() == before
        served.faults.remove(number)
        assert meter.volt() < before


def test_over_the_wire_a_slow_box_is_waited_for_or_too_slow(served) -> None:
    with opened(served) as coil:
        number = served.faults.add("slow", at="coil_1", delay="1 s")
        assert coil.ask(":SYST:LFR?") == "50"
        served.faults.remove(number)
        served.faults.add("slow", at="coil_1", delay="12 s")
        with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
            coil.ask(":SYST:LFR?")


def test_what_has_its_time_happens_although_nobody_asks(served) -> None:
    with opened(served, Keysight34465A, 22) as meter:
        served.faults.add("broken_thermometer", at="drain_thermometer", voltage="0 V", start="1 s")
        while meter.volt() != 0.0:
            pass


class Echo:
    terminator = "\n"

    def receive(self, message: str) -> str | None:
        return message if message.endswith("?") else None

    def interrupt(self) -> None:
        """Do nothing."""


def test_a_line_without_faults_tells_what_the_box_tells() -> None:
    line = Line(Echo(), VirtualClock())
    assert line.send("A?") == [Packet(b"A?\n")]
    assert line.send("A") == []
