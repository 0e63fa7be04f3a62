"""The unmodified QCoDeS drivers on the simulated bus."""

import numpy as np
import pytest
import pyvisa
import qcodes
from qcodes.instrument_drivers.Keysight import Keysight34461A, Keysight34465A
from qcodes.instrument_drivers.Lakeshore import LakeshoreModel372
from qcodes.instrument_drivers.yokogawa import YokogawaGS200
from qcodes.station import Station

from tests.sim.cryostat import reference
from valvelab.configuration import dump_configuration
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat

ADDRESS = "TCPIP0::192.168.150.{}::inst0::INSTR"
BEFORE_0_59 = tuple(int(part) for part in qcodes.__version__.split(".")[:2]) < (0, 59)
UPDATE = True if BEFORE_0_59 else "All"
# What no driver asks for: readings, set-only parameters, the station's own notes.
NEVER_READ = {"volt", "curr", "ac_volt", "ac_curr", "res", "four_wire_res", "save", "range_limits"}
# The first driver reads five fields of HTRSET, of which every model 372 has four.
MISREAD = {
    f"output_{name}" for name in ("type", "heater_resistance", "max_current", "max_user_current", "display")
}


class Rack:
    """The drivers of one cryostat file."""

    def __init__(self, visalib: str) -> None:
        self.visalib = visalib
        self.manager = pyvisa.ResourceManager(visalib)
        self.opened: list = []

    def open(self, driver, name: str, number: int):
        instrument = driver(name, ADDRESS.format(number), visalib=self.visalib)
        self.opened.append(instrument)
        return instrument

    def close(self) -> None:
        for instrument in self.opened:
            instrument.close()
        self.manager.close()


@pytest.fixture
def rack():
    rack = Rack("@valve")
    yield rack
    rack.close()


@pytest.fixture
def quiet_rack(tmp_path, quiet_cryostat: Cryostat):
    path = tmp_path / "quiet.yaml"
    path.write_text(dump_configuration(quiet_cryostat), encoding="utf-8")
    rack = Rack(f"{path}@valve")
    yield rack
    rack.close()


def unread(snapshot: dict) -> set[str]:
    missing = {name for name, told in snapshot.get("parameters", {}).items() if told.get("value", 0) is None}
    return missing.union(*(unread(part) for part in snapshot.get("submodules", {}).values()))


@pytest.mark.parametrize(
    ("driver", "number", "check", "good"),
    [
        (YokogawaGS200, 11, ":SYST:ERR?", '0,"No error"'),
        (YokogawaGS200, 13, ":SYST:ERR?", '0,"No error"'),
        (Keysight34465A, 21, "SYST:ERR?", '+0,"No error"'),
        (LakeshoreModel372, 31, "*ESR?", "0"),
    ],
)
def test_every_query_of_a_snapshot_is_answered(
    rack: Rack, driver, number: int, check: str, good: str
) -> None:
    instrument = rack.open(driver, "box", number)
    begin = rack.manager.visalib.clock.now()
    missing = unread(instrument.snapshot(update=UPDATE))
    assert rack.manager.visalib.clock.now() - begin < 1.0
    assert instrument.ask(check) == good
    assert missing <= NEVER_READ | (MISREAD if BEFORE_0_59 else set())


@pytest.fixture
def smaller_rack(tmp_path, quiet_cryostat: Cryostat):
    """Return a rack with a 34461A in it."""
    path, address = tmp_path / "smaller.yaml", ADDRESS.format(22)
    boxes = quiet_cryostat.boxes | {
        address: quiet_cryostat.boxes[address].model_copy(update={"model": "34461a"})
    }
    path.write_text(dump_configuration(quiet_cryostat.model_copy(update={"boxes": boxes})), encoding="utf-8")
    rack = Rack(f"{path}@valve")
    yield rack
    rack.close()


