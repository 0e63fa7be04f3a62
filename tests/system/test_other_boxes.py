"""The same experiment with other boxes in the rack: their drivers, guards and simulated counterparts end to end."""

import numpy as np
import pytest
import pyvisa

from valvelab.dataset import RAW, read_dataset
from valvelab.laboratory import load_station
from valvelab.run import execute
from valvelab.run_folder import create_run
from valvelab.station import open_station

ADDRESS = "TCPIP0::192.168.150.{}::inst0::INSTR"
VOLTMETER = "driver: Keysight34465A\n  address: {}\n  power_line_cycles: 10\n  range: 100 mV"
CURRENT = "driver: YokogawaGS200\n  address: {}\n  range: 1 mA"


def model(number, old, new):
    return (
        f'"{ADDRESS.format(number)}": {{model: {old}, wired_to: ',
        f'"{ADDRESS.format(number)}": {{model: {new}, wired_to: ',
    )


def coils(driver, name, resolution, span="1 mA"):
    """Return what changes in station and cryostat if another source drives both coils."""
    station = [
        (
            CURRENT.format(ADDRESS.format(number)) + "\n  limits: [-300 uA, 300 uA]\n  resolution: 10 nA",
            f"driver: {driver}\n  address: {ADDRESS.format(number)}\n  range: {span}\n  limits: [-300 uA, 300 uA]\n"
            f"  resolution: {resolution}",
        )
        for number in (11, 12)
    ]
    return station, [model(number, "gs200", name) for number in (11, 12)]


def voltmeters(driver, name):
    """Return what changes if one box with two channels reads both thermometers."""
    station = [
        (
            VOLTMETER.format(ADDRESS.format(number)),
            f"driver: {driver}\n  address: {ADDRESS.format(21)}\n  channel: {channel}\n  power_line_cycles: 10\n"
            "  range: 100 mV",
        )
        for number, channel in ((21, 1), (22, 2))
    ]
    one = f'"{ADDRESS.format(21)}": {{model: 34465a, wired_to: source_thermometer}}\n'
    other = f'"{ADDRESS.format(22)}": {{model: 34465a, wired_to: drain_thermometer}}\n'
    both = f'"{ADDRESS.format(21)}": {{model: {name}, wired_to: {{1: source_thermometer, 2: drain_thermometer}}}}\n'
    return station, [(one, both), (f"  {other}", "")]


def voltmeter(number, driver, name):
    """Return what changes if another voltmeter reads one thermometer."""
    station = [
        (
            f"driver: Keysight34465A\n  address: {ADDRESS.format(number)}",
            f"driver: {driver}\n  address: {ADDRESS.format(number)}",
        )
    ]
    return station, [model(number, "34465a", name)]


HEATER = (
    [
        (
            f"driver: YokogawaGS200\n  address: {ADDRESS.format(13)}\n  range: 1 V\n  limits: [0 V, 1 V]\n"
            "  resolution: 10 uV",
            f"driver: StanfordSIM900\n  address: {ADDRESS.format(13)}\n  channel: 3\n  range: 20 V\n"
            "  limits: [0 V, 1 V]\n  resolution: 1 mV",
        )
    ],
    [("{model: gs200, wired_to: source_heater}", "{model: sim900, wired_to: {3: source_heater}}")],
)
TWO_SOURCES = (
    [
        *(
            (
                CURRENT.format(ADDRESS.format(number)),
                f"driver: KeysightB2962A\n  address: {ADDRESS.format(11)}\n  channel: {channel}\n  range: 1 mA",
            )
            for number, channel in ((11, 1), (12, 2))
        ),
        (
            f"driver: YokogawaGS200\n  address: {ADDRESS.format(13)}\n  range: 1 V",
            f"driver: KeysightB2962A\n  address: {ADDRESS.format(13)}\n  channel: 2\n  range: 2 V",
        ),
    ],
    [
        ("{model: gs200, wired_to: coil_1}", "{model: b2962a, wired_to: {1: coil_1, 2: coil_2}}"),
        (f'  "{ADDRESS.format(12)}": {{model: gs200, wired_to: coil_2}}\n', ""),
        ("{model: gs200, wired_to: source_heater}", "{model: b2962a, wired_to: {2: source_heater}}"),
    ],
)
"""One B2962A drives both coils, another the heater."""
ONE_SOURCE = (
    [
        *(
            (
                CURRENT.format(ADDRESS.format(number)),
                f"driver: QDac2\n  address: {ADDRESS.format(11)}\n  channel: {channel}\n  series_resistance: 10 kOhm\n"
                "  range: 10 V",
            )
            for number, channel in ((11, 1), (12, 2))
        ),
        (
            f"driver: YokogawaGS200\n  address: {ADDRESS.format(13)}\n  range: 1 V",
            f"driver: QDac2\n  address: {ADDRESS.format(11)}\n  channel: 24\n  range: 2 V",
        ),
    ],
    [
        (
            "{model: gs200, wired_to: coil_1}",
            "{model: qdac2, wired_to: {1: coil_1, 2: coil_2, 24: source_heater}, series_resistance: 10 kOhm}",
        ),
        (f'  "{ADDRESS.format(12)}": {{model: gs200, wired_to: coil_2}}\n', ""),
        (f'  "{ADDRESS.format(13)}": {{model: gs200, wired_to: source_heater}}\n', ""),
    ],
)
"""One QDAC-II drives both coils, through resistors, and the heater."""
RACKS = {
    "7651, 2182A, SIM928": (
        coils("Yokogawa7651", "yokogawa7651", "10 nA"),
        voltmeters("Keithley2182A", "keithley2182a"),
        HEATER,
    ),
    "2400, 34420A": (coils("Keithley2400", "keithley2400", "50 nA"), voltmeters("Agilent34420A", "34420a")),
    "6221, 34410A": (
        coils("Keithley6221", "keithley6221", "100 nA", "2 mA"),
        voltmeter(22, "Agilent34410A", "34410a"),
    ),
    "B2962A": (TWO_SOURCES,),
    "QDac2": (ONE_SOURCE,),
}


