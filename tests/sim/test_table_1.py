import numpy as np
import pytest

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import table_1


def test_table_1_has_the_drain_at_two_gigahertz_where_the_caption_has_one():
    for caption, giga in ((False, 2.0), (True, 1.0)):
        cold = table_1(caption_temperature=caption).cold
        assert BOLTZMANN * cold / PLANCK / 1e9 == pytest.approx(giga, abs=1e-3)


def test_the_two_readings_of_the_rates_are_two_pi_apart():
    one, other = table_1(), table_1(two_pi=True)
    assert (one.rate, one.parasitic_rate) == (0.5e9, 0.01e9)
    assert other.rate / one.rate == pytest.approx(2 * np.pi, rel=1e-6, abs=0)
    assert other.parasitic_rate / one.parasitic_rate == pytest.approx(2 * np.pi, rel=1e-6, abs=0)
    assert other.cold == one.cold


def test_the_filter_is_taken_at_the_frequency_of_the_detuned_qubit():
    table = table_1()
    passed = [float(table.resonator(exponent).filter(2e9)) for exponent in (0, 1, 2)]
    assert passed[0] == pytest.approx(1 / (1 + 20**2 * (1 / 2 - 2) ** 2), rel=1e-6, abs=0)
    assert passed == pytest.approx([1.110e-3, 5.549e-4, 2.775e-4], rel=1e-3, abs=0)