def test_the_driver_of_the_34461a_finds_its_own_meter(smaller_rack: Rack) -> None:
    meter = smaller_rack.open(Keysight34461A, "meter", 22)
    assert unread(meter.snapshot(update=UPDATE)) <= NEVER_READ
    assert (meter.model, meter.has_DIG) == ("34461A", False)
    for cycles in meter.NPLC_list:
        meter.NPLC(cycles)
        assert meter.NPLC() == cycles
    meter.range(0.1)
    assert 0 < meter.volt() < 1e-3
    assert meter.error() == (0, "No error")


def test_settings_of_the_source_come_back(rack: Rack) -> None:
    heater = rack.open(YokogawaGS200, "heater", 13)
    heater.source_mode("CURR")
    heater.source_mode("VOLT")
    heater.voltage_range(1.0)
    heater.voltage_limit(5)
    heater.current_limit(0.05)
    heater.four_wire("on")
    heater.guard("on")
    heater.BNC_out("ready")
    heater.BNC_in("output")
    heater.program.interval(2.0)
    heater.program.slope(1.0)
    heater.program.repeat("ON")
    heater.auto_range(True)
    heater.output("on")
    heater.voltage(0.1234)
    assert (heater.voltage(), heater.voltage_range(), heater.voltage_limit()) == (0.1234, 1.0, 5)
    assert (heater.current_limit(), heater.four_wire(), heater.guard()) == (0.05, "on", "on")
    assert float(heater.program.interval()) == 2.0
    assert (float(heater.program.slope()), heater.program.repeat()) == (1.0, "ON")
    assert (heater.BNC_out(), heater.BNC_in()) == ("READ", "OUTP")
    assert heater.system_errors() == '0,"No error"'


def test_a_hardware_ramp_of_the_driver_ends_at_its_target(rack: Rack) -> None:
    coil = rack.open(YokogawaGS200, "coil", 11)
    coil.output("on")
    coil.ramp_rate(1e-2)
    coil.ramp_current(1e-4)
    assert coil.current() == 1e-4
    assert rack.manager.visalib.clock.now() == pytest.approx(0.1, rel=1e-6, abs=0)
    assert coil.system_errors() == '0,"No error"'


def test_settings_of_the_voltmeter_come_back(rack: Rack) -> None:
    meter = rack.open(Keysight34465A, "meter", 22)
    meter.NPLC(1)
    meter.range(0.1)
    meter.autozero("OFF")
    meter.trigger.count(2)
    meter.trigger.delay(0.1)
    meter.sample.count(3)
    meter.display.text("measuring")
    assert (meter.NPLC(), meter.range(), meter.autorange(), meter.autozero()) == (1, 0.1, "OFF", "OFF")
    assert meter.resolution() == pytest.approx(0.3e-7, rel=1e-6, abs=0)
    assert (meter.trigger.count(), meter.trigger.auto_delay_enabled(), meter.sample.count()) == (2, False, 3)
    assert meter.display.text() == "measuring"
    assert len(meter.read()) == 6
    meter.aperture_time(0.05)
    assert (meter.aperture_mode(), meter.aperture_time()) == ("ON", 0.05)
    meter.autorange_once()
    meter.reset()
    assert meter.NPLC() == 10
    assert meter.error() == (0, "No error")


def test_a_time_trace_of_the_driver_is_spaced_by_its_timer(rack: Rack) -> None:
    meter = rack.open(Keysight34465A, "meter", 22)
    meter.NPLC(1)
    meter.timetrace_npts(4)
    meter.timetrace_dt(0.5)
    begin = rack.manager.visalib.clock.now()
    assert np.unique(meter.timetrace()).size == 4
    assert rack.manager.visalib.clock.now() - begin == pytest.approx(2.0, rel=1e-6, abs=0)
    assert meter.error() == (0, "No error")


