"""``valvelab paper``: figures, Table I and claims of arXiv:2401.17469."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import json_option, print_json, print_notes, print_table

if TYPE_CHECKING:
    from valvelab.analysis import paper


@click.command(name="paper", short_help="Compute the paper's figures and check its numbers.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("paper"), show_default=True, help="Folder to make."
)
@click.option(
    "--two-pi", is_flag=True, help="Read the rates 'in GHz' of Table I as ordinary frequencies: times 2 pi."
)
@click.option(
    "--caption-temperature",
    is_flag=True,
    help="Take T_c of Fig. 5 from its caption, 1.0 GHz = 48 mK, instead of 96 mK.",
)
@json_option
def command(out: Path, two_pi: bool, caption_temperature: bool, as_json: bool) -> None:
    """Compute Figs. 3 to 6 and Table I of arXiv:2401.17469, and check every number in its text.

    Says for each claim which observable was computed, whether it agrees, and how a misprint is to be read: the
    paper's 13 %, for one, is one of several ratios.

    Writes each figure (.svg, .png), every curve (curves.nc), table-1.csv and claims.json.

    \b
    Examples:
      valvelab paper
      valvelab paper --two-pi --out paper-two-pi
    """
    from valvelab.analysis import paper
    from valvelab.errors import RunError
    from valvelab.sim import table_1

    if out.exists():
        raise RunError(f"{out}: must be a new folder, found one that is there; choose another --out")
    table = table_1(two_pi=two_pi, caption_temperature=caption_temperature)
    claims = paper.paper_claims(table)
    paper.write_paper(table, claims, out)
    if as_json:
        print_json(paper.claims_as_json(claims))
        return
    _print(claims)
    click.echo(f"Figures, curves, Table I and these claims are in {out}.")


def _print(claims: Mapping[str, Sequence[paper.Claim]]) -> None:
    """Print a table for each place in the text, and below it how to read what does not agree."""
    header = ["the text", "computed here", "stated", "computed", "agrees"]
    for place, group in claims.items():
        rows, notes = [], []
        for claim in group:
            agrees = "yes" if claim.agrees else "no"
            if claim.reading:
                notes.append(claim.reading)
                agrees += f" [{len(notes)}]"
            rows.append(
                [claim.statement, claim.observable, claim.stated.text, f"{claim.computed:.4g}", agrees]
            )
        print_table(place, header, rows, left=2)
        print_notes(notes)
