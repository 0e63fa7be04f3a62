"""The curves of Figs. 3 and 6 of the paper, which have a formula, and all curves in one dataset."""

from typing import TYPE_CHECKING

import numpy as np

from valvelab.sim import (
    Table1,
    current_bound,
    fixed_spin_current,
    high_temperature_current,
    high_temperature_inversion,
    independent,
    mean_inversion,
)

from .paper_parasitic import figure_4, figure_5
from .paper_settings import FREQUENCY, T_0, UNIT, Array, described, inverse_effective_temperature, reservoirs

if TYPE_CHECKING:
    import xarray as xr


def paper_curves(table: Table1) -> "xr.Dataset":
    """Compute every curve of Figs. 3 to 6.

    Parameters
    ----------
    table
        The parameters of Fig. 5; the other figures are in units of T_0 and omega_0.

    Returns
    -------
    Dataset with the variables ``figure_3_...`` to ``figure_6_...``, each with unit, meaning and equation.
    """
    import xarray as xr

    numbers, spins = np.arange(1.0, 11), np.arange(1, 17) / 2
    inverse_parasitic = np.sort(
        [0.1, 0.3, 1, 3, 10, 100, *inverse_effective_temperature(np.array([1, 1 / 3]))]
    )
    figures = [
        figure_3(np.arange(1, 61) / 20, spins),
        figure_4(np.array([1.0, 3.0]), inverse_parasitic, numbers),
        figure_5(table, np.arange(5, 51) / 100, numbers, np.arange(3.0)),
        figure_6(np.arange(1, 201) / 20, spins),
    ]
    return xr.merge(figures, join="exact", compat="equals").assign_attrs(
        source="arXiv:2401.17469",
        figure_5_frequency=table.frequency,
        figure_5_gamma=table.rate,
        figure_5_gamma_p=table.parasitic_rate,
        figure_5_source_temperature=table.hot,
        figure_5_drain_temperature=table.cold,
        figure_5_quality_factor=table.quality_factor,
    )


def figure_3(inverse_source: Array, spin: Array) -> "xr.Dataset":
    """Compute Fig. 3: the current through a conserved spin J for T_c = T_0 / 3, over J hbar omega_0^2.

    Parameters
    ----------
    inverse_source
        T_0 / T_h, shape (S,).
    spin
        J, shape (J,). The independent current is that of N = 2 J qubits.
    """
    import xarray as xr

    baths = reservoirs(inverse_source[:, None])
    both, source = ("inverse_source_temperature", "spin"), ("inverse_source_temperature",)
    per_spin = spin * UNIT
    hot = fixed_spin_current(spin, FREQUENCY, *baths) / per_spin
    high = high_temperature_current(spin, FREQUENCY, *baths) / per_spin
    limit = current_bound(1, FREQUENCY, *baths)[:, 0] / UNIT
    single = independent(2, FREQUENCY, *baths).hot[:, 0] / UNIT
    effective = inverse_effective_temperature(inverse_source)
    return xr.Dataset(
        {
            "figure_3_hot": described(both, hot, "Q_h / (J hbar omega_0^2)", "24, C9"),
            "figure_3_hot_limit": described(both, high, "the same for J T_0 << T*", "30"),
            "figure_3_bound": described(source, limit, "Q_lim / (J hbar omega_0^2)", "28"),
            "figure_3_independent": described(source, single, "Q_ind / (J hbar omega_0^2), N = 2 J", "26"),
            "figure_3_effective": described(source, effective, "T_0 / T*", "16"),
        },
        {
            source[0]: described(source, inverse_source, "T_0 / T_h"),
            "spin": described(("spin",), spin, "J"),
        },
    )


def figure_6(temperature: Array, spin: Array) -> "xr.Dataset":
    """Compute Fig. 6: <J_z> of a thermal spin J.

    Parameters
    ----------
    temperature
        T / T_0, shape (T,).
    spin
        J, shape (J,).
    """
    import xarray as xr

    both = ("temperature", "spin")
    inversion, limit = (
        function(spin, FREQUENCY, T_0 * temperature[:, None])
        for function in (mean_inversion, high_temperature_inversion)
    )
    return xr.Dataset(
        {
            "figure_6_inversion": described(both, inversion, "<J_z>", "C9"),
            "figure_6_inversion_limit": described(both, limit, "<J_z> for J T_0 << T", "C11"),
        },
        {
            "temperature": described(("temperature",), temperature, "T / T_0"),
            "spin": described(("spin",), spin, "J"),
        },
    )
