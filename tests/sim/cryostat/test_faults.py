"""Every fault, as the unmodified QCoDeS drivers see it on "@valve"."""

import math

import pytest
import pyvisa
from qcodes.instrument_drivers.Keysight import Keysight34465A
from qcodes.instrument_drivers.Lakeshore import LakeshoreModel372
from qcodes.instrument_drivers.yokogawa import YokogawaGS200

from valvelab.configuration import dump_configuration, load_configuration
from valvelab.errors import ConfigurationError
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat

ADDRESS = "TCPIP0::192.168.150.{}::inst0::INSTR"


class Bench:
    """A coil source, a voltmeter and the bridge of one cryostat, and what goes wrong with them."""

    def __init__(self, visalib: str) -> None:
        self.visalib = visalib
        self.manager = pyvisa.ResourceManager(visalib)
        self.library = self.manager.visalib
        self.faults, self.clock = self.library.faults, self.library.clock
        self.opened: list = []

    def open(self, driver, name: str, number: int, **arguments):
        opened = driver(name, ADDRESS.format(number), visalib=self.visalib, **arguments)
        self.opened.append(opened)
        return opened

    def coil(self, name: str = "coil"):
        coil = self.open(YokogawaGS200, name, 11)
        coil.output("on")
        return coil

    def meter(self):
        return self.open(Keysight34465A, "meter", 22, silent=True)

    def close(self) -> None:
        for opened in self.opened:
            opened.close()
        self.manager.close()


@pytest.fixture
def bench(tmp_path, quiet_cryostat: Cryostat):
    path = tmp_path / "cryostat.yaml"
    path.write_text(dump_configuration(quiet_cryostat), encoding="utf-8")
    bench = Bench(f"{path}@valve")
    yield bench
    bench.close()


def bench_of(tmp_path, *faults: str) -> Bench:
    path = tmp_path / "faulty.yaml"
    listed = "".join(f"  - {fault}\n" for fault in faults)
    text = DEFAULT_CRYOSTAT.read_text(encoding="utf-8")
    path.write_text(f"{text}faults:\n{listed}", encoding="utf-8")
    return Bench(f"{path}@valve")


def test_a_box_that_does_not_reply_takes_the_timeout_and_has_obeyed(bench: Bench) -> None:
    coil = bench.coil()
    coil.current(1e-4)
    bench.faults.add("no_reply", at="coil_1", times=1)
    begin = bench.clock.now()
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        coil.current()
    assert bench.clock.now() - begin == 5.0
    assert coil.current() == 1e-4


def test_a_late_reply_shifts_every_later_answer_until_the_session_is_cleared(bench: Bench) -> None:
    coil = bench.coil()
    coil.current(1e-4)
    bench.faults.add("late_reply", at="coil_1", containing="RANG?", delay="6 s", times=1)
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        coil.current_range()
    bench.clock.sleep(2.0)
    assert coil.ask(":SOUR:LEV?") == "1.00000E-03"
    assert coil.ask(":SYST:LFR?") == "+1.00000E-04"
    assert coil.ask("*OPC?") == "50"
    coil.device_clear()
    assert coil.ask(":SYST:LFR?") == "50"
    assert coil.ask(":SYST:ERR?") == '0,"No error"'


def test_a_reply_that_is_late_within_the_timeout_is_waited_for(bench: Bench) -> None:
    coil = bench.coil()
    bench.faults.add("late_reply", at="coil_1", delay="3 s")
    begin = bench.clock.now()
    assert coil.ask("OUTP?") == "1"
    assert bench.clock.now() - begin == 3.0


def test_half_a_line_is_no_reply_and_its_rest_the_answer_to_the_next_query(bench: Bench) -> None:
    coil = bench.coil()
    coil.current(-1.234e-4)
    bench.faults.add("half_line", at="coil_1", containing="LEV?", times=1)
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        coil.ask(":SOUR:LEV?")
    assert coil.current() == -1.234e-4
    bench.faults.add("half_line", at="coil_1", containing="LEV?", delay="7 s", times=1)
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        coil.ask(":SOUR:LEV?")
    bench.clock.sleep(3.0)
    assert coil.ask(":SOUR:RANG?") == "00E-04"


def test_garbage_is_no_text(bench: Bench) -> None:
    meter = bench.meter()
    bench.faults.add("garbage", at="drain_thermometer", containing="READ?", times=1)
    with pytest.raises(UnicodeDecodeError):
        meter.volt()
    assert 0 < meter.volt() < 1e-3


def test_nan_and_overflow_pass_for_readings(bench: Bench) -> None:
    meter, coil = bench.meter(), bench.coil()
    bench.faults.add("nan", at="drain_thermometer", times=1)
    assert math.isnan(meter.volt())
    bench.faults.add("overflow", at="drain_thermometer", times=1)
    assert meter.volt() == math.inf
    bench.faults.add("overflow", at="coil_1", containing="LEV?", times=1)
    assert float(coil.ask(":SOUR:LEV?")) == 9.9e37


