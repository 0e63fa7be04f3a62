"""The valve as one instrument, on the simulated cryostat."""

import logging
import math
from types import SimpleNamespace

import numpy as np
import pytest
from qcodes.dataset import ArraySweep, dond, initialised_database_at, load_or_create_experiment
from qcodes.parameters import Parameter

from valvelab.configuration import load_configuration
from valvelab.drivers import (
    GuardedSource,
    HeatValve,
    LakeShoreLoop,
    MixingChamber,
    SinisHeater,
    SinisThermometer,
    prepare_gs200,
)
from valvelab.errors import RunError
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat
from valvelab.sim.cryostat.balance import island_temperatures, photonic_power

CONFIGURATIONS = {"off": (6.4e9, 6.2e9), "both": (4e9, 4e9), "only_1": (4e9, 6.2e9), "only_2": (6.4e9, 4e9)}
HEATER_VOLTAGE = 2.88e-4


class Coils:
    """Two frequencies through the flux matrix of the simulated chip."""

    def __init__(self, chip, sources):
        self._chip, self._sources = chip, sources
        self.frequency_1 = Parameter("frequency_1", get_cmd=lambda: self._frequencies()[0])
        self.frequency_2 = Parameter("frequency_2", get_cmd=lambda: self._frequencies()[1])

    def _frequencies(self):
        fluxes = self._chip.flux.fluxes([source.level() for source in self._sources])
        return [float(qubit.frequency(flux)) for qubit, flux in zip(self._chip.qubits, fluxes, strict=True)]

    def set_frequencies(self, frequencies):
        fluxes = [float(q.flux(f)) for q, f in zip(self._chip.qubits, frequencies, strict=True)]
        for source, current in zip(self._sources, self._chip.flux.coil_currents(fluxes), strict=True):
            source.level(float(current))


@pytest.fixture(scope="module")
def cryostat():
    return load_configuration(DEFAULT_CRYOSTAT, Cryostat)


@pytest.fixture
def make(connect, cryostat, nis_calibration):
    """Return a function that makes a valve out of the boxes of the packaged cryostat."""
    opened = []

    def keep(instrument):
        opened.append(instrument)
        return instrument

    def source(name, number, unit, largest, clock):
        return keep(
            GuardedSource(
                name,
                prepare_gs200(connect(number), unit, 1e-3 if unit == "A" else 1.0),
                unit=unit,
                window=(-largest, largest),
                maximum_step=largest / 5,
                ramp_rate=largest,
                resolution=largest * 1e-4,
                clock=clock,
            )
        )

    def thermometer(name, number, bias_current, temperatures, readings):
        return keep(
            SinisThermometer(
                name,
                connect(number),
                power_line_cycles=10,
                input_range=0.1,
                readings=readings,
                calibration=nis_calibration(bias_current, temperatures),
            )
        )

    def maker(readings=4, **changes):
        bridge = connect("31")
        clock = bridge.visa_handle.visalib.clock
        coils = [source(f"coil_{k}", f"1{k}", "A", 1e-3, clock) for k in (1, 2)]
        heater_source = source("heater_source", "13", "V", 1.0, clock)
        law = SimpleNamespace(power=lambda voltage, temperature: cryostat.source.heater.power(voltage))
        heater = keep(
            SinisHeater(
                "heater",
                heater_source,
                divider=1000.0,
                law=law,
                power_limit=2e-11,
                temperature=0.1,
                clock=clock,
            )
        )
        parts = {
            "flux_bias": Coils(cryostat.chip, coils),
            "configurations": CONFIGURATIONS,
            "frequency_tolerance": 2e6,
            "source_thermometer": thermometer("source_thermometer", "21", 100e-12, (0.05, 0.45), readings),
            "drain_thermometer": thermometer("drain_thermometer", "22", 5e-12, (0.05, 0.3), readings),
            "mixing_chamber": keep(
                MixingChamber(
                    "mixing_chamber",
                    LakeShoreLoop(bridge, channel=6, heater_range="10mA", clock=clock),
                    window=(0.02, 0.4),
                    clock=clock,
                )
            ),
            "drain": cryostat.drain,
            "background": cryostat.drain_background,
            "heater": heater,
            "zeroed": coils,
        }
        valve = keep(HeatValve("valve", **(parts | changes)))
        return SimpleNamespace(
            valve=valve, coils=coils, heater=heater, heater_source=heater_source, clock=clock
        )

    yield maker
    for instrument in reversed(opened):
        instrument.close()


