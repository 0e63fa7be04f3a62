"""The cryostat aalto2026 looks like the measured map."""

from dataclasses import asdict
from pathlib import Path

import pytest

from tests.sim.cryostat.measured_map import looks, scan
from valvelab.analysis import read_map
from valvelab.configuration import load_configuration
from valvelab.sim import preset
from valvelab.sim.cryostat import PRESETS, Cryostat

MEASURED = Path(__file__).parents[4] / "shared/data/two_qubit_map_even_columns.mat"


@pytest.fixture(scope="module")
def cryostat():
    return load_configuration(PRESETS["aalto2026"], Cryostat)


def test_its_chip_is_that_of_the_device_preset_as_far_as_that_is_known(cryostat):
    device = preset("aalto2026")
    assert cryostat.chip.resonator.frequency == device.resonator.frequency
    for simulated, known in zip(cryostat.chip.qubits, device.qubits, strict=True):
        assert (simulated.charging_energy, simulated.asymmetry) == (known.charging_energy, known.asymmetry)


@pytest.mark.desk
def test_a_scan_over_the_measured_window_looks_like_the_measured_map(cryostat):
    if not MEASURED.is_file():
        pytest.skip("the measured map is not here")
    measured = read_map(MEASURED).isel(coil_current_1=slice(None, None, 2))
    axes = measured["coil_current_1"].values, measured["coil_current_2"].values
    real, simulated = asdict(looks(measured)), asdict(looks(scan(cryostat, *axes)))
    for name, value in real.items():
        assert simulated[name] == pytest.approx(value, rel=0.2, abs=0), name
