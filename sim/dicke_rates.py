"""The rates between Dicke states |J, m>: one home for the collective and the local bath."""

from typing import TypeVar

from ._checks import Array

Number = TypeVar("Number", float, Array)


def collective_emission(j: Number, m: Number) -> Number:
    """Return the rate of |J, m> -> |J, m - 1> by J_-, in units of one qubit's rate; absorption is m -> -m."""
    return (j + m) * (j - m + 1)


def local_emission(half: float, j: Number, m: Number) -> tuple[Number, Number, Number]:
    """Return the rates of |J, m> -> m - 1 at the same J, at J - 1 and at J + 1 by decays of single qubits (half = N/2).

    In units of one qubit's rate; their sum is N/2 + m; absorption is m -> -m. Chase and Geremia, Phys. Rev. A 78,
    052101 (2008).
    """
    safe = j + (j == 0)  # at J = 0 the numerators vanish
    same = (half + 1) * (j + m) * (j - m + 1) / (2 * safe * (j + 1))
    lower = (j + m - 1) * (j + m) * (j + 1 + half) / (2 * safe * (2 * j + 1))
    higher = (j - m + 1) * (j - m + 2) * (half - j) / (2 * (j + 1) * (2 * j + 1))
    return same, lower, higher