def _heat(cryostat, name):
    voltages = (1000.0 * HEATER_VOLTAGE, 0.0)
    source, drain = island_temperatures(cryostat, CONFIGURATIONS[name], voltages, 0.06)
    _, cold = photonic_power(cryostat.chip, CONFIGURATIONS[name], np.array(source), np.array(drain))
    return -float(cold), drain


def test_a_qcodes_sweep_switches_all_configurations_and_measures_the_heat_that_the_chip_lets_through(
    make, cryostat, tmp_path
):
    made = make()
    valve = made.valve
    made.heater.voltage(HEATER_VOLTAGE)
    names = ["off", "both", "only_1", "only_2"]
    with initialised_database_at(tmp_path / "valve.db"):
        load_or_create_experiment("switching", "paper")
        dataset, _, _ = dond(
            ArraySweep(valve.configuration, names, delay=0.0, get_after_set=True),
            valve.heat_power,
            valve.heat_power_std,
            valve.drain_temperature,
            valve.source_temperature,
            valve.bath_temperature,
            show_progress=False,
        )
        data = dataset.get_parameter_data()
        table = {key: value[key] for key, value in data.items()}
        assert list(data["valve_heat_power"]["valve_configuration"]) == names
        dataset.conn.close()
    for index, name in enumerate(names):
        power, temperature = _heat(cryostat, name)
        error = table["valve_heat_power_std"][index]
        assert 0.3e-18 < error < 5e-18
        assert abs(table["valve_heat_power"][index] - power) < 4 * error
        assert table["valve_drain_temperature"][index] == pytest.approx(temperature, abs=4e-4)
    assert table["valve_source_temperature"] == pytest.approx(0.384, abs=5e-3)
    assert table["valve_bath_temperature"] == pytest.approx(0.06, abs=2e-4)
    off, both, only_1, only_2 = table["valve_heat_power"]
    assert off < min(only_1, only_2) < both


def test_a_snapshot_measures_nothing(make):
    made = make()
    made.valve.configuration("both")
    before = made.clock.now()
    snapshot = made.valve.snapshot(update=True)
    assert made.clock.now() == before
    assert snapshot["parameters"]["configuration"]["value"] == "both"
    assert snapshot["metadata"]["configurations"]["only_1"] == [4e9, 6.2e9]


def test_the_configuration_is_read_from_the_coils_not_remembered(make):
    made = make()
    made.valve.configuration("only_1")
    assert made.valve.configuration() == "only_1"
    level = made.coils[1].level()
    made.coils[1].level(level + 1e-5)
    assert made.valve.configuration() == "unknown"
    assert made.valve.configuration.cache() == "unknown"
    made.coils[1].level(level)
    assert made.valve.configuration() == "only_1"


@pytest.mark.parametrize("name", ["unknown", "Both", "", None, 1])
def test_only_a_configuration_that_is_defined_can_be_set(make, name):
    made = make()
    made.valve.configuration("off")
    levels = [coil.level() for coil in made.coils]
    with pytest.raises((ValueError, TypeError)):
        made.valve.configuration(name)
    assert [coil.level() for coil in made.coils] == levels


def test_a_configuration_that_is_left_out_cannot_be_set(make):
    valve = make(configurations={"off": (6.4e9, 6.2e9), "both": (4e9, 4e9)}).valve
    with pytest.raises(ValueError, match="'only_1' is not in"):
        valve.configuration("only_1")


def test_the_error_of_the_background_is_in_that_of_the_heat(make):
    made = make(background_std=1e-16)
    made.valve.heat_power()
    assert made.valve.heat_power_std() == pytest.approx(1e-16, rel=1e-2, abs=0)


