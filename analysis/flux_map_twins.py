"""The other reading of a qubit's ridges: pairs around half flux quanta instead of around whole ones.

A qubit is on resonance at fluxes +-x and at every whole number beside them. The ridges lie just the same if the
offset is half a flux quantum away and x is 1/2 - x, with another maximum frequency. Only the shape of the ridges and
of what lies between tells the two apart, and a minimiser does not find its way from one to the other.
"""

import itertools
from collections.abc import Collection, Iterator

from valvelab import transmon

from .flux_map_parameters import Dict


def twins(values: Dict, free: Collection[str]) -> Iterator[Dict]:
    """Yield the other readings of one ridge family or both, where the maximum frequency is free.

    Parameters
    ----------
    values
        Parameters of a map fit [SI].
    free
        Names of those that are varied.
    """
    qubits = [number for number in (1, 2) if f"maximum_frequency_{number}" in free]
    for turned in itertools.chain(*(itertools.combinations(qubits, count) for count in (1, 2))):
        other: Dict | None = values
        for qubit in turned:
            other = other and _turned(other, qubit)
        if other is not None:
            yield other


def _turned(values: Dict, qubit: int) -> Dict | None:
    energy, asymmetry = values[f"charging_energy_{qubit}"], values[f"asymmetry_{qubit}"]
    resonance, offset = values["resonator_frequency"], values[f"flux_offset_{qubit}"]
    try:
        flux = float(transmon.flux(resonance, energy, values[f"maximum_frequency_{qubit}"], asymmetry))
    except ValueError:  # it never comes to resonance
        return None
    squid = float(transmon.squid(0.5 - flux, asymmetry))
    if squid <= 0:
        return None
    maximum = (resonance + energy) / squid**0.5 - energy
    return {
        **values,
        f"flux_offset_{qubit}": offset % 1.0 - 0.5,
        f"maximum_frequency_{qubit}": maximum,
    }
