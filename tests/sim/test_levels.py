import numpy as np
import pytest
import qutip
from scipy.constants import h

from tests.sim.qutip_reference import UNIT, bose
from valvelab.sim import Bath, Ladder, Resonator, levels, pair, transmon_levels

HOT, COLD, PARASITIC = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
ONE = {"weights_hot": (1, 0), "weights_cold": (1, 0)}
PHASES = {"weights_hot": (1, 0.9 * np.exp(0.7j)), "weights_cold": (0.8 * np.exp(-2.1j), -1.1)}


def flows(state):
    return np.array([state.currents.hot, state.currents.cold, state.currents.parasitic])


def enhancement(count, **options):
    transmon = Ladder.anharmonic(4e9, -240e6, count)
    both = levels((transmon, transmon), HOT, COLD, PARASITIC, **options)
    one = levels((transmon, transmon), HOT, COLD, PARASITIC, **options, **ONE)
    return float(both.currents.cold / (2 * one.currents.cold)), both


@pytest.mark.parametrize(
    ("resonator", "known"),
    [(None, (1.1237, 1.0422, 1.0184, 1.0092)), (Resonator(4e9, 20, 1), (1.1237, 1.0776, 1.0624, 1.0578))],
)
@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_the_enhancement_falls_with_the_levels_that_are_warm(resonator, known, count):
    # Computed before with geometric means, each transition emitting into the parasitic bath on its own.
    found, state = enhancement(count, resonator=resonator, equation="gkls", parasitic_jumps="apart")
    assert found == pytest.approx(known[count - 2], abs=5.1e-5)
    if count == 5:
        assert state.beyond_qubit == pytest.approx(0.19, abs=0.02)


@pytest.mark.parametrize("equation", ["redfield", "gkls"])
@pytest.mark.parametrize("phases", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(6))
def test_two_levels_are_qubits(equation, phases, seed):
    random = np.random.default_rng(seed)
    frequencies = tuple(random.uniform(3e9, 6e9, 2)) if seed else (4e9, 4e9)
    options = {
        "resonator": (Resonator(4e9, 5, 1), Resonator(5e9, 2)),
        "weights_hot": random.uniform(-1.5, 1.5, 2),
        "weights_cold": random.uniform(-1.5, 1.5, 2),
        "exchange": random.choice([0.0, 1e8]),
        "equation": equation,
    }
    for side in ("weights_hot", "weights_cold"):
        options[side] = options[side] * np.exp(1j * phases * random.uniform(-np.pi, np.pi, 2))
    found = levels([Ladder.anharmonic(f, -240e6, 2) for f in frequencies], HOT, COLD, PARASITIC, **options)
    expected = pair(frequencies, HOT, COLD, PARASITIC, **options)
    assert flows(found) == pytest.approx(flows(expected), rel=1e-9, abs=1e-9 * np.abs(flows(expected)).max())
    inversion = found.populations[1, 1] - found.populations[0, 0]
    assert inversion == pytest.approx(float(expected.mean_inversion), rel=1e-9, abs=0)


@pytest.mark.parametrize("parasitic", [None, Bath(0.0, 0.05), Bath(0.0, 0.3)])
@pytest.mark.parametrize("second", [4e9, 4.05e9])
@pytest.mark.parametrize("weights", [(1, 1), (1, -1), (1, 0), (1, np.exp(2j))])
def test_what_no_bath_decides_is_decided_as_for_qubits(parasitic, second, weights):
    options = {"weights_hot": weights, "weights_cold": weights}
    found = levels([Ladder.anharmonic(f, 0.0, 2) for f in (4e9, second)], HOT, COLD, parasitic, **options)
    # `pair` takes no qubit that feels nothing but a vanishing bath; it carries no heat.
    known = None if 0 in weights else parasitic
    if np.iscomplexobj(weights):  # one phase for both reservoirs means nothing
        options = dict.fromkeys(options, np.abs(weights))
    expected = pair((4e9, second), HOT, COLD, known, **options)
    assert flows(found) == pytest.approx(flows(expected), rel=1e-9, abs=1e-30)


