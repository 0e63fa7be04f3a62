"""How the currents of one and two resonant qubits change with rates, occupations and temperatures."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from valvelab.arguments import Array, Values, positive, qubit_number

from .baths import Bath
from .currents import HeatCurrents
from .points import Points


@dataclass(frozen=True)
class CurrentDerivatives:
    """Hold the derivatives of the three heat currents, the parameters on the last axis in the order of `PARAMETERS`.

    In W s for the rates gamma, W for the occupations n, W/K for the temperatures T.
    """

    PARAMETERS: ClassVar[tuple[str, ...]] = (
        "gamma_h",
        "gamma_c",
        "gamma_p",
        "n_h",
        "n_c",
        "n_p",
        "T_h",
        "T_c",
        "T_p",
    )

    hot: Array
    cold: Array
    parasitic: Array

    def by(self, parameter: str) -> HeatCurrents:
        """Return the derivatives by one parameter.

        Raises
        ------
        ValueError
            If there is no parameter of that name.
        """
        if parameter not in self.PARAMETERS:
            known = ", ".join(self.PARAMETERS)
            raise ValueError(f"Argument `parameter` must be one of {known}, but is {parameter!r}.")
        place = self.PARAMETERS.index(parameter)
        return HeatCurrents(self.hot[..., place], self.cold[..., place], self.parasitic[..., place])


def collective_derivatives(
    n_qubits: int, frequency: Values, hot: Bath, cold: Bath, parasitic: Bath
) -> CurrentDerivatives:
    """Return the derivatives of the currents of `collective` for one or two qubits.

    Parameters
    ----------
    n_qubits
        1 or 2.
    frequency
        Frequency of the qubits [Hz].
    hot, cold, parasitic
        The baths; at least one reservoir must have a rate above 0 everywhere.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> slope = collective_derivatives(2, 4e9, hot, cold, parasitic).by("T_p")
    >>> round(float(-slope.cold) * 1e15, 4)  # [fW/K]
    -0.4982
    """
    if qubit_number(n_qubits) > 2:
        raise ValueError(f"Argument `n_qubits` must be 1 or 2, but is {n_qubits}.")
    frequency = positive("frequency", frequency, "Hz")
    if np.any(hot.rate + cold.rate == 0):
        raise ValueError(
            "Arguments `hot` and `cold` must have rates whose sum is above 0 1/s, but both are 0."
        )
    from . import derivative_kernels  # numba takes half a second to import

    def solve(points: Array, _: Array, answer: Array) -> None:
        derivative_kernels.solve(n_qubits, points, answer)

    answer = Points(frequency, hot, cold, parasitic).evaluate(solve, derivative_kernels.ROWS)
    found = answer.reshape(3, len(CurrentDerivatives.PARAMETERS), *answer.shape[1:])
    return CurrentDerivatives(*np.moveaxis(found, 1, -1))
