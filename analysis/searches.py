"""Who is told how a search goes on: a fit of a slow model takes minutes, and ends nobody knows when."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import numpy.typing as npt

Watch = Callable[[str, int, float], None]
"""Takes the model, how many evaluations there were in all searches, and chi-square at the last one."""

_watch: ContextVar[Callable[[str, float], None] | None] = ContextVar("watch", default=None)


@contextmanager
def watched_searches(watch: Watch) -> Iterator[None]:
    """Call a function after each evaluation of each search that goes on meanwhile in this thread.

    A fit is several: from other starts, with a quicker model first, of profiles and of what is not assumed.

    Examples
    --------
    >>> with watched_searches(lambda model, count, chi_square: print(count, chi_square)):  # doctest: +SKIP
    ...     fit_switching(reduced, "transmons")
    """
    count = 0

    def tell(model: str, chi_square: float) -> None:
        nonlocal count
        count += 1
        watch(model, count, chi_square)

    token = _watch.set(tell)
    try:
        yield
    finally:
        _watch.reset(token)


def tell_evaluation(model: str, residual: npt.NDArray[np.float64]) -> None:
    """Tell who watches, if anybody does, of one evaluation."""
    tell = _watch.get()
    if tell is not None:
        tell(model, float(np.sum(residual**2)))