@pytest.mark.parametrize("equation", ["redfield", "gkls"])
@pytest.mark.parametrize("together", ["together", "apart"])
@pytest.mark.parametrize("weights", [{}, PHASES])
def test_energy_is_conserved_and_populations_are_probabilities(equation, together, weights):
    ladders = (
        Ladder.anharmonic(np.array([[4e9], [3.95e9]]), -240e6, 4),
        Ladder.anharmonic(4e9, [-200e6, -100e6, 0.0], 3),
    )
    found = levels(
        ladders,
        HOT,
        COLD,
        PARASITIC,
        resonator=Resonator(4e9, 5),
        equation=equation,
        parasitic_jumps=together,
        **weights,
    )
    assert flows(found).shape == (3, 2, 3) and found.populations.shape == (2, 3, 4, 3)
    assert np.abs(flows(found).sum(axis=0)).max() <= 1e-12 * np.abs(flows(found)).max()
    assert found.populations.sum(axis=(-1, -2)) == pytest.approx(1, abs=1e-12)
    assert found.populations.min() > 0
    alone = levels(
        (Ladder.anharmonic(3.95e9, -240e6, 4), Ladder.anharmonic(4e9, -100e6, 3)),
        HOT, COLD, PARASITIC, resonator=Resonator(4e9, 5), equation=equation, parasitic_jumps=together,
        **weights,
    )  # fmt: skip
    assert flows(found)[:, 1, 1] == pytest.approx(flows(alone), rel=1e-10, abs=0)


@pytest.mark.parametrize("together", ["together", "apart"])
@pytest.mark.parametrize("weights", [{}, PHASES])
def test_nothing_flows_in_equilibrium_and_levels_are_filled_as_boltzmann_says(together, weights):
    ladders = Ladder.anharmonic(4e9, -240e6, 4), Ladder.anharmonic(4.05e9, -200e6, 4)
    same = [Bath(rate, 0.2) for rate in (0.5e9, 0.3e9, 1e7)]
    options = {"resonator": Resonator(4e9, 20), "parasitic_jumps": together} | weights
    found = levels(ladders, *same, **options)
    driven = levels(ladders, HOT, COLD, PARASITIC, **options)
    assert np.abs(flows(found)).max() < 1e-12 * np.abs(flows(driven)).max()
    energies = [np.concatenate([[0.0], np.cumsum(one.frequencies)]) for one in ladders]
    boltzmann = np.exp(-np.add.outer(*energies) * 4.799243073e-11 / 0.2)
    assert found.populations == pytest.approx(boltzmann / boltzmann.sum(), rel=1e-8, abs=0)


@pytest.mark.parametrize("weights", [{}, PHASES])
def test_nothing_flows_in_equilibrium_beside_an_exchange(weights):
    # The parasitic bath does not know of the exchange, so there is none.
    ladders = Ladder.anharmonic(4e9, -240e6, 3), Ladder.anharmonic(4.05e9, -200e6, 3)
    options = {"resonator": Resonator(4e9, 20), "exchange": 60e6} | weights
    found = levels(ladders, Bath(0.5e9, 0.2), Bath(0.3e9, 0.2), **options)
    driven = levels(ladders, HOT, COLD, **options)
    assert np.abs(flows(found)).max() < 1e-11 * np.abs(flows(driven)).max()


@pytest.mark.parametrize("equation", ["redfield", "gkls"])
def test_phases_that_mean_nothing_change_nothing(equation):
    ladders = Ladder.anharmonic(4e9, -240e6, 3), Ladder.anharmonic(3.97e9, -200e6, 3)

    def at(hot, cold, exchange):
        options = {"resonator": Resonator(4e9, 10), "exchange": exchange, "equation": equation}
        return flows(levels(ladders, HOT, COLD, PARASITIC, weights_hot=hot, weights_cold=cold, **options))

    (hot, cold), turn = PHASES.values(), np.exp(1j * np.array([0.0, 1.1, -2.3]))
    one_reservoir = at([turn * weight for weight in hot], cold, 50e6)
    assert one_reservoir == pytest.approx(one_reservoir[:, [0, 0, 0]], rel=1e-10, abs=0)
    # With an exchange those of one transmon are felt, and only then.
    one_transmon = [(one, turn * other) for one, other in (hot, cold)]
    without, beside = at(*one_transmon, 0.0), at(*one_transmon, 50e6)
    assert without == pytest.approx(without[:, [0, 0, 0]], rel=1e-10, abs=0)
    assert beside[:, 0] == pytest.approx(one_reservoir[:, 0], rel=1e-12, abs=0)
    assert np.abs(beside[:, 1:] / beside[:, :1] - 1).max() > 1e-2
    # Half a turn is a sign.
    assert np.array_equal(at((1, -0.9 + 0j), (0.8, 1), 50e6), at((1, -0.9), (0.8, 1), 50e6))
    half = at((1, 0.9 * np.exp(1j * np.pi)), (0.8, 1), 50e6)
    assert half == pytest.approx(at((1, -0.9), (0.8, 1), 50e6), rel=1e-12, abs=0)


