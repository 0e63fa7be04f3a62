"""What designs determine, against values that were computed independently (see the tables below)."""

import numpy as np
import pytest
from scipy.sparse import diags_array

from valvelab.analysis import OperatingPoint, Points, Rates, biases, identify
from valvelab.analysis.models import MODELS
from valvelab.analysis.switching_data import SwitchingData
from valvelab.sim import Resonator

TRUTH = Rates(0.5e9, 0.5e9, 0.01e9, 0.05)
RESONATOR = Resonator(4e9, 20, 2)
AT = OperatingPoint(0.384, 0.096, 2e9)
SIX = np.geomspace(0.15, 0.5, 6)
"""Source temperatures of the designs P."""
EIGHT = np.linspace(0.15, 0.5, 8)
"""Source temperatures of the designs B, whose drain is at 96 mK."""
WARM, WARMER = (0.06, 0.1, 0.14), (0.06, 0.1, 0.16, 0.25)
DESIGNS = {
    "B1": (EIGHT, (0.096,), (4e9,), False, (1.06, 0.038, 6.8, 7.6)),
    "B2": (EIGHT, (0.096,), (4e9, 2e9), False, (0.032, 0.003, 1.02, 0.054)),
    "B4": (EIGHT, (0.096,), (4e9, 2e9), True, (0.0052, 0.0016, 0.033, 0.026)),
    "P1": (SIX, WARM, (4e9, 2e9), False, (0.0076, 0.0014, 0.178, 0.027)),
    "P2": (SIX, WARM, (4e9, 2e9), True, (0.0031, 0.0010, 0.023, 0.017)),
    "P3": (SIX, WARMER, (4e9, 2e9), False, (0.0034, 0.0012, 0.046, 0.024)),
    "P4": (SIX, WARMER, (4e9, 2e9), True, (0.0023, 0.0009, 0.018, 0.017)),
    "P5": (SIX, WARMER, (4e9,), False, (0.0051, 0.0017, 0.053, 0.053)),
}
"""Sources, drains [K], frequencies of qubit 2 [Hz], whether the source is measured as well, and the relative errors of
gamma_h, gamma_c, gamma_p and T_p at 1 aW, rounded to two digits or fewer."""


def measured(sources, drains, seconds, both, noise=1e-18):
    """Return absolute powers of a design without noise."""
    hot, cold, second = (x.ravel() for x in np.meshgrid(sources, drains, seconds, indexing="ij"))
    points = Points(np.full(hot.size, 4e9), second, hot, cold)
    zero = np.zeros(hot.size)
    size = hot.size * (1 + both)
    covariance = diags_array(np.full(size, noise**2), format="csr")
    currents = MODELS["collective"](TRUTH, points, RESONATOR)
    return SwitchingData(
        points,
        None,
        RESONATOR,
        np.concatenate([-currents.cold, currents.hot]) if both else -currents.cold,
        covariance,
        covariance,
        (zero, zero, zero),
        np.full(hot.size, "both"),
        (0.384, 0.096),
        reservoirs=("drain", "source") if both else ("drain",),
    )


@pytest.mark.parametrize("name", DESIGNS)
def test_the_errors_of_known_designs_are_reproduced(name):
    *design, wanted = DESIGNS[name]
    found = identify(measured(*design), "collective", TRUTH, AT)
    relative = [
        found.errors[field] / getattr(TRUTH, field) for field in ("gamma_h", "gamma_c", "gamma_p", "T_p")
    ]
    for value, stated in zip(relative, wanted, strict=True):
        rounding = (
            0.5 * 10.0 ** np.floor(np.log10(stated)) / stated
            if stated < 1 and len(f"{stated:g}") < 6
            else 0.005
        )
        assert value == pytest.approx(stated, rel=max(0.05, rounding), abs=0), (name, value, stated)


def test_what_a_single_sweep_leaves_open_is_named():
    *design, _ = DESIGNS["B1"]
    found = identify(measured(*design), "collective", TRUTH, AT)
    assert found.loose and any("gamma_p" in members for members in found.loose)
    *design, _ = DESIGNS["P4"]
    assert identify(measured(*design), "collective", TRUTH, AT).loose == []


@pytest.mark.parametrize(
    ("name", "size", "temperature"),
    [
        ("asymmetry", 0.02, 0.076),
        ("asymmetry", 0.05, 0.128),
        ("leak_2", 3e-18, 0.056),
        ("leak_2", 10e-18, 0.068),
        ("leak_5", 3e-18, 0.059),
        ("leak_5", 10e-18, 0.076),
    ],
)
def test_what_an_imperfection_does_to_t_p_is_reproduced(name, size, temperature):
    *design, _ = DESIGNS["P1"]
    data = measured(*design)
    (bias,) = biases(data, "collective", TRUTH, AT, {name: size})
    error = identify(data, "collective", TRUTH, AT).errors["T_p"]
    assert TRUTH.T_p + bias.shifts["T_p"] * error == pytest.approx(temperature, rel=0.03, abs=0)
    assert bias.chi_square >= 0


def test_what_is_free_is_paid_for():
    *design, _ = DESIGNS["P4"]
    data = measured(*design)
    errors = [
        identify(data, "pair", TRUTH, AT, free).errors["T_p"]
        for free in ((), ("leak_2",), ("leak_2", "leak_5"))
    ]
    assert errors[0] < errors[1] < errors[2]