def test_the_error_of_the_heat_is_that_of_repeated_measurements(make, nis_calibration):
    calibration = nis_calibration(5e-12, (0.05, 0.3))
    calibration.temperature_std = lambda voltage, std: math.sqrt(
        max(type(calibration).temperature_std(calibration, voltage, std) ** 2 - 1e-8, 0.0)
    )
    made = make(readings=10)
    made.valve._drain_thermometer.calibration = calibration
    powers, errors = np.array([(made.valve.heat_power(), made.valve.heat_power_std()) for _ in range(30)]).T
    # The bath's 20 uK, which are not in the error, are a tenth of it here.
    assert np.std(powers) == pytest.approx(np.sqrt(np.mean(errors**2)), rel=0.3, abs=0)


def test_the_error_of_the_heat_is_not_known_from_a_single_reading(make):
    valve = make(readings=1).valve
    assert math.isfinite(valve.heat_power())
    assert math.isnan(valve.heat_power_std())


def test_the_error_measures_where_nothing_has_been_measured(make):
    valve = make().valve
    assert 0 < valve.heat_power_std() < 1e-16


def test_without_a_calibration_there_is_no_heat_power(make):
    made = make()
    made.valve._drain_thermometer.calibration = None
    with pytest.raises(RunError, match="valvelab calibrate thermometer"):
        made.valve.heat_power()


@pytest.mark.parametrize("temperature", [0.0, math.nan])
def test_without_a_bath_temperature_there_is_no_heat_power(make, temperature):
    bath = SimpleNamespace(temperature=Parameter("temperature", get_cmd=lambda: temperature))
    with pytest.raises(RunError, match="valve: must know a bath temperature above 0 K"):
        make(mixing_chamber=bath).valve.heat_power()


def test_the_safe_state_has_all_sources_at_zero(make):
    made = make()
    made.valve.configuration("both")
    made.heater.voltage(HEATER_VOLTAGE)
    assert made.valve.safe_state() == []
    assert [made.heater_source.level(), *(coil.level() for coil in made.coils)] == [0.0, 0.0, 0.0]


def test_a_source_that_is_to_hold_holds(make):
    made = make(zeroed=())
    made.valve.configuration("both")
    levels = [coil.level() for coil in made.coils]
    assert made.valve.safe_state() == []
    assert [coil.level() for coil in made.coils] == levels


@pytest.mark.parametrize("broken", [["heater_source"], ["coil_1"], ["heater_source", "coil_1", "coil_2"]])
def test_a_source_that_fails_keeps_no_other_from_being_made_safe(make, caplog, monkeypatch, broken):
    made = make()
    made.valve.configuration("both")
    made.heater.voltage(HEATER_VOLTAGE)
    sources = {source.name: source for source in (made.heater_source, *made.coils)}

    def fail():
        raise OSError("the cable is out")

    for name in broken:
        monkeypatch.setattr(sources[name], "ramp_home", fail)
    with caplog.at_level(logging.INFO):
        failures = made.valve.safe_state()
    shown = ["heater" if name == "heater_source" else name for name in broken]
    assert [failure.partition(":")[0] for failure in failures] == shown
    assert all(f"{name} could not be made safe" in caplog.text for name in shown)
    for name in sources.keys() - set(broken):
        assert sources[name].level() == 0.0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"configurations": {}}, "`configurations` must name some of off, both, only_1, only_2"),
        ({"configurations": {"open": (4e9, 4e9)}}, r"but names \['open'\]"),
        ({"configurations": {"both": (4e9, 0.0)}}, "two frequencies above 0 Hz each, but 'both'"),
        ({"configurations": {"both": (4e9,)}}, "two frequencies above 0 Hz each, but 'both'"),
        ({"configurations": {"both": (4e9, 4e9), "only_1": (4e9, 4.003e9)}}, "'both' and 'only_1' do not"),
        ({"frequency_tolerance": 0.0}, "`frequency_tolerance` must be finite and above 0 Hz"),
        ({"background": math.nan}, "`background` must be finite"),
        ({"background_std": -1e-18}, "`background_std` must be finite and at least 0 W"),
    ],
)
def test_arguments_that_make_no_valve_are_refused(make, changes, message):
    with pytest.raises(ValueError, match=message):
        make(**changes)