def test_the_driver_of_the_bridge_closes_the_loop(quiet_rack: Rack) -> None:
    bridge = quiet_rack.open(LakeshoreModel372, "bridge", 31)
    heater = bridge.sample_heater
    heater.setpoint.post_delay = 0
    heater.P(20)
    heater.mode("closed_loop")
    heater.input_channel(6)
    heater.output_range("3.16mA")
    heater.setpoint(0.15)
    quiet_rack.manager.visalib.clock.sleep(1800.0)
    assert bridge.ch06.temperature() == pytest.approx(0.15, abs=1e-9)
    assert (heater.setpoint(), heater.P(), heater.setpoint_ramp_status()) == (0.15, 20, False)
    assert bridge.ch06.sensor_status() == "OK"
    assert 0 < heater.output() < 100
    assert bridge.ask("*ESR?") == "0"


def bring_to_resonance(rack: Rack, cryostat: Cryostat) -> tuple[list, list, tuple[float, float], float]:
    """Set coils and heater by hand; return meters, levels as set, the qubits' frequencies, heater power."""
    coils = [rack.open(YokogawaGS200, "coil_1", 11), rack.open(YokogawaGS200, "coil_2", 12)]
    heater = rack.open(YokogawaGS200, "heater", 13)
    meters = [rack.open(Keysight34465A, "source", 21), rack.open(Keysight34465A, "drain", 22)]
    wanted = cryostat.chip.flux.coil_currents([qubit.flux(4e9) for qubit in cryostat.chip.qubits])
    for coil, current in zip(coils, wanted, strict=True):
        coil.output("on")
        coil.current(float(current))
    heater.voltage_range(1.0)
    heater.output("on")
    heater.voltage(float(cryostat.source.heater.source_voltage(8e-12)))
    levels = [coil.current() for coil in coils]
    assert levels == pytest.approx(wanted, abs=0.5e-8)
    fluxes = cryostat.chip.flux.fluxes(levels)
    first, second = (
        float(qubit.frequency(flux)) for qubit, flux in zip(cryostat.chip.qubits, fluxes, strict=True)
    )
    return meters, levels, (first, second), float(cryostat.source.heater.power(heater.voltage()))


def expected_voltages(cryostat: Cryostat, frequencies: tuple[float, float], power: float) -> list[float]:
    balance = reference.temperatures(cryostat, frequencies, power, cryostat.mixing_chamber.base_temperature)
    made = (cryostat.source.thermometer, cryostat.drain.thermometer)
    return [reference.thermometer_voltage(t, each) for t, each in zip(balance, made, strict=True)]


def test_a_measurement_by_hand_shows_the_balance_of_the_islands(quiet_rack: Rack, quiet_cryostat) -> None:
    meters, _, frequencies, power = bring_to_resonance(quiet_rack, quiet_cryostat)
    expected = expected_voltages(quiet_cryostat, frequencies, power)
    # The box writes nine digits.
    assert [meter.volt() for meter in meters] == pytest.approx(expected, rel=1e-9, abs=0.6e-12)


def test_a_noisy_measurement_scatters_about_the_balance(rack: Rack, cryostat: Cryostat) -> None:
    meters, _, frequencies, power = bring_to_resonance(rack, cryostat)
    expected = expected_voltages(cryostat, frequencies, power)
    for meter, exact in zip(meters, expected, strict=True):
        meter.sample.count(400)
        readings = meter.read()
        assert abs(readings.mean() - exact) < 4 * 0.1e-6 / np.sqrt(400)
        assert readings.std() == pytest.approx(0.1e-6, rel=4 / np.sqrt(800), abs=0)


def test_a_station_file_opens_the_cryostat(rack: Rack, tmp_path) -> None:
    path = tmp_path / "station.yaml"
    path.write_text(
        "instruments:\n"
        "  coil:\n"
        "    type: qcodes.instrument_drivers.yokogawa.YokogawaGS200\n"
        f"    address: {ADDRESS.format(11)}\n"
        f'    init: {{visalib: "{DEFAULT_CRYOSTAT}@valve"}}\n',
        encoding="utf-8",
    )
    station = Station(config_file=str(path), default=False)
    coil = station.load_instrument("coil")
    rack.opened.append(coil)
    assert coil.source_mode() == "CURR"
