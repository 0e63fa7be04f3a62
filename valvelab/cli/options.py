"""Options and outputs that several verbs share."""

import itertools
import json
import math
import shutil
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from valvelab.errors import QuantityError
from valvelab.units import parse_quantity

if TYPE_CHECKING:
    from rich.console import Console


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


MODELS = (
    "collective",
    "pair",
    "independent",
    "levels",
    "resonators",
    "hierarchy",
    "transmons",
    "linear",
)
"""Names of `valvelab.analysis.MODELS`, which is not loaded for a help text."""
IMPERFECTIONS = ("asymmetry", "mismatch", "exchange", "phase", "leak_2", "leak_5", "gain", "drain_scale")
"""Names of `valvelab.analysis.IMPERFECTIONS`."""
MODEL_HELP = f"{', '.join(MODELS)}, or the FILE.nc of a table"


class ModelName(click.ParamType):  # type: ignore[type-arg] # generic in newer releases only
    """The name of a model, or the file of a table of one."""

    name = "model"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """Return what stands in the help."""
        return "MODEL"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> str:
        """Return the name."""
        if value not in MODELS and not value.endswith(".nc"):
            odd = value.endswith("-odd") and value.removesuffix("-odd") in MODELS
            cure = f"; say --model {value.removesuffix('-odd')} --parity -1" if odd else ""
            self.fail(f"must be {MODEL_HELP}, found '{value}'{cure}", parameter, context)
        return str(value)


def read_value(name: str, text: str, units: str) -> float:
    """Return the SI value of a named number whose unit, by its SI one, must or must not be there."""
    from valvelab.analysis import DIMENSIONS

    dimension = DIMENSIONS.get(units)
    try:
        number = float(text) if dimension is None else parse_quantity(text, dimension)
    except QuantityError as error:
        raise click.BadParameter(f"{name}: {error}") from None
    except ValueError:
        raise click.BadParameter(f"{name}: must be a number without unit, found '{text}'") from None
    if not math.isfinite(number):
        raise click.BadParameter(f"{name}: must be a finite number, found '{text}'")
    return number


_A_LINE = 60.0
"""Time between two lines that say how far something is whose end is not known [s]."""

run_argument = click.argument("run", type=click.Path(path_type=Path, file_okay=False))
json_option = click.option("--json", "as_json", is_flag=True, help="Print numbers as JSON, for programs.")


@contextmanager
def progress_bar(
    title: str, total: int, done: int = 0, *, waits: Sequence[float] = ()
) -> Iterator[Callable[[int, int, str], None]]:
    """Show on the error stream how far something is, and yield the function that moves it.

    A terminal gets a bar, which gives way first where there is little room; a file or a pipe gets a line for each
    tenth.

    Parameters
    ----------
    title
        What is going on.
    total, done
        How many steps there are, and are done.
    waits
        How long each step is expected to take, up to a factor, so that the time that is left allows for slow ones;
        equal where it is not given.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _progress_lines(title)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[count]}"),
        TimeRemainingColumn(),
        TextColumn("left"),
        TextColumn("{task.fields[state]}"),
    )
    reached = [0.0, *itertools.accumulate(waits or [1.0] * total)]
    with Progress(*columns, console=console, speed_estimate_period=3600.0) as progress:
        task = progress.add_task(title, total=reached[total], state="", count=f"{done}/{total}")
        progress.update(task, completed=reached[done])

        def move(done: int, total: int, state: str) -> None:
            progress.update(task, completed=reached[done], state=state, count=f"{done}/{total}")

        yield move


@contextmanager
def working(title: str) -> Iterator[Callable[[str], None]]:
    """Show on the error stream that something goes on whose end is not known, and yield what tells how.

    A terminal gets a spinner; a file or a pipe a line a minute.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(title) as status:
            yield lambda state: status.update(f"{title}: {state}")
        return
    told = time.monotonic()

    def line(state: str) -> None:
        nonlocal told
        if time.monotonic() - told >= _A_LINE:
            told = time.monotonic()
            click.echo(f"{title}: {state}", err=True)

    yield line


def searching(tell: Callable[[str], None] | None) -> AbstractContextManager[None]:
    """Tell in `working` how the searches of a fit go on."""
    from valvelab.analysis import watched_searches

    if tell is None:
        return nullcontext()

    def watch(model: str, count: int, chi_square: float) -> None:
        tell(f"evaluation {count}, '{model}' at chi-square {chi_square:.4g}")

    return watched_searches(watch)


def _progress_lines(title: str) -> Callable[[int, int, str], None]:
    told = -1

    def move(done: int, total: int, state: str) -> None:
        nonlocal told
        tenth = 10 * done // total
        if tenth > told:
            told = tenth
            told_state = " ".join(state.split())
            click.echo(f"{title}: {done} of {total}{', ' * bool(told_state)}{told_state}", err=True)

    return move


def print_json(value: Any) -> None:
    """Print a value as JSON; what is not finite has become null before."""
    click.echo(json.dumps(value, indent=2, allow_nan=False))


def say(text: str, *, indent: str = "", err: bool = False, **style: Any) -> None:
    """Print a paragraph; on a terminal its lines break between words, further ones behind an indent."""
    if (sys.stderr if err else sys.stdout).isatty():
        width = shutil.get_terminal_size().columns
        text = textwrap.fill(
            text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
    click.echo(click.style(text, **style) if style else text, err=err)


def print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> None:
    """Print an aligned table; the first `left` columns hold words, the others numbers.

    Words are moved to the next line where a terminal is narrow. Nothing is ever cut: a table that cannot become as
    narrow as the terminal stays wider.
    """
    from rich import box
    from rich.measure import Measurement
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False)
    for place, name in enumerate(header):
        table.add_column(
            name, justify="left" if place < left else "right", no_wrap=place >= left, overflow="fold"
        )
    for row in rows:
        table.add_row(*row)
    console = _console()
    boundless = console.options.update(max_width=1000)
    console.width = max(console.width, Measurement.get(console, boundless, table).minimum)
    say(title, bold=True)
    console.print(table)


def print_notes(notes: Sequence[str]) -> None:
    """Print numbered notes to a table, as wide as the table may be."""
    from rich.padding import Padding
    from rich.table import Table

    if not notes:
        return
    table = Table.grid(padding=(0, 1))
    for number, note in enumerate(notes, start=1):
        table.add_row(f"[{number}]", note)
    _console().print(Padding(table, (0, 0, 1, 2)))


def _console() -> "Console":
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False)
