"""``valvelab paper``: Table I and Fig. 5 of arXiv:2401.17469."""

from pathlib import Path

import click

from .options import json_option, print_json, print_table


@click.command(name="paper", short_help="Compute the paper's Table I and Fig. 5.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("paper"), show_default=True, help="Folder to make."
)
@click.option("--two-pi", is_flag=True, help="Read the paper's rates 'in GHz' as ordinary frequencies.")
@json_option
def command(out: Path, two_pi: bool, as_json: bool) -> None:
    """Compute Table I and Fig. 5 of arXiv:2401.17469 and compare what its text states.

    Writes figure-5.nc, figure-5.png and figure-5.svg. The paper's 13 % is one of several ratios: the table says
    which observable over which reference gives what.
    """
    from dataclasses import asdict

    from valvelab.analysis import paper
    from valvelab.dataset import write_dataset
    from valvelab.errors import RunError

    if out.exists():
        raise RunError(f"{out}: must be a new folder, found one that is there; choose another --out")
    figure = paper.figure_5(paper.TWO_PI if two_pi else 1.0)
    out.mkdir(parents=True)
    write_dataset(figure, out / "figure-5.nc")
    drawing = paper.draw_figure_5(figure)
    drawing.savefig(out / "figure-5.png", dpi=160)
    drawing.savefig(out / "figure-5.svg")
    claims = paper.claims(figure)
    if as_json:
        print_json([asdict(claim) | {"agrees": claim.agrees} for claim in claims])
        return
    rows = [
        [c.statement, c.observable, f"{c.stated:g}", f"{c.computed:.2f}", "yes" if c.agrees else "no"]
        for c in claims
    ]
    print_table(
        "What the text states", ["statement", "observable", "stated", "computed", "agrees"], rows, left=2
    )
    click.echo(f"Figure and curves are in {out}.")