def test_an_even_ladder_is_a_truncated_oscillator():
    # One mode in two baths has the mean occupation of both: p_n falls by one factor.
    cool = Bath(1e6, 0.1), Bath(3e6, 0.05)
    ladder = Ladder.anharmonic(4e9, 0.0, 6)
    found = levels((ladder, Ladder.anharmonic(5e9, 0.0, 2)), *cool, **ONE)
    n = (float(cool[0].occupation(4e9)) + 3 * float(cool[1].occupation(4e9))) / 4
    factor = n / (1 + n)
    expected = factor ** np.arange(6) * (1 - factor) / (1 - factor**6)
    assert found.populations[:, 0] == pytest.approx(expected, rel=1e-9, abs=0)


def parts_of(operator, hamiltonian):
    """Return the parts of a lowering operator at the Bohr frequencies of H [Hz / UNIT], those in Hz."""
    energies, states = hamiltonian.eigenstates()
    elements = operator.transform(states).full()
    return [
        (UNIT * (energies[j] - energies[i]), elements[i, j] * states[i] * states[j].dag())
        for i, j in np.argwhere(np.abs(elements) > 1e-12)
    ]


def brute_force(equation, weights_hot, weights_cold, exchange):
    """Return the currents of two transmons of three levels with QuTiP's operators."""
    frequencies, elements = ((4e9, 3.8e9), (4.03e9, 3.75e9)), (1.0, 1.37)
    one, unity = qutip.basis, qutip.qeye(3)
    steps = [elements[n] * one(3, n) * one(3, n + 1).dag() for n in (0, 1)]
    ladder = [[qutip.tensor(s, unity) for s in steps], [qutip.tensor(unity, s) for s in steps]]
    total = 0
    for k in (0, 1):
        levels_ = qutip.Qobj(np.diag([0, frequencies[k][0], sum(frequencies[k])])) / UNIT
        total += qutip.tensor(*((levels_, unity) if k == 0 else (unity, levels_)))
    b = [sum(steps) for steps in ladder]
    total += exchange / UNIT * (b[0].dag() * b[1] + b[1].dag() * b[0])
    dissipators, spectrum = [], Resonator(4e9, 3.0, 1)
    local = [[(frequencies[k][n], ladder[k][n]) for n in (0, 1)] for k in (0, 1)]
    couplings = [
        [parts_of(first * b[0] + second * b[1], total)] for first, second in (weights_hot, weights_cold)
    ]
    baths = ((0.5, 0.384, spectrum.filter), (0.3, 0.096, spectrum.filter), (0.01, 0.05, lambda f: 1.0))
    for (rate, temperature, passed), groups in zip(baths, [*couplings, local], strict=True):
        generator = 0
        for group in groups:
            for up in (False, True):
                s = [rate * float(passed(f)) * (bose(f, temperature) + (not up)) for f, _ in group]
                x = sum(part for _, part in group)
                y = sum(part * value / 2 for (_, part), value in zip(group, s, strict=True))
                if equation == "gkls":
                    x = sum(part * value**0.5 for (_, part), value in zip(group, s, strict=True))
                    generator += qutip.lindblad_dissipator(x.dag() if up else x)
                    continue
                x, y = (x.dag(), y.dag()) if up else (x, y)
                half = qutip.sprepost(y, x.dag()) - qutip.spre(x.dag() * y)
                generator += half + qutip.sprepost(x, y.dag()) - qutip.spost(y.dag() * x)
        dissipators.append(generator)
    liouvillian = (-2j * np.pi * (qutip.spre(total) - qutip.spost(total)) + sum(dissipators)).full()
    liouvillian[0] = np.eye(9).reshape(-1, order="F")
    rho = np.linalg.solve(liouvillian, np.eye(81)[0])
    energy = total.full()
    flow = [np.trace(energy @ (d.full() @ rho).reshape(9, 9, order="F")).real for d in dissipators]
    return h * UNIT**2 * np.array(flow)


