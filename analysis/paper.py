"""The paper's own numbers: Figs. 3 to 6, Table I and every claim of its text, computed and compared."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.dataset import write_dataset
from valvelab.sim import Table1

from .figures import svg
from .paper_claim import Claim
from .paper_claims import claims_as_json, paper_claims
from .paper_curves import paper_curves
from .paper_figures import paper_figures

__all__ = ["Claim", "claims_as_json", "paper_claims", "paper_curves", "write_paper"]


def write_paper(table: Table1, claims: Mapping[str, Sequence[Claim]], folder: Path) -> None:
    """Write the figures (.svg, .png), every curve (curves.nc), Table I (table-1.csv) and claims.json.

    Parameters
    ----------
    table
        The parameters of Table I and Fig. 5.
    claims
        What `paper_claims` returns for it.
    folder
        A folder that does not exist.

    Raises
    ------
    FileExistsError
        If it does.
    """
    folder.mkdir(parents=True)
    curves = paper_curves(table)
    write_dataset(curves, folder / "curves.nc")
    for name, figure in paper_figures(curves).items():
        figure.savefig(folder / f"{name}.png", dpi=160)
        (folder / f"{name}.svg").write_text(svg(figure), encoding="utf-8")
    with (folder / "table-1.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_table_rows(table))
    text = json.dumps(claims_as_json(claims), indent=2, allow_nan=False)
    (folder / "claims.json").write_text(text + "\n", encoding="utf-8")


def _table_rows(table: Table1) -> list[list[str]]:
    """Return Table I: each value in SI units, and the frequency nu_T = k_B T / h of a temperature."""
    temperatures = {
        "T_c": table.cold,
        "T_h": table.hot,
        "T_p, lowest": table.lowest_parasitic,
        "T_p, highest": table.highest_parasitic,
    }
    rates = {"gamma_c": table.rate, "gamma_h": table.rate, "gamma_p": table.parasitic_rate}
    return [
        ["quantity", "value", "unit", "k_B T / h (Hz)"],
        ["omega_0 / 2 pi", f"{table.frequency:.9g}", "Hz", ""],
        *(
            [name, f"{kelvin:.9g}", "K", f"{BOLTZMANN * kelvin / PLANCK:.9g}"]
            for name, kelvin in temperatures.items()
        ),
        *([name, f"{rate:.9g}", "1/s", ""] for name, rate in rates.items()),
    ]
