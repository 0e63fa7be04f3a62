from dataclasses import replace

import numpy as np
import pytest

from valvelab.sim import Bath, Resonator, ResonatorDerivatives, resonator_derivatives, resonators

BATHS = {"h": Bath(0.4e9, 0.384), "c": Bath(0.6e9, 0.1), "p": Bath(0.03e9, 0.08)}
MODES = Resonator(4e9, 20), Resonator(4.02e9, 8)
QUBITS = {
    "frequencies": np.array([4e9, 3.97e9]),
    "exchange": 6e6,
    "weights": np.array([[1.1, 0.9], [0.8, -1.2]]),
}
TURNS = np.exp(1j * np.array([[0.4, -1.1], [2.0, 0.3]]))
"""Phases, of the magnitudes of all weights."""


def at(function, baths, qubits):
    return function(
        tuple(qubits["frequencies"]),
        *baths.values(),
        MODES,
        weights_hot=qubits["weights"][0] * qubits.get("turns", np.ones((2, 2)))[0],
        weights_cold=qubits["weights"][1] * qubits.get("turns", np.ones((2, 2)))[1],
        exchange=qubits["exchange"],
        dephasing=2e6,
        corrected=qubits.get("corrected", False),
    )


def currents(baths, qubits):
    found = at(resonators, baths, qubits).currents
    return np.array([found.hot, found.cold, found.parasitic])


def moved(name, share, start):
    """Return the currents and the step where a parameter is moved by a share of its size."""
    kind, _, which = name.partition("_")
    baths, qubits = dict(BATHS), dict(start)
    if kind in ("gamma", "T"):
        field = {"gamma": "rate", "T": "temperature"}[kind]
        step = float(getattr(BATHS[which], field)) * share
        baths[which] = replace(BATHS[which], **{field: getattr(BATHS[which], field) + step})
    elif kind == "exchange":
        step = 1e7 * share
        qubits["exchange"] = QUBITS["exchange"] + step
    else:
        place = {"f": "frequencies", "weight": "weights"}[kind]
        step = (1e9 if kind == "f" else 1.0) * share
        value = start[place].copy()
        value[..., int(which) - 1] += step
        qubits[place] = value
    return currents(baths, qubits), step


@pytest.mark.parametrize(
    "qubits",
    [
        QUBITS,
        QUBITS | {"weights": np.abs(QUBITS["weights"]), "turns": TURNS},
        QUBITS | {"corrected": True},
        QUBITS | {"corrected": True, "frequencies": np.array([4e9 * np.sqrt(1 - 1 / 1600), 2.1e9])},
        QUBITS | {"weights": np.abs(QUBITS["weights"]), "turns": TURNS, "corrected": True},
    ],
    ids=["real", "turned", "real, corrected", "one far", "turned, corrected"],
)
@pytest.mark.parametrize(
    "name", [name for name in ResonatorDerivatives.PARAMETERS if not name.startswith("n_")]
)
def test_a_derivative_is_the_limit_of_differences(name, qubits):
    (up, step), (down, _) = moved(name, 1e-5, qubits), moved(name, -1e-5, qubits)
    wanted = (up - down) / (2 * step)
    found = at(resonator_derivatives, BATHS, qubits).by(name)
    for one, value in zip(("hot", "cold", "parasitic"), wanted, strict=True):
        assert getattr(found, one) == pytest.approx(value, rel=1e-5, abs=1e-6 * np.abs(wanted).max())


def test_derivatives_add_up_to_zero_at_every_point_of_a_batch():
    hot = Bath(0.5e9, np.array([[0.2], [0.384]]))
    found = resonator_derivatives((4e9, np.array([4e9, 3.9e9, 2e9])), hot, BATHS["c"], BATHS["p"], MODES[0])
    parts = np.stack([found.hot, found.cold, found.parasitic])
    assert parts.shape == (3, 2, 3, len(ResonatorDerivatives.PARAMETERS))
    assert np.all(np.abs(parts.sum(axis=0)) <= 1e-9 * np.abs(parts).max(axis=0))


def test_one_qubit_has_no_second_one():
    found = resonator_derivatives((4e9,), *BATHS.values(), MODES)
    assert all(found.by(name).hot == 0 for name in ("f_2", "weight_2", "exchange"))
    assert found.by("weight_1").hot != 0


def test_a_reservoir_without_rate_is_an_error():
    with pytest.raises(ValueError, match="`cold` must have a rate above 0 1/s"):
        resonator_derivatives((4e9,), BATHS["h"], Bath(0.0, 0.1), None, MODES)