@pytest.mark.parametrize("equation", ["redfield", "gkls"])
@pytest.mark.parametrize("exchange", [0.0, 60e6])
@pytest.mark.parametrize("weights", [{"weights_hot": (1, 0.9), "weights_cold": (0.8, -1.1)}, PHASES])
def test_the_equation_agrees_with_brute_force(equation, exchange, weights):
    options = {"exchange": exchange, "equation": equation} | weights
    ladders = Ladder([4e9, 3.8e9], [1.0, 1.37]), Ladder([4.03e9, 3.75e9], [1.0, 1.37])
    found = levels(
        ladders,
        Bath(0.5e9, 0.384),
        Bath(0.3e9, 0.096),
        Bath(0.01e9, 0.05),
        resonator=Resonator(4e9, 3.0, 1),
        **options,
    )
    expected = brute_force(**options)
    assert flows(found) == pytest.approx(expected, rel=1e-9, abs=1e-9 * np.abs(expected).max())


def test_exact_transmons_are_nearly_those_of_their_anharmonicity():
    exact = transmon_levels(12.5e9, 250e6, levels=4)
    simple = Ladder.anharmonic(exact.frequency, exact.anharmonicity, 3)
    one, other = (
        levels((ladder, ladder), HOT, COLD, PARASITIC) for ladder in (Ladder.exact(exact, 3), simple)
    )
    assert flows(one) == pytest.approx(flows(other), rel=0.05, abs=0)
    assert not np.allclose(flows(one), flows(other), rtol=1e-4, atol=0)


def test_arguments_are_refused_by_name():
    ladder = Ladder.anharmonic(4e9, -240e6)
    with pytest.raises(ValueError, match="`transmons` must be a pair of `Ladder`"):
        levels((4e9, 4e9), HOT, COLD)
    with pytest.raises(ValueError, match="`transmons` must be a pair of two ladders"):
        levels(ladder, HOT, COLD)
    with pytest.raises(ValueError, match="`equation` must be"):
        levels((ladder, ladder), HOT, COLD, equation="secular")
    with pytest.raises(ValueError, match="`parasitic_jumps` must be"):
        levels((ladder, ladder), HOT, COLD, parasitic_jumps="none")
    with pytest.raises(ValueError, match="`weights_cold` must be finite"):
        levels((ladder, ladder), HOT, COLD, weights_cold=(1, complex(0, np.nan)))
    with pytest.raises(ValueError, match="`exchange` must be so small"):
        levels((ladder, ladder), HOT, COLD, PARASITIC, exchange=4.5e9)
    with pytest.raises(ValueError, match="one stationary state"):
        levels((ladder, ladder), HOT, COLD, Bath(1e-6, 0.05))


def test_both_equations_agree_within_their_range_and_one_stays_a_state_beyond():
    transmon, resonator = Ladder.of_transmon(4e9, 178e6, 5), Resonator(4e9, 100)
    both = {"transmons": (transmon, transmon), "resonator": resonator}
    weak = [Bath(2e5, 0.22), Bath(2e5, 0.096), Bath(4e3, 0.05)]
    one, other = (levels(hot=weak[0], cold=weak[1], parasitic=weak[2], equation=equation, **both)
                  for equation in ("redfield", "gkls"))  # fmt: skip
    assert flows(one) == pytest.approx(flows(other), rel=1e-3, abs=0)
    # Rates of half a linewidth and more: near a pole the populations of "redfield" are none.
    strong = {"hot": Bath(0.5e9, 0.22), "cold": COLD, "parasitic": PARASITIC}
    assert levels(equation="redfield", **both, **strong).populations.min() < -0.1
    assert levels(equation="gkls", **both, **strong).populations.min() > 0


def test_an_exchange_between_transmons_an_octave_apart_is_a_small_change_as_for_qubits():
    exchange, resonator = np.array([0.0, 5e6, 10e6]), Resonator(4e9, 20)
    ladders = Ladder.of_transmon(2e9, 178e6, 4), Ladder.of_transmon(4e9, 178e6, 4)
    found = levels(ladders, HOT, COLD, PARASITIC, resonator=resonator, exchange=exchange).currents.cold
    qubits = pair((2e9, 4e9), HOT, COLD, PARASITIC, resonator=resonator, exchange=exchange).currents.cold
    changes, expected = (one[1:] / one[0] - 1 for one in (found, qubits))
    assert changes[1] == pytest.approx(2 * changes[0], rel=0.02, abs=0)  # interference on the filter's tail
    assert np.all((changes > expected) & (changes < 2 * expected))
