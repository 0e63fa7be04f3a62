import numpy as np
import pytest

from valvelab.constants import BOLTZMANN
from valvelab.sim import Bath, HeatCurrents
from valvelab.sim.currents import cold_share, entropy_production


def test_eq_24_weighs_the_reservoirs_with_each_other_s_rates():
    currents = HeatCurrents(np.array(7.0), np.array(-5.0), np.array(-2.0), cold_share=np.array(0.25))
    # gamma_c = 1, gamma_h = 3: (1 * 7 - 3 * (-5)) / 4.
    assert currents.paper == pytest.approx(22 / 4, rel=1e-6, abs=0)


def test_three_currents_alone_cannot_tell_eq_24():
    with pytest.raises(ValueError, match="cold_share"):
        _ = HeatCurrents(np.array(1.0), np.array(-1.0), np.array(0.0)).paper


def test_the_share_of_two_silent_baths_is_defined():
    assert cold_share(Bath(0.0, 0.1), Bath(0.0, 0.1)) == 0.5
    assert cold_share(Bath(3.0, 0.1), Bath(1.0, 0.1)) == 0.25


def test_entropy_production_is_heat_over_temperature():
    currents = HeatCurrents(np.array(2 * BOLTZMANN), np.array(-1.5 * BOLTZMANN), np.array(-0.5 * BOLTZMANN))
    produced = entropy_production(currents, Bath(1.0, 0.4), Bath(1.0, 0.1), Bath(1.0, 0.05))
    assert produced == pytest.approx(-2 / 0.4 + 1.5 / 0.1 + 0.5 / 0.05, rel=1e-6, abs=0)


def test_heat_into_a_bath_at_zero_temperature_produces_infinitely_much():
    currents = HeatCurrents(np.array([1.0, 0.0]), np.array([-1.0, 0.0]), np.zeros(2))
    produced = entropy_production(currents, Bath(1.0, 0.4), Bath(1.0, 0.0), None)
    assert np.array_equal(produced, [np.inf, 0.0])
