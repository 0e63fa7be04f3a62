"""The valvelab command: each verb reads a file, calls one function and writes a file."""

import importlib
import os
import sys
from typing import Any

import click

from valvelab import __version__
from valvelab.errors import KindError, ValvelabError

VERBS = (
    "demo",
    "check",
    "safe",
    "calibrate",
    "plan",
    "tabulate",
    "run",
    "resume",
    "reduce",
    "fit",
    "report",
    "map",
    "paper",
    "compare",
    "simulate",
)
"""The verbs in the order in which an experiment meets them; each is a module of this package."""


class _Verbs(click.Group):
    """Load the module of a verb only when it is called: qcodes and qutip take seconds."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"valvelab.cli.{name}").command
        return command

    def invoke(self, context: click.Context) -> Any:
        """Call the verb; where files were confused, say in which order it wants them."""
        try:
            return super().invoke(context)
        except KindError as error:
            verb = self.get_command(context, context.invoked_subcommand or "")
            parts = [part for part in verb.params if isinstance(part, click.Argument)] if verb else []
            if len(parts) < 2:
                raise
            order = " ".join((part.name or "").upper() for part in parts)
            raise KindError(f"{error}; the order is {order}") from None


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="valvelab")
def group() -> None:
    """Measure, fit and simulate a two-qubit Dicke heat valve.

    A run is a folder and a verb is a command: run or resume measures, reduce turns voltages into powers, fit
    turns powers into rates and temperatures, report tells. Each verb reads the file of the one before, so any
    step can be repeated later, without instruments.

    Try `valvelab demo`: all of it, on a simulated cryostat.
    """


def main() -> None:
    """Run the command; a mistake of the user's ends with exit code 2 and its message alone."""
    # Matrices are small here: threads of BLAS only wait for each other, fifty times as long on a busy machine.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    try:
        group(prog_name="valvelab", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except ValvelabError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        if error.filename is None:
            raise
        from valvelab.files import plain_reason

        click.echo(f"Error: {error.filename}: {plain_reason(error)}; check permissions and space", err=True)
        sys.exit(2)
