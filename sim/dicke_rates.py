"""The rates between Dicke states |J, m>, which every solver and every transient is made of."""

from valvelab.arguments import Values


def collective_emission(j: Values, m: Values) -> Values:
    """Return the rate of |J, m> -> |J, m - 1> by J_-, in units of one qubit's rate.

    It is the square of <J, m - 1| J_- |J, m>; absorption is the same with m -> -m.
    """
    return (j + m) * (j - m + 1)


def local_emission(half: Values, j: Values, m: Values) -> tuple[Values, Values, Values]:
    """Return the rates from |J, m> to m - 1 at J, J - 1 and J + 1 where N = 2 `half` qubits decay each alone.

    In units of one qubit's rate; together they are N/2 + m; absorption is the same with m -> -m. From Chase and
    Geremia, Phys. Rev. A 78, 052101 (2008).
    """
    safe = j + (j == 0)  # at J = 0 the numerators vanish
    same = (half + 1) * (j + m) * (j - m + 1) / (2 * safe * (j + 1))
    lower = (j + m - 1) * (j + m) * (j + 1 + half) / (2 * safe * (2 * j + 1))
    higher = (j - m + 1) * (j - m + 2) * (half - j) / (2 * (j + 1) * (2 * j + 1))
    return same, lower, higher
