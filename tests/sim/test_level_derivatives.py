"""Derivatives of the currents of transmons are those of the currents."""

from dataclasses import replace

import numpy as np
import pytest

from valvelab.sim import Bath, Ladder, Resonator, level_derivatives, levels, pair_derivatives

BATHS = [Bath(0.5e9, 0.384), Bath(0.3e9, 0.096), Bath(0.01e9, 0.05)]
PARAMETERS = {"gamma_h": (0, "rate"), "gamma_c": (1, "rate"), "gamma_p": (2, "rate")}
PARAMETERS |= {"T_h": (0, "temperature"), "T_c": (1, "temperature"), "T_p": (2, "temperature")}
FLOWS = ("hot", "cold", "parasitic")
LADDERS = Ladder.anharmonic(np.array([4e9, 4e9, 2e9]), -200e6, 4), Ladder.of_transmon(4e9, 178e6, 3)
SETTINGS = {
    "filtered": {"resonator": Resonator(4e9, 20)},
    "unequal": {"resonator": Resonator(4e9, 7, 2), "weights_hot": (1.0, -0.9), "exchange": 30e6},
    "phases": {
        "resonator": Resonator(4e9, 7, 2),
        "weights_hot": (1.0, 0.9 * np.exp(0.7j)),
        "weights_cold": (0.8 * np.exp(-2.1j), 1.0),
        "exchange": 30e6,
    },
}


def flows(value):
    return np.array([getattr(value, name) for name in FLOWS])


@pytest.mark.parametrize("equation", ["redfield", "gkls"])
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_derivative_is_a_difference(parameter, setting, equation):
    bath, attribute = PARAMETERS[parameter]
    value = getattr(BATHS[bath], attribute)
    options = SETTINGS[setting] | {"equation": equation}

    def at(share):
        moved = [*BATHS]
        moved[bath] = replace(moved[bath], **{attribute: value * (1 + share)})
        return flows(levels(LADDERS, *moved, **options).currents)

    wide, narrow = ((at(step) - at(-step)) / (2 * step * value) for step in (1e-3, 5e-4))
    expected = (4 * narrow - wide) / 3
    found = flows(level_derivatives(LADDERS, *BATHS, **options).by(parameter))
    assert found == pytest.approx(expected, rel=1e-7, abs=1e-8 * np.abs(expected).max())


def test_with_two_levels_they_are_those_of_pair():
    frequencies, options = (4e9, 3.95e9), {"resonator": Resonator(4e9, 20)}
    found = level_derivatives([Ladder.anharmonic(f, 0.0, 2) for f in frequencies], *BATHS, **options)
    expected = pair_derivatives(frequencies, *BATHS, **options)
    for parameter in expected.PARAMETERS:
        assert flows(found.by(parameter)) == pytest.approx(
            flows(expected.by(parameter)), rel=1e-7, abs=1e-9 * np.abs(flows(expected.by(parameter))).max()
        )


def test_a_bath_at_zero_temperature_has_its_slopes():
    cold = [BATHS[0], Bath(0.3e9, 0.0), Bath(0.01e9, 0.0)]
    found = level_derivatives(LADDERS, *cold, equation="gkls")
    assert np.all(np.isfinite(flows(found.by("gamma_p")))) and np.all(flows(found.by("T_p")) == 0)


def test_without_a_parasitic_bath_the_state_may_depend_on_where_it_began():
    with pytest.raises(ValueError, match="`parasitic` must have a rate above 0 1/s"):
        level_derivatives(LADDERS, *BATHS[:2], Bath(0.0, 0.05))
