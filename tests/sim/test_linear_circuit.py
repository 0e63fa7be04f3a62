from dataclasses import replace

import numpy as np
import pytest

from valvelab.sim import (
    Branch,
    Line,
    LinearCircuit,
    Resonator,
    TransmonCircuit,
    circuit_baths,
    coupled_reservoirs,
    linear,
    reservoir_circuit,
)

FREQUENCY = np.concatenate([np.linspace(3e9, 5e9, 201), np.geomspace(1e7, 1e11, 60)])


def valve(quality_factor=20.0, rate_over_linewidth=0.4, frequency=4e9):
    """Return a transmon on resonance and reservoirs (hot, cold) that damp it at a rate."""
    plain = reservoir_circuit(Resonator(4e9, quality_factor), 50.0)
    transmon = TransmonCircuit(90e-15, 11e9)
    for _ in range(40):
        hot, cold = coupled_reservoirs(transmon, plain, plain, *[rate_over_linewidth * plain.linewidth] * 2)
        wrong = transmon.loaded(hot, cold).frequency / frequency
        transmon = replace(transmon, josephson_energy=transmon.josephson_energy / wrong**2)
    return transmon, hot, cold


@pytest.mark.parametrize(("quality_factor", "close"), [(20.0, 5e-3), (200.0, 5e-5), (2000.0, 1e-6)])
def test_narrow_resonances_are_coupled_oscillators(quality_factor, close):
    # What the oscillators leave out, waves that rotate the other way, goes with the square of the linewidth.
    transmon, hot, cold = valve(quality_factor)
    baths = circuit_baths(transmon, hot, cold, 0.384, 0.096)
    for number, weights in ((1, (1, 0)), (2, (1, 1))):
        found = LinearCircuit(hot, cold, [Branch(transmon)] * number).heat(0.384, 0.096)
        expected = linear(
            [baths.frequency] * 2,
            baths.hot,
            baths.cold,
            resonator=baths.resonators,
            weights_hot=weights,
            weights_cold=weights,
        )
        assert found == pytest.approx(float(expected.hot), rel=close, abs=0)


def circuit(parity=1, lengths=(0.0, 0.0), direct=0.0, loss=0.0):
    transmon, hot, cold = valve()
    other = replace(transmon, josephson_energy=transmon.josephson_energy * 1.1)
    branches = [
        Branch(transmon, Line(lengths[0], loss=loss), Line(lengths[1], loss=loss)),
        Branch(other, parity=parity),
    ]
    return LinearCircuit(hot, cold, branches, direct)


@pytest.mark.parametrize("parity", [1, -1])
@pytest.mark.parametrize("lengths", [(0.0, 0.0), (4e-3, 9e-3)])
def test_without_loss_everything_is_scattered_and_alike_both_ways(parity, lengths):
    s = circuit(parity, lengths, 1e-15).scattering(FREQUENCY)
    np.testing.assert_allclose(s.conj().swapaxes(-1, -2) @ s, np.broadcast_to(np.eye(2), s.shape), atol=1e-6)
    np.testing.assert_allclose(s[..., 0, 1], s[..., 1, 0], rtol=1e-9)


def test_a_lossy_line_takes_power_and_a_line_moves_the_resonance():
    lossless, lossy = circuit(lengths=(4e-3, 4e-3)), circuit(lengths=(4e-3, 4e-3), loss=5.0)
    power = np.sum(np.abs(lossy.scattering(FREQUENCY)) ** 2, axis=-2)
    assert np.all(power <= 1 + 1e-9) and power.min() < 0.9999
    assert lossy.heat(0.384, 0.096) < lossless.heat(0.384, 0.096)
    assert lossless.heat(0.384, 0.096) != pytest.approx(circuit().heat(0.384, 0.096), rel=0.01, abs=0)


def test_the_sign_of_one_branch_moves_the_antiresonance():
    like, opposite = circuit(1), circuit(-1)
    one, other = (branch.transmon.loaded(like.hot, like.cold).frequency for branch in like.branches)
    np.testing.assert_allclose(like.resonances(8e9)[1:], [one, other], rtol=1e-6)
    between = np.linspace(one, other, 2001)[1:-1]
    # Between two resonances of one sign the amplitudes cancel somewhere; of opposite signs they add.
    assert like.transmission(between).min() < 1e-4 * opposite.transmission(between).min()
    same = valve()
    dark = LinearCircuit(same[1], same[2], [Branch(same[0]), Branch(same[0], parity=-1)])
    assert dark.transmission(FREQUENCY).max() < 1e-9
    assert dark.heat(0.384, 0.096) < 1e-9 * like.heat(0.384, 0.096)


def test_a_capacitor_past_the_branches_carries_heat_of_its_own():
    _, hot, cold = valve()
    heat = [LinearCircuit(hot, cold, (), c).heat(0.384, 0.096) for c in (0.0, 1e-15, 2e-15)]
    assert heat[0] == 0 and heat[2] / heat[1] == pytest.approx(4, rel=0.05, abs=0)


def test_a_branch_that_is_not_coupled_carries_nothing():
    transmon, hot, cold = valve()
    apart = LinearCircuit(replace(hot, coupling_capacitance=0.0), cold, [Branch(transmon)])
    assert apart.heat(0.384, 0.096) == 0


def test_a_reservoir_of_a_resonator_is_that_resonator():
    found = reservoir_circuit(Resonator(5e9, 7.0), 80.0, 3e-15)
    assert found.resonator(0).filter(4e9) == pytest.approx(Resonator(5e9, 7.0).filter(4e9), rel=1e-12, abs=0)
    assert np.sqrt(found.inductance / found.capacitance) == pytest.approx(80, rel=1e-12, abs=0)
    assert found.coupling_capacitance == 3e-15


def test_a_circuit_that_cannot_be_is_refused():
    transmon, hot, cold = valve()
    with pytest.raises(ValueError, match="`hot` must have a `capacitance` above what couples"):
        LinearCircuit(replace(hot, coupling_capacitance=hot.capacitance), cold, [Branch(transmon)])
    with pytest.raises(ValueError, match="`parity` must be 1 or -1"):
        Branch(transmon, parity=0)
    with pytest.raises(ValueError, match=r"`resonator\.quality_factor` must be above 0"):
        reservoir_circuit(Resonator(4e9, 0.0), 50.0)
    with pytest.raises(ValueError, match="`frequency` must be above 0 Hz"):
        circuit().transmission(0.0)


def test_standing_waves_of_a_line_are_among_the_resonances_and_carry_their_heat():
    transmon, hot, cold = valve()
    hot, cold = (replace(one, coupling_capacitance=1e-17) for one in (hot, cold))
    line = Line(10e-3, velocity=1.2e8)
    found = LinearCircuit(hot, cold, [Branch(transmon, line_cold=line)]).resonances(2e10)
    # Open at its far end; the transmon's capacitance makes it half open, half shorted at the other.
    between = np.diff(found[found > 8e9])
    assert between.size >= 1 and np.all(between < 1.2e8 / 2 / 10e-3 * 1.05)
    s = LinearCircuit(hot, cold, [Branch(transmon, line_cold=line)])
    for f in found[found > 8e9]:
        assert s.transmission(f) > 10 * s.transmission(f * 1.01)
