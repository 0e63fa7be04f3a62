"""How the currents of two transmons with levels change with rates, occupations and temperatures."""

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from valvelab.arguments import Array, Values
from valvelab.constants import PLANCK

from .baths import Bath, Resonator, occupation_slope
from .derivatives import CurrentDerivatives
from .ladder import Ladder
from .ladder_baths import Coupling, Part
from .ladder_equation import Jump, Sector
from .ladder_problem import coupled, ladder_problem, maps, parts_of
from .ladder_state import response, stationary
from .pair import Two
from .pair_solution import Filters


def level_derivatives(
    transmons: Sequence[Ladder],
    hot: Bath,
    cold: Bath,
    parasitic: Bath,
    *,
    resonator: Resonator | Filters | None = None,
    weights_hot: Two = (1.0, 1.0),
    weights_cold: Two = (1.0, 1.0),
    exchange: Values = 0.0,
    equation: Literal["redfield", "gkls"] = "redfield",
) -> CurrentDerivatives:
    """Return the derivatives of the currents of `levels`.

    They come out of the linear system of the stationary state, and cost about as much as the currents. A derivative by
    an occupation n_i moves n_i by the same number at every frequency at which the bath is felt; for "gkls" that needs
    a bath above 0 K.

    Parameters
    ----------
    transmons, hot, cold, parasitic, resonator, weights_hot, weights_cold, exchange, equation
        As for `levels`; the parasitic bath must have a rate above 0.

    Raises
    ------
    ValueError
        As for `levels`, or if the rate of the parasitic bath is 0.

    Examples
    --------
    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> transmon = Ladder.anharmonic(4e9, -200e6, 4)
    >>> slope = level_derivatives((transmon, transmon), hot, cold, parasitic, resonator=Resonator(4e9, 20)).by("T_h")
    >>> round(float(-slope.cold) * 1e15, 3)  # [fW/K]
    1.06
    """
    if np.any(np.asarray(parasitic.rate) <= 0):
        raise ValueError(
            f"Argument `parasitic` must have a rate above 0 1/s, but has {parasitic.rate}: without it the state may "
            "depend on where it began."
        )
    problem = ladder_problem(
        transmons, hot, cold, parasitic, resonator, (weights_hot, weights_cold), exchange, equation=equation
    )
    sector, shape = problem.sector, problem.shape
    found = np.concatenate([_derivatives(part, sector) for part in parts_of(problem, sector)], axis=1)
    return CurrentDerivatives(*found.reshape(3, *shape, len(CurrentDerivatives.PARAMETERS)))


def _derivatives(part: Part, sector: Sector) -> Array:
    """Return the derivatives at every point of a part: currents first, parameters last."""
    energy, couplings = coupled(part)
    jumps = [[jump for one in some for jump in one.jumps(gkls=part.gkls)] for some in couplings]
    own, *baths = maps(energy, jumps, sector)
    generator = own + sum(baths)
    state = sector.whole(stationary(generator, sector.trace))
    row, column = sector.places
    changes = list(_changes(couplings, gkls=part.gkls))
    moved = np.stack(
        [sum((jump.change(state) for jump in change), np.zeros_like(state)) for _, change in changes], axis=-1
    )[:, row, column]
    responses = response(generator, sector.trace, moved)
    weights = energy[:, row, column]  # what gives Tr[H .]
    found = np.stack([np.einsum("pi,pij,pjk->pk", weights, bath, responses, optimize=True) for bath in baths])
    for place, (bath, _) in enumerate(changes):
        found[bath, :, place] += np.einsum("pi,pi->p", weights, moved[..., place])
    return PLANCK * found


def _changes(couplings: list[list[Coupling]], *, gkls: bool) -> Iterator[tuple[int, list[Jump]]]:
    """Yield for each parameter which bath it changes, and how: rates first, then occupations, then temperatures."""
    for kind in range(3):
        for bath, some in enumerate(couplings):
            yield bath, [jump for one in some for jump in one.changes(*_spectra(one, kind), gkls=gkls)]


def _spectra(coupling: Coupling, kind: int) -> tuple[Array, Array]:
    """Return the derivatives of gamma (1 + n) and gamma n by rate, occupation or temperature."""
    if kind == 0:
        n = coupling.bath.occupation(coupling.frequency)
        return coupling.passed * (1 + n), coupling.passed * n
    rise = coupling.rate
    if kind == 2:
        rise = rise * occupation_slope(coupling.frequency, coupling.bath)
    return rise, rise
