"""The flux bias out of a raster of both coils, from a device file that knows nothing of it."""

import numpy as np
import pytest

from tests.analysis.calibration_data import CRYOSTAT, VOLTAGE_NOISE
from valvelab.analysis.flux_calibration import ON_RESONANCE, fit_flux
from valvelab.calibration import FluxCalibration
from valvelab.configuration import load_configuration
from valvelab.dataset import RAW, make_dataset
from valvelab.device import Device
from valvelab.device_edit import write_calibrated
from valvelab.errors import ConfigurationError, DataError
from valvelab.sim import preset, preset_path, sinis_voltage
from valvelab.sim.cryostat.balance import island_temperatures

WALK = """schema: valvelab-flux-calibration/1
name: flux
bath_temperature: 60 mK
heater_voltage: 290 mV
coil_currents_1: [-130 uA, 130 uA]
points_1: 35
coil_currents_2: [-50 uA, 50 uA]
points_2: 29
readings_per_point: 1
settle: {configuration: 2 s, source: 10 s, bath: 20 min}
"""
DEVICE = preset("paper")
COLD = DEVICE.model_copy(
    update={
        "flux": None,
        "qubits": tuple(qubit.model_copy(update={"maximum_frequency": None}) for qubit in DEVICE.qubits),
    }
)


def raster(walk, seed=0):
    """Return the readings of a raster, without ever looking at the same pixel twice."""
    generator = np.random.default_rng(seed)
    rows = {name: [] for name in RAW}
    made = [island.thermometer for island in (CRYOSTAT.source, CRYOSTAT.drain)]
    for cell, stand in enumerate(walk.stands()):
        fluxes = CRYOSTAT.chip.flux.fluxes(stand.coils)
        qubits = zip(CRYOSTAT.chip.qubits, fluxes, strict=True)
        frequencies = tuple(float(qubit.frequency(flux)) for qubit, flux in qubits)
        temperatures = island_temperatures(CRYOSTAT, frequencies, (walk.heater_voltage, 0.0), stand.bath)
        source, drain = (
            float(sinis_voltage(one.bias_current, temperature, one.gap, one.resistance))
            + VOLTAGE_NOISE * generator.standard_normal()
            for one, temperature in zip(made, temperatures, strict=True)
        )
        row = dict.fromkeys(RAW, 0) | {
            "configuration": "calibration",
            "cell": cell,
            "coil_current_1": stand.coils[0],
            "coil_current_2": stand.coils[1],
            "heater_voltage": stand.heater,
            "thermometer_voltage_source": source,
            "thermometer_voltage_drain": drain,
            "mixing_chamber_temperature": stand.bath,
            "bath_temperature_set_point": stand.bath,
        }
        for name, value in row.items():
            rows[name].append(value)
    return make_dataset(rows, RAW, {})


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    path = tmp_path_factory.mktemp("walk") / "flux.yaml"
    path.write_text(WALK, encoding="utf-8")
    return load_configuration(path, FluxCalibration)


@pytest.fixture(scope="module")
def raw(walk):
    return raster(walk)


@pytest.fixture(scope="module")
def fit(raw, walk):
    return fit_flux(raw, COLD, walk)


def test_from_a_cold_start_both_qubits_come_to_resonance_within_two_megahertz(fit, tmp_path):
    assert fit.missing == ()
    source, target = tmp_path / "cold.yaml", tmp_path / "calibrated.yaml"
    text = preset_path("paper").read_text(encoding="utf-8")
    source.write_text(
        text[: text.index("flux:")]
        .replace("maximum_frequency: 6.5 GHz, ", "")
        .replace("maximum_frequency: 6.3 GHz, ", "")
        + text[text.index("source:\n") :],
        encoding="utf-8",
    )
    assert load_configuration(source, Device).flux is None
    found = [(one.place, one.text, one.texts[1]) for one in fit.determined if one.place]
    found += [(place, text, "") for place, text in fit.settings]
    device = write_calibrated(source, target, found, "raster")
    currents = device.flux.coil_currents([qubit.flux(4e9) for qubit in device.qubits])
    fluxes = CRYOSTAT.chip.flux.fluxes(currents)
    for qubit, flux in zip(CRYOSTAT.chip.qubits, fluxes, strict=True):
        assert float(qubit.frequency(flux)) == pytest.approx(4e9, rel=0, abs=ON_RESONANCE)
    # What the raster leaves open at resonance is written beside the offsets, for fits to count on.
    told = [one.error for one in fit.determined if one.name.endswith("at resonance")]
    for qubit, error, expected in zip(device.qubits, device.flux.offset_error, told, strict=True):
        slope = float(qubit.frequency_slope(qubit.flux(4e9)))
        assert error * abs(slope) == pytest.approx(expected, rel=0.05, abs=0)


def test_the_error_of_the_resonance_is_told(fit):
    told = [one for one in fit.determined if one.name.endswith("at resonance")]
    assert [one.value for one in told] == [4e9, 4e9]
    assert all(1e4 < one.error < ON_RESONANCE for one in told)


def test_matrix_offsets_and_maxima_are_found_near_the_truth(fit):
    found = {one.place: one for one in fit.determined if one.place}
    matrix = np.array([[found["flux", "matrix", qubit, coil].value for coil in (0, 1)] for qubit in (0, 1)])
    assert matrix == pytest.approx(np.array(DEVICE.flux.matrix), rel=2e-3, abs=2.0)
    for qubit in (0, 1):
        assert found["flux", "offset", qubit].value == pytest.approx(DEVICE.flux.offset[qubit], abs=1e-3)
        maximum = found["qubits", qubit, "maximum_frequency"]
        assert maximum.value == pytest.approx(DEVICE.qubits[qubit].maximum_frequency, rel=3e-3, abs=0)


def test_a_window_that_shows_too_little_says_what_is_missing(walk):
    window = {"coil_currents_1": (-12e-6, 12e-6), "coil_currents_2": (-14e-6, -2e-6)}
    small = walk.model_copy(update={**window, "points_1": 14, "points_2": 12})
    try:
        missing = fit_flux(raster(small), COLD, small).missing
    except DataError as error:
        missing = (str(error),)
    assert missing and any("further" in text or "wider" in text for text in missing)


def test_an_incomplete_raster_and_a_device_without_islands_are_refused(raw, walk):
    with pytest.raises(DataError, match="must hold all 1015 points of the raster, found 100"):
        fit_flux(raw.isel(point=slice(100)), COLD, walk)
    with pytest.raises(ConfigurationError, match="drain: must be known"):
        fit_flux(raw, COLD.model_copy(update={"drain": None}), walk)
