"""The paper's own numbers: Table I, Fig. 5 and what its text says about them, computed and compared."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath, Resonator, collective, detuned, independent

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

FREQUENCY, HOT, COLD = 4e9, 0.384, 0.096
GAMMA, GAMMA_P, QUALITY_FACTOR = 0.5e9, 0.01e9, 20.0
TWO_PI = 2 * np.pi


@dataclass(frozen=True)
class Claim:
    """A number in the text of the paper, and what is computed for it."""

    statement: str
    stated: float
    observable: str
    computed: float
    tolerance: float
    """What rounding in the text allows."""

    @property
    def agrees(self) -> bool:
        """Whether the computed number rounds to the stated one."""
        return abs(self.computed - self.stated) <= self.tolerance


def figure_5(rate_factor: float = 1.0) -> "xr.Dataset":
    """Compute Fig. 5: heat currents against qubit number and parasitic temperature at Table I.

    Parameters
    ----------
    rate_factor
        1 where the paper's rates "in GHz" are 1e9 1/s, 2 pi where they are ordinary frequencies; every current
        scales with it, no ratio does.

    Returns
    -------
    Dataset with the coordinates ``qubits`` and ``parasitic_temperature`` [K]. ``detuned_...`` is twice the current
    with qubit 2 at half the resonator's frequency, Eq. (D4) with the filter of Eq. (D5).
    """
    import xarray as xr

    temperatures = np.linspace(0.05, 0.5, 46)
    hot, cold = Bath(rate_factor * GAMMA, HOT), Bath(rate_factor * GAMMA, COLD)
    parasitic = Bath(rate_factor * GAMMA_P, temperatures)
    numbers = np.arange(1, 11)
    states = [collective(int(n), FREQUENCY, hot, cold, parasitic).currents for n in numbers]
    half = detuned((FREQUENCY, FREQUENCY / 2), hot, cold, parasitic, Resonator(FREQUENCY, QUALITY_FACTOR))
    watt = {"units": "W"}
    over_both, over_temperature = ("qubits", "parasitic_temperature"), ("parasitic_temperature",)
    return xr.Dataset(
        {
            "hot": (over_both, [s.hot for s in states], watt | {"long_name": "Q_h, out of the source"}),
            "drain": (over_both, [-s.cold for s in states], watt | {"long_name": "-Q_c, into the drain"}),
            "parasitic": (over_both, [s.parasitic for s in states], watt | {"long_name": "Q_p"}),
            "paper": (over_both, [s.paper for s in states], watt | {"long_name": "Eq. (24)"}),
            "independent": (
                ("qubits",),
                [float(independent(int(n), FREQUENCY, hot, cold).hot) for n in numbers],
                watt | {"long_name": "Q_ind, Eq. (26)"},
            ),
            "detuned_hot": (over_temperature, 2 * half.hot, watt | {"long_name": "2 Q_h, detuned"}),
            "detuned_drain": (over_temperature, -2 * half.cold, watt | {"long_name": "-2 Q_c, detuned"}),
        },
        {
            "qubits": ("qubits", numbers, {"units": "1", "long_name": "number of qubits"}),
            "parasitic_temperature": ("parasitic_temperature", temperatures, {"units": "K"}),
        },
        {"source": "arXiv:2401.17469, Table I and Fig. 5", "rate_factor": rate_factor},
    )


def claims(figure: "xr.Dataset") -> list[Claim]:
    """Return what the text states beside what each observable gives; where they differ, the reader must know which."""
    found = []
    for temperature, stated in ((0.05, 13.0), (0.45, -4.0)):
        point = figure.sel(qubits=2).sel(parasitic_temperature=temperature, method="nearest")
        for key, observable in (("paper", "Eq. (24)"), ("hot", "Q_h"), ("drain", "-Q_c")):
            change = 100 * (float(point[key]) / float(point["independent"]) - 1)
            statement = f"enhancement at T_p = {temperature * 1e3:.0f} mK (%)"
            found.append(Claim(statement, stated, f"{observable} / Q_ind - 1", change, 0.5))
        for key, over, observable in (("hot", "detuned_hot", "Q_h"), ("drain", "detuned_drain", "-Q_c")):
            change = 100 * (float(point[key]) / float(point[over]) - 1)
            statement = f"as an experiment measures it, T_p = {temperature * 1e3:.0f} mK (%)"
            found.append(Claim(statement, stated, f"{observable} / 2 Q_det - 1", change, 0.5))
        twice = float(point["detuned_hot"]) / float(point["independent"])
        found.append(Claim("twice detuned equals independent", 1.0, "2 Q_det / Q_ind, source", twice, 0.025))
    for hot, stated in ((1.0, 1.42), (3.0, 0.57)):
        found.append(
            Claim(f"T_0 / T* at T_h = {hot:g} T_0", stated, "Eq. (16)", _effective_ratio(hot), 0.005)
        )
    caption = BOLTZMANN * COLD / PLANCK / 1e9
    found.append(
        Claim("nu_Tc in the caption of Fig. 5 for T_c = 96 mK (GHz)", 1.0, "k_B T_c / h", caption, 0.05)
    )
    return found


def draw_figure_5(figure: "xr.Dataset") -> "Figure":
    """Draw Fig. 5(a) and (b), with the observable in the legend."""
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(9, 3.8), layout="constrained")
    left, right = drawing.subplots(1, 2)
    shades: Any = ("#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00")
    for shade, temperature in zip(shades, (0.05, 0.1, 0.15, 0.25, 0.45), strict=True):
        line = figure["hot"].sel(parasitic_temperature=temperature, method="nearest") / figure["qubits"]
        left.plot(figure["qubits"], line * 1e15, "o-", color=shade, ms=4, label=f"{temperature * 1e3:.0f} mK")
    left.plot(figure["qubits"], figure["independent"] / figure["qubits"] * 1e15, "k--", label="independent")
    left.set(xlabel="number of qubits $N$", ylabel="$\\dot Q_h / N$ (fW)")
    left.legend(title="$T_p$", frameon=False)
    two, kelvin = figure.sel(qubits=2), figure["parasitic_temperature"] * 1e3
    right.plot(kelvin, two["hot"] * 1e15, color="#0072B2", label="$\\dot Q_h$")
    right.plot(kelvin, two["drain"] * 1e15, color="#0072B2", ls="-.", label="$-\\dot Q_c$")
    right.plot(kelvin, two["paper"] * 1e15, color="0.5", ls=":", label="Eq. (24)")
    right.plot(
        kelvin,
        np.full(kelvin.size, float(two["independent"]) * 1e15),
        "--",
        color="#D55E00",
        label="Eq. (26)",
    )
    right.plot(kelvin, two["detuned_hot"] * 1e15, color="#009E73", ls=(0, (1, 1)), label="$2\\dot Q_h^{det}$")
    right.plot(
        kelvin,
        two["detuned_drain"] * 1e15,
        color="#009E73",
        ls=(0, (3, 1, 1, 1)),
        label="$-2\\dot Q_c^{det}$",
    )
    right.set(xlabel="parasitic temperature $T_p$ (mK)", ylabel="heat current, $N = 2$ (fW)")
    right.legend(frameon=False, ncols=2)
    return drawing


def _effective_ratio(hot: float) -> float:
    """Return T_0 / T* for T_c = T_0 / 3 and equal rates, Eq. (16)."""
    n_h, n_c = 1 / np.expm1(1 / hot), 1 / np.expm1(3.0)
    return float(np.log((2 + n_h + n_c) / (n_h + n_c)))
