"""The curves of Figs. 4 and 5 of the paper, where a parasitic bath mixes the values of J."""

from typing import TYPE_CHECKING

import numpy as np

from valvelab.sim import (
    Bath,
    Table1,
    collective,
    detuned,
    effective_temperature,
    fixed_spin_current,
    independent,
)

from .paper_settings import (
    FREQUENCY,
    UNIT,
    Array,
    described,
    inverse_effective_temperature,
    parasitic_bath,
    reservoirs,
)

if TYPE_CHECKING:
    import xarray as xr

_MEANINGS = {
    "hot": ("Q_h", "22"),
    "drain": ("-Q_c", "22"),
    "parasitic": ("Q_p", "32"),
    "equation_24": ("the quantity of Eq. (24), no current while Q_p is not 0", "24"),
    "hot_vanishing_rate": ("Q_h for gamma_p -> 0+", "22"),
}


def figure_4(source: Array, inverse_parasitic: Array, numbers: Array) -> "xr.Dataset":
    """Compute Fig. 4: currents and <J^2> for T_c = T_0 / 3; panels (a, b) are T_h = T_0, (c, d) T_h = 3 T_0.

    Currents are those for each qubit over hbar omega_0^2, <J^2> is over N/2 (N/2 + 1).

    Parameters
    ----------
    source
        T_h / T_0, shape (S,).
    inverse_parasitic
        T_0 / T_p, shape (P,).
    numbers
        Numbers of qubits, shape (N,).
    """
    import xarray as xr

    baths = reservoirs(1 / source[:, None])
    currents, squared, squared_limit = _swept(numbers, FREQUENCY, baths, parasitic_bath(inverse_parasitic))
    every = ("source_temperature", "inverse_parasitic_temperature", "qubits")
    per_qubit, largest = numbers * UNIT, numbers / 2 * (numbers / 2 + 1)
    variables = {
        name: described(
            every, flow / per_qubit, f"{_MEANINGS[name][0]}, over N hbar omega_0^2", _MEANINGS[name][1]
        )
        for name, flow in currents.items()
    }
    single = independent(1, FREQUENCY, *baths).hot[:, 0] / UNIT
    ideal = fixed_spin_current(numbers / 2, FREQUENCY, *baths) / per_qubit
    effective = inverse_effective_temperature(1 / source)
    meaning = "<J^2> / [N/2 (N/2 + 1)]"
    variables |= {
        "independent": described(every[:1], single, "Q_ind / (N hbar omega_0^2)", "26"),
        "ideal": described(
            every[::2], ideal, "Q_h / (N hbar omega_0^2) at J = N/2, no parasitic bath", "24, C9"
        ),
        "effective": described(every[:1], effective, "T_0 / T*", "16"),
        "spin_squared": described(every, squared / largest, meaning, "33"),
        "spin_squared_vanishing_rate": described(
            every, squared_limit / largest, f"{meaning} for gamma_p -> 0+", "33"
        ),
    }
    return xr.Dataset(
        {f"figure_4_{name}": variable for name, variable in variables.items()},
        {
            every[0]: described(every[:1], source, "T_h / T_0"),
            every[1]: described(every[1:2], inverse_parasitic, "T_0 / T_p"),
            every[2]: described(every[2:], numbers, "number of qubits N"),
        },
    )


def figure_5(table: Table1, temperature: Array, numbers: Array, exponent: Array) -> "xr.Dataset":
    """Compute Fig. 5: heat currents [W] against number of qubits and parasitic temperature.

    ``figure_5_detuned_...`` is twice the current with qubit 2 at half the resonator's frequency, Eq. (D4).

    Parameters
    ----------
    table
        Temperatures, rates and quality factor.
    temperature
        T_p [K], shape (P,).
    numbers
        Numbers of qubits, shape (N,).
    exponent
        Powers of f_2 / f_LC in the filter, shape (E,): Eq. (D5) has 0; Eq. (B19), of which it was made, has 1 at fixed
        coupling and 2 for a transmon tuned by flux.
    """
    import xarray as xr

    frequency, baths, parasitic = table.frequency, table.reservoirs, table.parasitic(temperature)
    currents, *_ = _swept(numbers, frequency, baths, parasitic)
    over = ("parasitic_temperature", "qubits")
    variables = {name: described(over, flow, *_MEANINGS[name], "W") for name, flow in currents.items()}
    single = np.asarray([independent(int(n), frequency, *baths).hot for n in numbers])
    variables["independent"] = described(("qubits",), single, "Q_ind", "26", "W")
    effective = effective_temperature(frequency, *baths)
    variables["effective_temperature"] = described((), effective, "T*", "16", "K")
    one = detuned((frequency, frequency / 2), *baths, parasitic, table.resonator(exponent[:, None]))
    for name, flow in (("hot", one.hot), ("drain", -one.cold), ("parasitic", one.parasitic)):
        meaning = f"twice {_MEANINGS[name][0]} with qubit 2 detuned"
        variables[f"detuned_{name}"] = described(
            ("filter_exponent", "parasitic_temperature"), 2 * flow, meaning, "D4", "W"
        )
    return xr.Dataset(
        {f"figure_5_{name}": variable for name, variable in variables.items()},
        {
            over[0]: described(over[:1], temperature, "T_p", units="K"),
            over[1]: described(over[1:], numbers, "number of qubits N"),
            "filter_exponent": described(("filter_exponent",), exponent, "power of f / f_LC in the filter"),
        },
    )


def _swept(
    numbers: Array, frequency: float, baths: tuple[Bath, Bath], parasitic: Bath
) -> tuple[dict[str, Array], Array, Array]:
    """Return currents, <J^2>, and <J^2> for gamma_p -> 0+, with the number of qubits last."""
    temperature = np.asarray(parasitic.temperature)
    shape = np.broadcast_shapes(np.shape(baths[0].temperature), temperature.shape)
    both = np.array([parasitic.rate, 0.0]).reshape(2, *(1,) * len(shape))
    states = [collective(int(n), frequency, *baths, Bath(both, temperature)) for n in numbers]
    flows = [state.currents for state in states]
    by_number = {
        "hot": [flow.hot[0] for flow in flows],
        "drain": [-flow.cold[0] for flow in flows],
        "parasitic": [flow.parasitic[0] for flow in flows],
        "equation_24": [flow.paper[0] for flow in flows],
        "hot_vanishing_rate": [flow.hot[1] for flow in flows],
    }
    squared = np.stack([state.mean_spin_squared for state in states], axis=-1)
    return {name: np.stack(flow, axis=-1) for name, flow in by_number.items()}, squared[0], squared[1]
