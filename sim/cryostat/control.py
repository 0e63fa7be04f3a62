"""Faults by lines of text, for a program or a person at a second terminal (``nc 127.0.0.1 PORT``).

``add {kind: late_reply, at: coil_1, delay: 3 s, times: 1}`` adds a fault as it stands in a file and answers its number;
``list`` shows all with how often they have struck, ``remove 1`` and ``clear`` end them. The last line of an answer
begins with ``ok`` or with ``error``.
"""

import socketserver
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from .faults import Faults

_LONGEST_LINE = 4096
_VERBS = "add {kind: ...}, list, remove NUMBER, clear"


class ControlConnection(socketserver.StreamRequestHandler):
    """One connection to the faults of a cryostat.

    Parameters
    ----------
    faults
        The faults.
    arguments
        What every handler of `socketserver` is given.
    """

    def __init__(self, faults: Faults, *arguments: Any) -> None:
        self._faults = faults
        super().__init__(*arguments)

    def handle(self) -> None:
        """Obey one line after the other until the other side hangs up."""
        with suppress(ConnectionError):
            while (line := self.rfile.readline(_LONGEST_LINE)).endswith(b"\n"):
                try:
                    answer = list(obey(self._faults, line.decode("utf-8", "replace")))
                except ValueError as error:
                    answer = [f"error: {error}"]
                self.wfile.write("".join(f"{told}\n" for told in answer).encode())


def obey(faults: Faults, line: str) -> Iterator[str]:
    """Obey one line and yield the lines of the answer.

    Raises
    ------
    ValueError
        If the line is none of those that are known.
    """
    verb, _, rest = line.strip().partition(" ")
    match verb:
        case "add":
            yield f"ok {faults.add(**_keys(rest))}"
        case "list":
            for number, (fault, struck) in faults.report().items():
                told = fault.model_dump(mode="json", exclude_none=True)
                yield f"{number} struck {struck} {{{', '.join(f'{key}: {value}' for key, value in told.items())}}}"
            yield "ok"
        case "remove":
            faults.remove(int(rest) if rest.strip().isdigit() else 0)
            yield "ok"
        case "clear":
            faults.clear()
            yield "ok"
        case _:
            raise ValueError(f"must be one of {_VERBS}, found {verb!r}")


def _keys(text: str) -> dict[str, Any]:
    try:
        keys = YAML(typ="safe").load(text)
    except (YAMLError, ValueError, RecursionError):
        keys = None
    if not isinstance(keys, dict) or "kind" not in keys:
        raise ValueError(f"must be a fault such as {{kind: no_reply, at: coil_1, times: 1}}, found {text!r}")
    return {str(key): value for key, value in keys.items()}
