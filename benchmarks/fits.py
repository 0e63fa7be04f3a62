"""Fit a switching measurement beside the same lmfit fit that calls QuTiP at every point: python benchmarks/fits.py.

All points are of two resonant qubits, which QuTiP solves as one master equation. The fits with a tuned QuTiP are run
to their end, from a guess as one types it; with the public `qutip.steadystate` that would take minutes, so single
calls are timed and multiplied by how many the other one needed. The exit code is 1 where the answers differ.
"""

# ruff: noqa: E402  (the number of threads must be set before numpy is imported)

import os
import sys
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"

import lmfit
import numpy as np
import table
import xarray as xr
from clock import Task, by_turns
from qutip_comparators import _ABSORBED, _EMITTED, _JUMPS, _NOTHING, _steadystate_direct, qutip

from valvelab.analysis import MODELS, Points, Rates, bootstrap, fit_switching, sample_posterior
from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Resonator

RESULTS = Path(__file__).with_name("results")
FREQUENCY, NOISE = 4e9, 2e-18
QUANTUM = PLANCK * FREQUENCY / BOLTZMANN
TRUTH = Rates(0.5e9, 0.5e9, 0.01e9, 0.05)
UNIT = 1e9
EACH = [qutip.lindblad_dissipator(jump) for jump in _JUMPS]
SUPER = [part.to("dense") for part in (EACH[0], EACH[1], EACH[2] + EACH[3], EACH[4] + EACH[5])]
PARTS = np.stack([part.full() for part in SUPER])
EMITTED, ABSORBED = (operator.full().T.reshape(-1, order="F") for operator in (_EMITTED, _ABSORBED))


def dataset(count: int, seed: int = 1) -> xr.Dataset:
    """Return noisy powers of two resonant qubits at so many pairs of temperatures."""
    chance = np.random.default_rng(seed)
    on, hot, cold = (
        np.full(count, FREQUENCY),
        chance.uniform(0.12, 0.5, count),
        chance.uniform(0.06, 0.25, count),
    )
    power = -MODELS["collective"](TRUTH, Points(on, on, hot, cold), Resonator(FREQUENCY, 20.0)).cold
    columns = {
        "configuration": np.full(count, "both"),
        "frequency_1": on,
        "frequency_2": on,
        "temperature_source": hot,
        "temperature_drain": cold,
        "heat_power_drain": power + NOISE * chance.standard_normal(count),
        "heat_power_drain_std": np.full(count, NOISE),
    }
    attributes = {"resonator_frequency": FREQUENCY, "quality_factor": 20.0}
    return xr.Dataset({key: ("point", values) for key, values in columns.items()}, attrs=attributes)


def occupation(temperature: float) -> float:
    """Return the Bose occupation at the qubits' frequency."""
    return 1 / np.expm1(QUANTUM / temperature)


def strengths(values: dict[str, float], hot: float, cold: float) -> np.ndarray:
    """Return the rates of J_-, J_+ and of each qubit alone [UNIT]."""
    n_h, n_c, n_p = occupation(hot), occupation(cold), values["n_p"]
    gamma_h, gamma_c, gamma_p = (values[key] / UNIT for key in ("gamma_h", "gamma_c", "gamma_p"))
    return np.array(
        [
            gamma_h * (1 + n_h) + gamma_c * (1 + n_c),
            gamma_h * n_h + gamma_c * n_c,
            gamma_p * (1 + n_p),
            gamma_p * n_p,
        ]
    )


def heat(emitted: float, absorbed: float, values: dict[str, float], cold: float) -> float:
    """Return the heat into the drain [W]."""
    n_c = occupation(cold)
    return PLANCK * FREQUENCY * values["gamma_c"] * ((1 + n_c) * emitted - n_c * absorbed)


def jump_operators(values: dict[str, float], hot: float, cold: float) -> list[qutip.Qobj]:
    """Return the jump operators of the master equation."""
    down, up, alone_down, alone_up = np.sqrt(strengths(values, hot, cold))
    sizes = (down, up, alone_down, alone_down, alone_up, alone_up)
    return [size * operator for size, operator in zip(sizes, _JUMPS, strict=True)]


def public(values: dict[str, float], hot: float, cold: float) -> float:
    """Call `qutip.steadystate` with its defaults."""
    rho = qutip.steadystate(_NOTHING, jump_operators(values, hot, cold))
    return heat(qutip.expect(_EMITTED, rho), qutip.expect(_ABSORBED, rho), values, cold)


def tuned(values: dict[str, float], hot: float, cold: float) -> float:
    """Do the same without the change of global options in which the public call spends nearly all its time."""
    liouvillian = qutip.liouvillian(_NOTHING, jump_operators(values, hot, cold))
    rho = _steadystate_direct(liouvillian.to("dense"), 0)
    return heat(qutip.expect(_EMITTED, rho), qutip.expect(_ABSORBED, rho), values, cold)


