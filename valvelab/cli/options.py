"""Options and outputs that several verbs share."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from valvelab.errors import QuantityError
from valvelab.units import format_quantity, parse_quantity


class Quantity(click.ParamType):  # type: ignore[type-arg] # generic in newer releases only
    """A value with its unit on the command line, such as ``"50 mK"``."""

    def __init__(self, dimension: str, minimum: float, maximum: float) -> None:
        self.name = dimension
        self._minimum, self._maximum = minimum, maximum

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> float:
        """Return the SI value."""
        if isinstance(value, float):
            return value
        try:
            return parse_quantity(value, self.name, minimum=self._minimum, maximum=self._maximum)
        except QuantityError as error:
            self.fail(str(error), parameter, context)


class Between(click.ParamType):  # type: ignore[type-arg] # generic in newer releases only
    """A plain number within bounds."""

    def __init__(self, kind: type[int] | type[float], minimum: float, maximum: float) -> None:
        self.name = "whole number" if kind is int else "number"
        self._kind, self._minimum, self._maximum = kind, minimum, maximum

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> float:
        """Return the number."""
        try:
            number = self._kind(value)
        except ValueError:
            number = None
        if number is None or not self._minimum <= number <= self._maximum:
            bounds = f"between {self._minimum} and {self._maximum}"
            self.fail(f"must be a {self.name} {bounds}, found '{value}'", parameter, context)
        return number


run_argument = click.argument("run", type=click.Path(path_type=Path, file_okay=False))
json_option = click.option("--json", "as_json", is_flag=True, help="Print numbers as JSON, for programs.")


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show a progress bar on the terminal's error stream and yield the function that moves it."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[state]}"),
    )
    # Where nobody watches, the bar would leave an empty line before whatever is said next.
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(title, total=None, state="")

        def move(done: int, total: int, state: str) -> None:
            progress.update(task, completed=done, total=total, state=state)

        yield move


def print_json(value: Any) -> None:
    """Print a value as JSON; what is not finite has become null before."""
    click.echo(json.dumps(value, indent=2, allow_nan=False))


def print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> None:
    """Print an aligned table; the first `left` columns hold words, the others numbers."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for place, name in enumerate(header):
        table.add_column(name, justify="left" if place < left else "right", no_wrap=place >= left)
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 120, highlight=False).print(table)


def print_fit(summary: Mapping[str, Any]) -> None:
    """Print parameters, enhancements and warnings of a switching fit as tables."""
    truth = any("truth" in entry for entry in summary["parameters"].values())
    header = ["value", "error", *(["truth", "pull"] if truth else [])]
    freedom = summary["degrees_of_freedom"]
    print_table(
        f"Model '{summary['model']}': chi-square {summary['chi_square']:.4g} for {freedom} degrees of freedom",
        ["parameter", *header],
        [[name, *_cells(entry, truth)] for name, entry in summary["parameters"].items()],
    )
    limit = summary["parasitic_temperature_limit_95"]
    if limit is not None:
        click.echo(f"T_p is below {format_quantity(limit, 'temperature', 3)} (95 %, one-sided)\n")
    at = summary["operating_point"]
    print_table(
        f"Enhancement at T_h = {format_quantity(at['source_temperature'], 'temperature', 4)}, "
        f"T_c = {format_quantity(at['drain_temperature'], 'temperature', 4)} in every configuration",
        ["ratio", *header],
        [[entry["meaning"], *_cells(entry, truth)] for entry in summary["enhancements"].values()],
    )
    for warning in summary["warnings"]:
        click.secho(f"Warning: {warning}\n", fg="yellow")


def _cells(entry: Mapping[str, Any], truth: bool) -> list[str]:
    from valvelab.analysis import entry_texts

    value, error, true, pull = entry_texts(entry)
    return [value, error, *([true, pull] if truth else [])]
