"""What a table takes, and what has become of it, on the screen."""

from typing import TYPE_CHECKING, Any

from valvelab.units import format_quantity

from .options import print_table

if TYPE_CHECKING:
    from valvelab.analysis import Cost, Table


def cost_text(cost: "Cost") -> str:
    """Return what a table takes, in words."""
    if not cost.missing:
        return f"All {cost.places} places are there."
    begun = (
        f"{cost.places} places"
        if cost.missing == cost.places
        else f"{cost.missing} more of {cost.places} places"
    )
    each, whole = (format_quantity(time, "time", 2) for time in (cost.seconds_a_place, cost.seconds))
    return f"{begun}, {each} each: about {whole} for {cost.who}, and {cost.memory / 1e6:.0f} MB of memory."


def described_table(table: "Table") -> dict[str, Any]:
    """Return what a table is, as JSON can hold it."""
    return {
        "file": table.source,
        "model": table.model,
        "degree": table.degree,
        "ranges": {name: list(span) for name, span in table.grid.ranges.items()},
        "boxes": [
            {
                "frequency_1": list(first),
                "frequency_2": list(second),
                **{
                    f"{key}_{side}": float(getattr(table, key)[number, place])
                    for key in ("error", "largest_error", "size")
                    for place, side in enumerate(("source", "drain"))
                },
            }
            for number, (first, second) in enumerate(table.grid.boxes)
        ],
    }


def print_tabulated(table: "Table") -> None:
    """Print how far a table reaches, and how exact it is."""
    from valvelab.analysis import KINDS, axis_text

    rows = [
        [name, *(axis_text(name, end) for end in table.grid.ranges[name])]
        for name in KINDS
        if name in table.grid.ranges
    ]
    print_table(f"Table of '{table.model}', degree {table.degree}", ["axis", "from", "to"], rows)
    rows = []
    for number, box in enumerate(table.grid.boxes):
        off, most, size = (
            format_quantity(float(getattr(table, key)[number, 1]), "power", 2)
            for key in ("error", "largest_error", "size")
        )
        rows.append([*map(_frequencies, box), size, off, most])
    print_table(
        "Heat into the drain between the nodes, and what the table is off by there (root mean squares)",
        ["qubit 1", "qubit 2", "heat", "off by", "at most"],
        rows,
        2,
    )


def _frequencies(span: tuple[float, float]) -> str:
    low, high = (format_quantity(end, "frequency", 5) for end in span)
    return low if low == high else f"{low} to {high}"
