from dataclasses import replace

import numpy as np
import pytest

from valvelab.sim import Bath, Resonator, collective_derivatives, pair, pair_derivatives
from valvelab.sim.derivatives import CurrentDerivatives

BATHS = [Bath(0.5e9, 0.384), Bath(0.3e9, 0.096), Bath(0.01e9, 0.05)]
PARAMETERS = {"gamma_h": (0, "rate"), "gamma_c": (1, "rate"), "gamma_p": (2, "rate")}
PARAMETERS |= {"T_h": (0, "temperature"), "T_c": (1, "temperature"), "T_p": (2, "temperature")}
FLOWS = ("hot", "cold", "parasitic")
SETTINGS = {
    "filtered": {"resonator": Resonator(4e9, 20)},
    "unequal": {"resonator": Resonator(4e9, 7, 2), "weights_hot": (1.0, 0.9), "weights_cold": (1.0, -1.1)},
    "exchange": {"exchange": 30e6},
    "phases": {"resonator": Resonator(4e9, 20), "weights_hot": (1.0, 0.9j), "exchange": 30e6},
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("parameter", PARAMETERS)
@pytest.mark.parametrize("second", [4e9, 3.97e9, 3.2e9])
def test_a_derivative_is_a_difference(parameter, setting, second):
    bath, attribute = PARAMETERS[parameter]
    value = getattr(BATHS[bath], attribute)
    steps = value * (1 + np.array([1e-3, -1e-3, 5e-4, -5e-4]))
    moved = [*BATHS]
    moved[bath] = replace(moved[bath], **{attribute: steps})
    state = pair((4e9, second), *moved, **SETTINGS[setting]).currents
    found = pair_derivatives((4e9, second), *BATHS, **SETTINGS[setting]).by(parameter)
    scale = float(np.abs(state.hot).max()) / value
    for flow in FLOWS:
        wide, narrow = (np.diff(getattr(state, flow)[[2 * k + 1, 2 * k]])[0] for k in (0, 1))
        slope = (4 * narrow / (steps[2] - steps[3]) - wide / (steps[0] - steps[1])) / 3
        assert abs(getattr(found, flow) - slope) <= 1e-8 * abs(slope) + 1e-10 * scale


def test_at_one_frequency_they_are_those_of_collective():
    found = pair_derivatives((4e9, 4e9), *BATHS)
    exact = collective_derivatives(2, 4e9, *BATHS)
    for flow in FLOWS:
        assert getattr(found, flow) == pytest.approx(getattr(exact, flow), rel=1e-9, abs=0)


def test_an_occupation_that_rises_everywhere_is_a_warmer_bath_of_another_shape():
    # At one frequency n_h and T_h are one thing; their ratio is dn/dT.
    d = pair_derivatives((4e9, 4e9), *BATHS)
    n = Bath(1.0, 0.384 * (1 + np.array([1e-6, -1e-6]))).occupation(4e9)
    assert d.by("T_h").cold / d.by("n_h").cold == pytest.approx(
        (n[0] - n[1]) / (2e-6 * 0.384), rel=1e-8, abs=0
    )


def test_without_a_parasitic_bath_nothing_depends_on_it():
    d = pair_derivatives((4e9, 3.9e9), *BATHS[:2])
    for parameter in ("gamma_p", "n_p", "T_p"):
        assert d.by(parameter).hot == d.by(parameter).cold == 0
    assert d.by("T_h").hot > 0


def test_a_map_in_parts_is_its_points():
    first, second = np.linspace(3.9e9, 4.1e9, 90)[:, None], np.linspace(3.8e9, 4.2e9, 80)
    whole = pair_derivatives((first, second), *BATHS, resonator=Resonator(4e9, 20))
    assert whole.hot.shape == (90, 80, len(CurrentDerivatives.PARAMETERS))
    one = pair_derivatives((first[70, 0], second[33]), *BATHS, resonator=Resonator(4e9, 20))
    assert whole.cold[70, 33] == pytest.approx(one.cold, rel=1e-12, abs=0)


def test_bad_arguments_are_refused_by_name():
    with pytest.raises(ValueError, match="`frequencies`"):
        pair_derivatives((4e9, -1.0), *BATHS)
