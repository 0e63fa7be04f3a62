"""Names of columns that a fit takes, and what becomes of others: a misspelt error must not be ignored in silence."""

import difflib
import re
from collections.abc import Collection

from valvelab.errors import DataError
from valvelab.wording import nearest

from .power_settings import SETTINGS
from .reduced_columns import COLUMNS, MATRICES

_CLOSE = 0.8
"""Likeness, as difflib counts it, from which on a name is a known one misspelt and not somebody's own."""
_ERROR = re.compile(
    r"(?:^|_)(?:std|stdev|stddev|stderr|err|errors?|sigma|unc|uncert|uncertainty|covariance|cov|shifts?)(?:_|$)",
    re.IGNORECASE,
)
"""What names of errors have in them: one that a fit does not know would make its own errors too small."""
_PLACES = ("point", "point_", "index")
"""What numbers the points and is no column of theirs."""
_MOST_NAMED = 6


def demand_known(names: Collection[str], where: str, *, matrices: bool) -> list[str]:
    """Refuse columns that are known ones misspelt, or errors of who knows what; return a remark on others.

    Parameters
    ----------
    names
        All columns of a file.
    where
        What messages call it.
    matrices
        Whether such a file can hold what each point has a row of.

    Returns
    -------
    What is said of columns that may be somebody's own, where there are some.

    Raises
    ------
    DataError
        Naming each column that is refused, and the known one that was probably meant.
    """
    known = {*COLUMNS, *MATRICES}
    others = [name for name in names if name not in known and name not in _PLACES]
    mistakes = [
        f"{where}: {problem}" for name in others if (problem := _misspelt(name, known.difference(names)))
    ]
    if not matrices:
        mistakes += [
            f"{where}: {name} has a row for each point, which no column can hold; give the netCDF file instead"
            for name in names
            if name in MATRICES
        ]
    if mistakes:
        raise DataError("\n".join(mistakes))
    are = "is" if len(others) == 1 else "are"
    return [f"{where}: {_listed(others)} {are} not used by a fit"] if others else []


def unused_settings(names: Collection[str], where: str) -> list[str]:
    """Return remarks on attributes that are nearly, but not quite, what a fit takes."""
    absent = set(SETTINGS).difference(names)
    found = {name: _alike(name, absent) for name in names if name not in SETTINGS}
    return [
        f"{where}: {name} is not used by a fit; is {meant} meant?" for name, meant in found.items() if meant
    ]


def _misspelt(name: str, absent: Collection[str]) -> str:
    """Return why a column is refused, empty where it may be somebody's own; `absent` is what may be meant."""
    if _ERROR.search(name):
        meant = nearest(name, (one for one in absent if _ERROR.search(one)))
        cure = f"is {meant} meant? rename it, or leave it out" if meant else "leave it out"
        return f"{name} is no error that a fit takes; {cure}"
    meant = _alike(name, absent)
    return (
        f"{name} is no column that a fit takes; is {meant} meant? rename it, or leave it out" if meant else ""
    )


def _alike(name: str, known: Collection[str]) -> str | None:
    close = difflib.get_close_matches(name.lower(), sorted(known), n=1, cutoff=_CLOSE)
    return close[0] if close else None


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