def test_a_box_that_hangs_up_is_lost_until_it_is_opened_again(bench: Bench) -> None:
    coil = bench.coil()
    coil.current(1e-4)
    bench.faults.add("disconnect", at=ADDRESS.format(11), times=1)
    for _ in range(2):
        with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_CONN_LOST"):
            coil.ask(":SOUR:LEV?")
    coil.close()
    assert bench.coil("again").current() == 1e-4


def test_another_box_may_stand_at_the_address(bench: Bench) -> None:
    bench.faults.add("wrong_identity", at="coil_1", identity="YOKOGAWA,GS610,1,2", times=1)
    bench.faults.add("wrong_identity", at="coil_2")
    assert bench.open(YokogawaGS200, "coil", 11).IDN.cache()["model"] == "GS610"
    assert bench.open(YokogawaGS200, "other", 12).IDN.cache()["vendor"] == "ACME Instruments"
    assert bench.open(YokogawaGS200, "again", 11).IDN.cache()["model"] == "GS210"


def test_a_level_changed_by_hand_is_not_what_the_driver_remembers(bench: Bench) -> None:
    coil = bench.coil()
    coil.current(2e-4)
    bench.faults.add("front_panel", at="coil_1", start="100 s", command="SOUR:LEV -5E-4")
    bench.clock.sleep(99.0)
    assert coil.current() == 2e-4
    bench.clock.sleep(1.0)
    assert coil.current.cache() == 2e-4
    assert coil.current() == -5e-4


def test_a_hand_may_be_quicker_than_the_nth_message(bench: Bench) -> None:
    coil = bench.coil()
    bench.faults.add("front_panel", at="coil_1", command="OUTP 0", containing="OUTPUT?", first=2, times=1)
    assert [coil.output(), coil.output(), coil.output()] == ["on", "off", "off"]


def test_a_stuck_reading_repeats_itself_while_the_world_goes_on(bench: Bench) -> None:
    meter, heater = bench.meter(), bench.open(YokogawaGS200, "heater", 13)
    number = bench.faults.add("stuck", at="drain_thermometer")
    before = meter.volt()
    heater.voltage_range(10)
    heater.output("on")
    heater.voltage(0.5)
    assert meter.volt() == before
    bench.faults.remove(number)
    assert meter.volt() < before


def test_a_broken_thermometer_shows_the_voltage_of_its_wires(bench: Bench) -> None:
    meter = bench.meter()
    sound = meter.volt()
    bench.faults.add("broken_thermometer", at="drain_thermometer", voltage="0 V", lasting="10 s")
    assert meter.volt() == 0.0
    bench.clock.sleep(10.0)
    assert meter.volt() == sound
    meter.range(1.0)
    bench.faults.add("broken_thermometer", at="drain_thermometer", voltage="9 V")
    assert meter.volt() == math.inf


def test_a_flux_jump_moves_a_qubit_as_a_current_would(bench: Bench, quiet_cryostat: Cryostat) -> None:
    coil, heater, meter = bench.coil(), bench.open(YokogawaGS200, "heater", 13), bench.meter()
    heater.voltage_range(10)
    heater.output("on")
    heater.voltage(0.5)
    flux = quiet_cryostat.chip.flux
    resonance = flux.coil_currents([qubit.flux(4e9) for qubit in quiet_cryostat.chip.qubits])
    other = bench.open(YokogawaGS200, "other", 12)
    other.output("on")
    for source, level in zip((coil, other), resonance, strict=True):
        source.current(float(level))
    tuned = meter.volt()
    number = bench.faults.add("flux_jump", at="coil_2", flux="-20 mPhi0")
    jumped = meter.volt()
    assert jumped != tuned
    back = flux.coil_currents([0.0, 0.02]) - flux.coil_currents([0.0, 0.0])
    for source, level in zip((coil, other), resonance + back, strict=True):
        source.current(float(level))
    assert meter.volt() == pytest.approx(tuned, rel=1e-6, abs=0)
    bench.faults.remove(number)
    assert meter.volt() != pytest.approx(tuned, rel=1e-6, abs=0)


def test_jumps_come_at_random_times_that_the_seed_decides(tmp_path) -> None:
    def struck() -> list[int]:
        bench = bench_of(tmp_path, "{kind: flux_jump, at: coil_1, flux: 1 mPhi0, rate: 0.01 1/s}")
        counts = []
        for _ in range(5):
            bench.clock.sleep(1000.0)
            counts.append(bench.faults.report()[1][1])
        bench.close()
        return counts

    first = struck()
    assert first == struck()
    assert 25 < first[-1] < 80


