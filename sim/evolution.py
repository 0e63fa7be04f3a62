"""How the populations of the Dicke levels change in time: the superradiant burst, the way to the stationary state."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from valvelab.arguments import Array, numbers, positive, projection, qubit_number, total_spin, two
from valvelab.constants import PLANCK

from .baths import Bath, common_bath_shape
from .currents import HeatCurrents
from .dicke_rates import collective_emission
from .level_populations import LevelPopulations, pack, unpack
from .rate_equation import integrate, rate_matrix
from .spin_sectors import SectorRates
from .stationary_populations import mixed, thermal


@dataclass(frozen=True)
class Evolution:
    """Hold how the qubits and the heat currents change in time.

    Parameters
    ----------
    times
        Times [s].
    populations
        Populations of the levels |J, m>, with `times` on the first axis.
    currents
        Heat currents out of the three baths [W] along `times`. Their sum is h f times the change of <J_z>.
    """

    times: Array
    populations: LevelPopulations
    currents: HeatCurrents

    @property
    def spin_probability(self) -> Array:
        """P_J along `times`, highest J first on the last axis."""
        return self.populations.spin_probability

    @property
    def mean_spin_squared(self) -> Array:
        """<J^2> along `times`."""
        return self.populations.mean_spin_squared

    @property
    def mean_inversion(self) -> Array:
        """<J_z> along `times`."""
        return self.populations.mean_inversion


def evolve(
    n_qubits: int,
    frequency: float,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None = None,
    *,
    times: ArrayLike,
    initial: tuple[float, float] | LevelPopulations | None = None,
) -> Evolution:
    """Follow N resonant qubits in time after their baths are switched on (Eqs. 9-11, 31-33).

    All qubits excited and one reservoir at 0 K give the superradiant burst that Sec. II.B contrasts with the
    stationary state. A protocol that switches its baths is a chain: each evolution starts from
    ``populations[-1]`` of the one before.

    Parameters
    ----------
    n_qubits
        Number of qubits N, at least 1.
    frequency
        Their frequency [Hz].
    hot, cold
        The reservoirs.
    parasitic
        The parasitic bath of each qubit. A rate of 0 is no bath: in finite time it moves nothing.
    times
        Times [s] after `initial`, at least 0 and rising.
    initial
        A level (J, m), or populations at a single point. Default: all qubits in the ground state.

    Returns
    -------
    Evolution
        Of every J with a parasitic bath, of the values of J in `initial` without one.

    Raises
    ------
    ValueError
        If an argument is out of range, or frequency and baths are more than one point.

    Notes
    -----
    Populations are right to 1e-10. With a parasitic bath there are about (N/2 + 1)^2 levels: fractions of a second up
    to N = 50, ten seconds for 100, a minute for 200. Without one 10000 qubits take seconds. Long times cost nothing
    more, unless the parasitic rate is below 1e-7 of the reservoirs': rounding then keeps the steps short.

    Examples
    --------
    >>> burst = evolve(100, 4e9, Bath(0, 0), Bath(1e6, 0), times=[0, 4e-8, 8e-8], initial=(50, 50))
    >>> (burst.currents.cold / burst.currents.cold[0]).round(2)
    array([ 1.  , 17.74,  6.7 ])
    """
    n_qubits = qubit_number(n_qubits)
    shape = common_bath_shape({"hot": hot, "cold": cold, "parasitic": parasitic}, frequency=frequency)
    if shape:
        raise ValueError(f"Frequency and baths must be single numbers, but broadcast to the shape {shape}.")
    frequency = float(positive("frequency", frequency, "Hz"))
    times = _rising(times)
    local_down, local_up = _rates(parasitic, frequency)
    (hot_down, hot_up), (cold_down, cold_up) = _rates(hot, frequency), _rates(cold, frequency)
    rates = SectorRates(hot_down + cold_down, hot_up + cold_up, local_down, local_up)
    start = _start(n_qubits, initial)
    if local_down > 0:
        start = start.of_every_spin()

    matrix = rate_matrix(n_qubits, start.spin, rates)
    here, there = pack(start.spin, start.population), pack(start.spin, _final(start, rates))
    listed = integrate(matrix, here, there, times)
    populations = LevelPopulations(n_qubits, start.spin, unpack(start.spin, listed))

    emission = np.asarray(collective_emission(start.spin[:, None], start.inversion))
    emitted = (populations.population * emission).sum(axis=(-2, -1))
    absorbed = (populations.population * emission[:, ::-1]).sum(axis=(-2, -1))
    excited = n_qubits / 2 + populations.mean_inversion
    quantum = PLANCK * frequency
    currents = HeatCurrents(
        quantum * (hot_up * absorbed - hot_down * emitted),
        quantum * (cold_up * absorbed - cold_down * emitted),
        quantum * (local_up * (n_qubits - excited) - local_down * excited),
    )
    return Evolution(times, populations, currents)


def _rising(times: ArrayLike) -> Array:
    array = numbers("times", times)
    if array.ndim != 1 or array.size == 0 or array[0] < 0 or np.any(np.diff(array) <= 0):
        raise ValueError(f"Argument `times` must be a rising list of times from 0 s on, but is {times!r}.")
    return array


def _rates(bath: Bath | None, frequency: float) -> tuple[float, float]:
    """Return gamma (1 + n) and gamma n [1/s]."""
    if bath is None:
        return 0.0, 0.0
    rate, n = float(bath.rate), float(bath.occupation(frequency))
    return rate * (1 + n), rate * n


def _start(n_qubits: int, initial: tuple[float, float] | LevelPopulations | None) -> LevelPopulations:
    if isinstance(initial, LevelPopulations):
        if initial.n_qubits != n_qubits or initial.population.ndim != 2:
            raise ValueError(
                f"Argument `initial` must hold one point of {n_qubits} qubits (an index picks one, as in "
                f"`populations[-1]`), but holds {initial.n_qubits} qubits at points of the shape "
                f"{initial.population.shape[:-2]}."
            )
        return initial
    level = (n_qubits / 2, -n_qubits / 2) if initial is None else two("initial", initial, "(J, m)")
    spin = total_spin("initial[0]", level[0], n_qubits)
    population = np.zeros((1, round(2 * spin) + 1))
    population[0, round(projection("initial[1]", level[1], spin) + spin)] = 1
    return LevelPopulations(n_qubits, np.array([spin]), population)


def _final(start: LevelPopulations, rates: SectorRates) -> Array:
    """Return the populations that the start goes to."""
    if rates.local_down > 0:
        return mixed(start.n_qubits, rates)
    if rates.down == 0:
        return start.population
    population = np.zeros(start.population.shape)
    for place, spin in enumerate(start.spin):
        inside = thermal(spin, rates.down, rates.up)
        population[place, place : place + inside.size] = start.population[place].sum() * inside
    return population
