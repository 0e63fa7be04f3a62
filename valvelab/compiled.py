"""How loops are compiled: with numba, kept on disk where there is a place to keep it."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays on its first call; a division by zero gives infinity, as in NumPy."""
    return _compile(function, {"contract"})


def compiled_sums(function: Function) -> Function:
    """Compile a function whose sums may be taken in any order, several terms at once."""
    return _compile(function, {"contract", "reassoc"})


def _compile(function: Function, freedom: set[str]) -> Function:
    options: Any = {"nogil": True, "error_model": "numpy", "fastmath": freedom}
    try:
        result: Function = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # numba found no folder to write to
        result = numba.njit(**options)(function)
    return result
