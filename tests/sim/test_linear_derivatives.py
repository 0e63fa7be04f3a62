from dataclasses import replace

import numpy as np
import pytest

from valvelab.sim import Bath, Resonator, linear, linear_derivatives

BATHS = {"h": Bath(0.5e9, [0.384, 0.384, 0.3]), "c": Bath(0.3e9, 0.096), "p": Bath(0.01e9, [0.05, 0.2, 0.05])}
OPTIONS = {
    "resonator": (Resonator(4e9, 20, 1), Resonator(4.1e9, 7)),
    "weights_cold": (1.0, 0.8),
    "exchange": 1e7,
}
PHASES = [0.0, 0.7]
FREQUENCIES = np.array([4e9, 4e9, 3.9e9]), 4.02e9


def flows(currents):
    return np.array([currents.hot, currents.cold, currents.parasitic])


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("bath", ["h", "c", "p"])
@pytest.mark.parametrize(("field", "symbol"), [("rate", "gamma"), ("temperature", "T")])
def test_a_derivative_is_the_limit_of_differences(bath, field, symbol, phase):
    options = OPTIONS | {"weights_hot": (1.0, np.exp(1j * phase))}
    found = flows(linear_derivatives(FREQUENCIES, *BATHS.values(), **options).by(f"{symbol}_{bath}"))
    up, down = (
        flows(
            linear(
                FREQUENCIES,
                *(
                    BATHS | {bath: replace(BATHS[bath], **{field: getattr(BATHS[bath], field) * factor})}
                ).values(),
                **options,
            )
        )
        for factor in (1.001, 0.999)
    )
    expected = (up - down) / (0.002 * getattr(BATHS[bath], field))
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-5 * np.abs(expected).max())
    assert np.abs(found.sum(axis=0)).max() <= 1e-12 * np.abs(found).max()


def test_occupations_that_all_rise_add_up_to_a_rise_of_temperature_where_baths_are_hot():
    # n = k T / h f at every f: not one number, but between narrow resonators that of the resonance.
    narrow = {"resonator": Resonator(4e9, 1e4)}
    baths = Bath(1e3, 30.0), Bath(1e3, 20.0)
    found = linear_derivatives((4e9, 4e9), *baths, **narrow)
    per_kelvin = 1.380649e-23 / (6.62607015e-34 * 4e9)
    assert found.by("T_h").hot == pytest.approx(found.by("n_h").hot * per_kelvin, rel=1e-3, abs=0)


@pytest.mark.parametrize("parasitic", [None, Bath(0.0, 0.05), Bath(0.0, 0.0)])
def test_without_a_parasitic_bath_derivatives_are_those_of_the_limit(parasitic):
    arguments = (4e9, 3.95e9), Bath(0.5e9, 0.384), Bath(0.5e9, 0.096)
    found = linear_derivatives(*arguments, parasitic, resonator=Resonator(4e9, 20))
    assert np.all(flows(found.by("T_p")) == 0)
    cold = Bath(1e4, 0.0 if parasitic is None else parasitic.temperature)
    moved = flows(linear(*arguments, cold, resonator=Resonator(4e9, 20)))
    still = flows(linear(*arguments, resonator=Resonator(4e9, 20)))
    expected = (moved - still) / 1e4
    assert flows(found.by("gamma_p")) == pytest.approx(expected, rel=5e-3, abs=1e-9 * np.abs(expected).max())