@pytest.fixture(params=RACKS)
def rack(request, lab):
    """The files of a laboratory with other boxes."""
    if request.param == "QDac2":
        pytest.importorskip("qcodes_contrib_drivers.drivers.QDevil.QDAC2", reason="an optional extra")
    changes = RACKS[request.param]
    return lab(
        station=[change for station, _ in changes for change in station],
        cryostat=[change for _, cryostat in changes for change in cryostat],
    )


def test_a_run_measures_what_the_packaged_rack_measures(rack, lab, run_files, tmp_path):
    found, expected = (
        read_dataset(execute(create_run(tmp_path / name, run_files(folder))), RAW)
        for name, folder in (("found", rack), ("expected", lab("packaged")))
    )
    for name in ("configuration", "block", "bath_temperature_set_point"):
        np.testing.assert_array_equal(found[name].values, expected[name].values)
    for thermometer in ("thermometer_voltage_source", "thermometer_voltage_drain"):
        # Coarser sources and other times; the steps between configurations are tens of microvolts.
        np.testing.assert_allclose(found[thermometer].values, expected[thermometer].values, rtol=0, atol=2e-6)
    log = (tmp_path / "found/run.log").read_text(encoding="utf-8")
    assert all(f"{role} is at zero" in log for role in ("source_heater", "coil_1", "coil_2"))


def test_a_check_of_the_station_reads_every_box_and_sets_nothing(rack, valvelab):
    code, output, errors = valvelab("check", rack / "station.yaml")
    assert code == 0 and "nothing was set" in output and " must " not in output + errors


def test_opening_a_station_starts_no_measurement_of_a_source_and_leaves_a_level_that_was_left(
    lab, monkeypatch
):
    station, cryostat = TWO_SOURCES
    folder = lab(station=station, cryostat=cryostat)
    file, _ = load_station(folder / "station.yaml")
    manager = pyvisa.ResourceManager(f"{folder / 'cryostat.yaml'}@valve")
    sources = [
        line.box
        for address, line in manager.visalib._lines.items()
        if address in (ADDRESS.format(11), ADDRESS.format(13))
    ]
    sources[0].receive(":SOUR1:VOLT 5;:SOUR2:FUNC:MODE CURR;:SOUR2:CURR:RANG 1E-3;:SOUR2:CURR 1E-4;:OUTP2 1")
    heard = []
    for box in sources:
        monkeypatch.setattr(
            box, "receive", lambda text, receive=box.receive: heard.append(text) or receive(text)
        )
    with open_station(file, folder) as opened:
        assert len(heard) > 20 and not [text for text in heard if "MEAS" in text]
        assert opened.parts["coil_1"].level() == 0.0
        assert opened.parts["coil_2"].level() == pytest.approx(1e-4, rel=1e-9, abs=0)
    manager.close()
