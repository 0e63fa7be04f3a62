"""The other reading of a qubit's ridges."""

import numpy as np
import pytest

from valvelab import transmon
from valvelab.analysis.flux_map_twins import twins

VALUES = {
    "resonator_frequency": 4e9,
    **{f"charging_energy_{k}": 178e6 for k in (1, 2)},
    **{f"asymmetry_{k}": 0.05 for k in (1, 2)},
    "maximum_frequency_1": 6.5e9,
    "maximum_frequency_2": 4.3e9,
    "flux_offset_1": 0.02,
    "flux_offset_2": -0.4,
}
BOTH = ("maximum_frequency_1", "maximum_frequency_2")


def ridges(values, qubit):
    """Return the fluxes of a resonance between 0 and 1, counted from where the coils are without current."""
    k = str(qubit)
    flux = float(
        transmon.flux(
            4e9, values["charging_energy_" + k], values["maximum_frequency_" + k], values["asymmetry_" + k]
        )
    )
    return np.sort((np.array([flux, -flux]) - values["flux_offset_" + k]) % 1)


def test_a_twin_has_its_ridges_in_the_same_places():
    found = list(twins(VALUES, BOTH))
    assert len(found) == 3
    for twin in found:
        for qubit in (1, 2):
            assert ridges(twin, qubit) == pytest.approx(ridges(VALUES, qubit), rel=0, abs=1e-9)
    assert found[0]["maximum_frequency_1"] < 4.3e9 and found[1]["maximum_frequency_2"] > 5e9


def test_the_twin_of_a_twin_is_the_first():
    for first, second in zip(twins(VALUES, BOTH[:1]), [VALUES], strict=True):
        (back,) = twins(first, BOTH[:1])
        assert back == pytest.approx(second, rel=1e-9, abs=1e-9)


def test_a_known_maximum_frequency_leaves_one_reading_only():
    assert list(twins(VALUES, ())) == []


def test_a_qubit_that_never_comes_to_resonance_has_no_twin():
    assert list(twins({**VALUES, "maximum_frequency_1": 3e9}, BOTH[:1])) == []