def precomputed(values: dict[str, float], hot: float, cold: float) -> float:
    """Do the same with superoperators that were computed once."""
    rates = strengths(values, hot, cold)
    liouvillian = sum((float(rate) * part for rate, part in zip(rates, SUPER, strict=True)), 0 * SUPER[0])
    rho = _steadystate_direct(liouvillian, 0)
    return heat(qutip.expect(_EMITTED, rho), qutip.expect(_ABSORBED, rho), values, cold)


def bare(values: dict[str, float], hot: float, cold: float) -> float:
    """Take QuTiP's superoperators to NumPy's solver: nothing of QuTiP is called any more."""
    liouvillian = np.tensordot(strengths(values, hot, cold), PARTS, 1)
    liouvillian[0] = np.eye(4).reshape(-1)
    rho = np.linalg.solve(liouvillian, np.eye(16)[0])
    return heat((EMITTED @ rho).real, (ABSORBED @ rho).real, values, cold)


def fit_with(power, data: xr.Dataset) -> lmfit.minimizer.MinimizerResult:
    """Fit with lmfit's default search, one point after the other, as one writes it in a notebook."""
    parameters = lmfit.Parameters()
    for key, value in {"gamma_h": 1e9, "gamma_c": 1e9, "gamma_p": 0.1e9, "n_p": 0.1}.items():
        parameters.add(key, value=value, min=0)
    hot, cold = data["temperature_source"].values, data["temperature_drain"].values
    measured = data["heat_power_drain"].values

    def residual(moved: lmfit.Parameters) -> np.ndarray:
        values = moved.valuesdict()
        return (measured - [power(values, h, c) for h, c in zip(hot, cold, strict=True)]) / NOISE

    return lmfit.minimize(residual, parameters)


def fit_rows() -> list[table.Row]:
    """Measure fits of 200 and 2000 powers, and what others take for 200."""
    few, many = dataset(200), dataset(2000)
    other = fit_with(bare, few)
    values = {key: parameter.value for key, parameter in other.params.items()}
    found = by_turns(
        {
            "200": Task(lambda: fit_switching(few)),
            "2000": Task(lambda: fit_switching(many)),
            "tuned": Task(lambda: fit_with(tuned, few), rounds=2),
            "precomputed": Task(lambda: fit_with(precomputed, few), rounds=2),
            "bare": Task(lambda: fit_with(bare, few), rounds=3),
            "public": Task(lambda: [public(values, 0.384, 0.096) for _ in range(5)], 5, rounds=5),
        },
        15,
    )
    ours = fit_switching(few).rates
    deviation = max(abs(getattr(ours, key) / values[key] - 1) for key in ("gamma_h", "gamma_c", "gamma_p"))
    evaluations = other.nfev * 200
    return [
        table.Row(
            "fit of 200 powers",
            found["200"],
            at_most=10e-3,
            remark="fit_switching, 4 parameters, errors and all",
        ),
        table.Row(
            "fit of 200 powers",
            found["200"],
            "lmfit, qutip.steadystate a point",
            found["public"].times(evaluations),
            at_least=10_000,
            remark=f"extrapolated: {evaluations} points",
        ),
        table.Row(
            "fit of 200 powers",
            found["200"],
            "lmfit, QuTiP around its options",
            found["tuned"],
            at_least=100,
            deviation=deviation,
            tolerance=2e-3,
        ),
        table.Row(
            "fit of 200 powers",
            found["200"],
            "- and superoperators precomputed",
            found["precomputed"],
            deviation=deviation,
            tolerance=2e-3,
        ),
        table.Row(
            "fit of 200 powers",
            found["200"],
            "- its matrices in numpy.linalg.solve",
            found["bare"],
            deviation=deviation,
            tolerance=2e-3,
        ),
        table.Row("fit of 2000 powers", found["2000"], at_most=20e-3),
    ]


def sampling_rows() -> list[table.Row]:
    """Measure bootstrap and posterior."""
    fit = fit_switching(dataset(200))
    found = by_turns(
        {
            "bootstrap": Task(lambda: bootstrap(fit, 1000), rounds=5),
            "posterior": Task(lambda: sample_posterior(fit, 32, 1000), rounds=5),
        },
        5,
    )
    return [
        table.Row("1000 bootstrap refits of 200 powers", found["bootstrap"], at_most=2.0),
        table.Row("emcee, 32 walkers x 1000 steps, 200 powers", found["posterior"], at_most=2.0),
    ]


def main() -> int:
    """Measure, print and write the table."""
    rows = [*fit_rows(), *sampling_rows()]
    print(table.write(rows, RESULTS, "fits"))
    return int(not all(row.agrees for row in rows))


if __name__ == "__main__":
    sys.exit(main())