def test_the_cryostat_warms_up_and_cools_down_again(bench: Bench) -> None:
    bridge, meter = bench.open(LakeshoreModel372, "bridge", 31), bench.meter()
    cold, shown = bridge.ch06.temperature(), meter.volt()
    bench.faults.add("warm_up", start="1 h", temperature="1 K", lasting="2 h")
    bench.clock.sleep(3590.0)
    assert bridge.ch06.temperature() == cold
    bench.clock.sleep(3660.0 - bench.clock.now())
    assert bridge.ch06.temperature() == pytest.approx(0.06 + 0.94 * (1 - math.exp(-1)), rel=0.01, abs=0)
    bench.clock.sleep(3600.0)
    assert bridge.ch06.temperature() == pytest.approx(1.0, rel=1e-3, abs=0)
    assert meter.volt() < shown
    bench.clock.sleep(2 * 3600.0)
    assert bridge.ch06.temperature() == pytest.approx(cold, rel=1e-6, abs=0)


def test_a_slow_box_keeps_also_the_next_query_waiting(bench: Bench) -> None:
    coil = bench.coil()
    bench.faults.add("slow", at="coil_1", delay="2 s")
    begin = bench.clock.now()
    assert coil.ask("OUTP?") == "1"
    assert bench.clock.now() - begin == 2.0
    coil.write(":OUTP 1")
    assert coil.ask("OUTP?") == "1"
    assert bench.clock.now() - begin == 6.0
    coil.timeout(1.0)
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        coil.ask("OUTP?")


def test_chances_are_those_of_the_seed(tmp_path) -> None:
    def garbled() -> list[int]:
        bench = bench_of(tmp_path, "{kind: no_reply, at: coil_1, probability: 0.1}")
        coil = bench.manager.open_resource(ADDRESS.format(11), read_termination="\n")
        missed = []
        for number in range(200):
            coil.write("*OPC?")
            try:
                coil.read()
            except pyvisa.VisaIOError:
                missed.append(number)
        bench.close()
        return missed

    first = garbled()
    assert first == garbled()
    assert 8 < len(first) < 35


def test_a_fault_begins_and_ends_and_strikes_as_often_as_the_file_says(tmp_path) -> None:
    bench = bench_of(
        tmp_path, "{kind: wrong_identity, at: coil_1, start: 10 s, lasting: 10 s, first: 2, times: 2}"
    )
    coil = bench.manager.open_resource(ADDRESS.format(11), read_termination="\n")

    def strangers() -> int:
        return sum("ACME" in coil.query("*IDN?") for _ in range(5))

    counts = [strangers()]
    for _ in range(2):
        bench.clock.sleep(10.0)
        counts.append(strangers())
    bench.close()
    assert counts == [0, 2, 0]


def test_clearing_ends_all_faults(bench: Bench) -> None:
    coil = bench.coil()
    bench.faults.add("no_reply", at="coil_1")
    bench.faults.add("warm_up", temperature="1 K")
    bench.faults.clear()
    bench.clock.sleep(3600.0)
    assert coil.ask("OUTP?") == "1"
    assert bench.faults.report() == {}


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        (
            "{kind: late_replay, at: coil_1}",
            r"faults\.1\.kind: must be no_reply, .*did you mean 'late_reply'",
        ),
        ("{kind: late_reply, at: coil_1}", r"faults\.1\.delay: is missing, a late_reply needs it"),
        ("{kind: late_reply, at: coil_1, delay: 3}", r"faults\.1\.delay: must be a time with its unit"),
        ("{kind: garbage, at: coil_1, voltage: 1 V}", r"faults\.1\.voltage: is no key of a garbage"),
        ("{kind: garbage, at: coil_3}", r"faults\.1\.at: must be coil_1, .*found 'coil_3'"),
        ("{kind: garbage}", r"faults\.1\.at: is missing"),
        ("{kind: flux_jump, at: drain_thermometer, flux: 1 mPhi0}", r"at: must be coil_1 or coil_2"),
        ("{kind: flux_jump, at: coil_1, flux: 1 mV}", r"flux: must be a flux"),
        ("{kind: garbage, at: coil_1, probability: 2}", r"probability: must be at most 1"),
        ("{kind: garbage, at: coil_1, often: 2}", r"often: is an unknown key"),
        (
            "{kind: front_panel, at: coil_1, command: OUTP 0, first: 3, rate: 1 1/s}",
            r"faults\.1\.rate: must not stand beside",
        ),
    ],
)
def test_a_mistake_in_a_fault_is_answered_with_its_place(tmp_path, written: str, complaint: str) -> None:
    path = tmp_path / "cryostat.yaml"
    path.write_text(
        f"{DEFAULT_CRYOSTAT.read_text(encoding='utf-8')}faults:\n  - {written}\n", encoding="utf-8"
    )
    with pytest.raises(ConfigurationError, match=complaint):
        load_configuration(path, Cryostat)


def test_a_mistake_in_a_call_is_told_as_in_a_file(bench: Bench) -> None:
    with pytest.raises(ValueError, match="delay: must be a time with its unit"):
        bench.faults.add("late_reply", at="coil_1", delay=0.5)
    with pytest.raises(ValueError, match="at: must be coil_1"):
        bench.faults.add("no_reply", at="nowhere")
    with pytest.raises(ValueError, match="must be the number of a fault"):
        bench.faults.remove(7)
