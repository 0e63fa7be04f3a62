"""Characteristics of junctions in series."""

from pathlib import Path

import numpy as np
import pytest

from valvelab.analysis import fit_sinis_iv
from valvelab.constants import ELEMENTARY_CHARGE
from valvelab.errors import DataError
from valvelab.junction import nis_current

MEASURED = Path(__file__).parents[3] / "shared/data/sinis_iv_240mK.txt"
UEV = 1e-6 * ELEMENTARY_CHARGE
TRUTH = {
    "gap": 210 * UEV,
    "resistance": 2 * 8e3,
    "series_resistance": 500.0,
    "temperature": 0.18,
    "broadening": 3e-3,
    "offset": 4e-6,
}


def characteristic(junction_voltage: np.ndarray, junctions: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Voltage and current of the truth, made without solving for anything."""
    gap, resistance, series, temperature, broadening, offset = TRUTH.values()
    current = nis_current(junction_voltage, temperature, gap, resistance / 2, broadening)
    return junctions * junction_voltage + series * current + offset, current


@pytest.mark.parametrize("junctions", [2, 8])
def test_an_exact_characteristic_gives_its_parameters_back(junctions: int) -> None:
    voltage, current = characteristic(np.linspace(-0.4e-3, 0.4e-3, 161), junctions)
    fit = fit_sinis_iv(voltage, current, junctions=junctions)
    expected = TRUTH | {"resistance": TRUTH["resistance"] * junctions / 2}
    for name, (value, _) in fit.values.items():
        assert value == pytest.approx(expected[name], rel=1e-5, abs=0), name
    assert fit.relative_deviation < 1e-6


def test_with_noise_the_truth_lies_within_the_errors() -> None:
    voltage, current = characteristic(np.linspace(-0.4e-3, 0.4e-3, 161))
    generator, pulls = np.random.default_rng(1), []
    for _ in range(8):
        fit = fit_sinis_iv(voltage, current + 2e-11 * generator.standard_normal(voltage.size))
        pulls.append([(value - TRUTH[name]) / error for name, (value, error) in fit.values.items()])
    assert np.abs(np.mean(pulls, axis=0)).max() < 4 / np.sqrt(8)
    assert 0.6 < np.std(pulls) < 1.5


def test_points_beyond_the_largest_voltage_do_not_matter() -> None:
    voltage, current = characteristic(np.linspace(-0.4e-3, 0.4e-3, 161))
    spoilt = np.where(np.abs(voltage) > 0.7e-3, 2 * current, current)
    fit = fit_sinis_iv(voltage, spoilt, largest_voltage=0.7e-3)
    assert fit.values["gap"][0] == pytest.approx(TRUTH["gap"], rel=1e-5, abs=0)
    assert np.abs(fit.voltage).max() <= 0.7e-3


def test_the_report_has_units_and_the_figure_both_panels() -> None:
    fit = fit_sinis_iv(*characteristic(np.linspace(-0.4e-3, 0.4e-3, 81)))
    assert "ueV" in fit.report() and "mK" in fit.report() and "Ohm" in fit.report()
    assert [axis.get_ylabel() for axis in fit.figure().axes] == ["|current| (nA)", "difference (nA)"]


def test_points_that_do_not_reach_the_gap_are_refused() -> None:
    voltage, current = characteristic(np.linspace(-5e-5, 5e-5, 81))
    with pytest.raises(DataError, match="must reach from below the gap to above it"):
        fit_sinis_iv(voltage, current)


def test_too_few_points_and_unequal_lists_are_refused() -> None:
    with pytest.raises(DataError, match="at least 20 points"):
        fit_sinis_iv(np.arange(5.0), np.arange(5.0))
    with pytest.raises(ValueError, match="two lists of one length"):
        fit_sinis_iv(np.arange(5.0), np.arange(6.0))


@pytest.mark.skipif(not MEASURED.exists(), reason="the measured characteristic is not part of the project")
def test_a_measured_characteristic_is_reproduced_within_one_percent() -> None:
    voltage, current = np.loadtxt(MEASURED).T
    fit = fit_sinis_iv(voltage, current, largest_voltage=0.6e-3)
    assert fit.relative_deviation < 0.01
    # The file's name says 240 mK, and the gap of thin aluminium is 200 to 230 ueV.
    assert fit.values["temperature"][0] == pytest.approx(0.24, abs=0.02)
    gap, error = fit.values["gap"]
    assert abs(gap - 224 * UEV) < 2 * error
