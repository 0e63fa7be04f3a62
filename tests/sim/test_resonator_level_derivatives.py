"""Derivatives of the currents of transmons between slow resonators are those of the currents."""

import numpy as np
import pytest

from valvelab.sim import (
    Bath,
    Ladder,
    Resonator,
    ResonatorDerivatives,
    resonator_derivatives,
    resonator_level_derivatives,
    resonator_levels,
)

RESONATOR = Resonator(4e9, 20)
USUAL = {"gamma_h": 0.5e9, "gamma_c": 0.4e9, "gamma_p": 0.01e9, "T_h": 0.3, "T_c": 0.09, "T_p": 0.05}
OF_QUBITS = {"exchange": 5e6, "f_1": 0.0, "f_2": 0.0, "weight_1": 0.0, "weight_2": 0.0}
STEPS = {"g": 1e5, "T": 1e-4, "f": 1e5, "w": 1e-3, "e": 1e5}
CURRENTS = ("hot", "cold", "parasitic")


def asked(function, ladders, turn, corrected, **moved):
    """Return what a function says of some transmons, of which some parameters are moved."""
    at = {name: value + moved.get(name, 0.0) for name, value in (USUAL | OF_QUBITS).items()}
    shifted = [Ladder(one.frequencies + at[f"f_{k}"], one.elements) for k, one in enumerate(ladders, start=1)]
    phase = turn / abs(turn) if isinstance(turn, complex) else 1.0
    return function(
        shifted,
        Bath(at["gamma_h"], at["T_h"]),
        Bath(at["gamma_c"], at["T_c"]),
        Bath(at["gamma_p"], at["T_p"]),
        RESONATOR,
        weights_hot=(1 + at["weight_1"], turn + phase * at["weight_2"]),
        weights_cold=(1 + at["weight_1"], 0.9 + at["weight_2"]),
        exchange=at["exchange"],
        corrected=corrected,
        tolerance=1e-2,
    )


@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize("turn", [-0.8, 0.9 * np.exp(0.7j).item()])
@pytest.mark.parametrize("count", [1, 2])
def test_slopes_are_the_limits_of_differences(count, turn, corrected):
    ladders = [Ladder.of_transmon(4.02e9, 178e6, 3), Ladder.of_transmon(3.96e9, 150e6, 2)][:count]
    found = asked(resonator_level_derivatives, ladders, turn, corrected)
    for name in (*USUAL, *OF_QUBITS):
        step = STEPS[name[0]]
        up, down = (
            asked(resonator_levels, ladders, turn, corrected, **{name: sign * step}).currents
            for sign in (1, -1)
        )
        size = max(np.abs(getattr(found.by(name), one)) for one in CURRENTS)
        for one in CURRENTS:
            expected = (getattr(up, one) - getattr(down, one)) / (2 * step)
            assert getattr(found.by(name), one) == pytest.approx(expected, rel=1e-3, abs=1e-5 * size)
    for name in ("f_2", "weight_2", "exchange"):
        assert count == 2 or found.by(name).cold == 0


def test_with_two_levels_they_are_those_of_qubits():
    qubits = [Ladder(np.array([f]), np.array([1.0])) for f in (4.02e9, 3.96e9)]
    given = Bath(0.5e9, 0.3), Bath(0.4e9, 0.09), Bath(0.01e9, 0.05), RESONATOR
    found = resonator_level_derivatives(qubits, *given, tolerance=1e-6)
    exact = resonator_derivatives((4.02e9, 3.96e9), *given, tolerance=1e-6)
    for name in ResonatorDerivatives.PARAMETERS:
        size = np.abs(exact.by(name).hot)
        for one in CURRENTS:
            assert getattr(found.by(name), one) == pytest.approx(
                float(getattr(exact.by(name), one)), rel=1e-3, abs=1e-4 * size
            )


def test_a_bath_at_zero_temperature_has_slopes_and_a_reservoir_without_rate_has_none():
    ladder, cold = Ladder.of_transmon(4e9, 178e6, 3), Bath(0.4e9, 0.0)
    found = resonator_level_derivatives((ladder,), Bath(0.5e9, 0.3), cold, Bath(1e7, 0.05), RESONATOR)
    assert found.by("T_c").cold == 0 and found.by("n_c").cold != 0
    with pytest.raises(ValueError, match="`cold` must have a rate above 0"):
        resonator_level_derivatives((ladder,), Bath(0.5e9, 0.3), Bath(0.0, 0.1), Bath(1e7, 0.05), RESONATOR)
