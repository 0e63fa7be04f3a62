"""What is coupled to nothing at a point of `resonators` without a parasitic bath: a qubit, or a dark state of two."""

from typing import TYPE_CHECKING

import numpy as np

from valvelab.arguments import Amplitude

if TYPE_CHECKING:
    from .resonator_point import ResonatorPoint

_ROUNDING = 1e-14
"""Relative difference below which couplings are the same."""


def drains(point: "ResonatorPoint") -> dict[str, float]:
    """Return rates that empty what is coupled to nothing: a whole qubit, or a dark state of two alike.

    That of two is the singlet, the triplet, or one with a phase between them, which `mode_moments` makes of three
    emptied states; then some of the rates are negative.
    """
    if not point.lonely:
        return {}
    felt = [bool(np.any(coupling != 0)) for coupling in point.couplings.T]
    idle = [not here and not (any(felt) and point.exchange != 0) for here in felt]
    found = {f"fall {qubit}": point.unit for qubit, alone in enumerate(idle) if alone}
    if len(felt) == 2 and all(felt) and not np.any(point.dephasing):
        z = _ratio(*point.couplings.T) if point.frequencies[0] == point.frequencies[1] else None
        if z is not None and (z.imag == 0 or point.exchange == 0):
            shares = {"singlet": (1 + z.real - z.imag) / 2, "triplet": (1 - z.real - z.imag) / 2}
            shares["turned singlet"] = z.imag
            found |= {name: share * point.unit for name, share in shares.items() if share != 0}
    return found


def _ratio(first: Amplitude, second: Amplitude) -> complex | None:
    """Return the z of a magnitude of 1 that the couplings of two qubits to both modes differ by, if there is one."""
    largest = np.abs(first).argmax()
    z = complex(second[largest] / first[largest]) if first[largest] else 0j
    if abs(z.imag) < _ROUNDING:
        z = complex(z.real)
    alike = np.abs(second - z * first) <= _ROUNDING * np.abs(first[largest])
    return z / abs(z) if np.all(alike) and abs(abs(z) - 1) < _ROUNDING else None
