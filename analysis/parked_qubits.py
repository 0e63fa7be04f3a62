"""Resonators as modes for transmons near them, and what takes their place for those that are parked far away.

`valvelab.sim.resonator_levels` gives a resonator one linewidth and one occupation, and rotating waves. An octave away
its tail is then 2.25 times too wide, and its quanta are those of another frequency. What parked transmons carry is
little, but T_p is read from less. One beside a transmon on resonance absorbs and emits at its own frequency: it has a
master equation of its own, with the filter of an RLC circuit as `valvelab.sim.hierarchy` has it, Resonator(f_i, Q, -1),
and what an exchange between the two changes is left to modes. Where both are parked quanta of the resonators pass them
without stopping: that are modes with couplings for far transmons. Qubits need nothing of this, as
`valvelab.sim.resonators` is corrected at any frequency.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from valvelab.sim import Bath, CurrentDerivatives, HeatCurrents, ResonatorDerivatives

Array = npt.NDArray[np.float64]
Arguments: TypeAlias = Mapping[str, Any]
"""Those of `valvelab.sim.resonators` by name."""
Parked: TypeAlias = Callable[[Arguments], Array]
"""What a solver says for arguments of one flat shape: hot, cold and parasitic current on the first axis."""
Near: TypeAlias = Callable[[Arguments, tuple[int, ...]], Array]
"""The same of one qubit or of both; the second argument says which."""

BOTH = (1, 2)
_FAR, _SHARE = 5.0, 0.25
"""Linewidths of the resonators, or the share of their frequency where that is less, beyond which a qubit is parked.
With Q = 20 tails pass 1 % there, and what modes and a master equation say of both qubits differs by 0.6 %."""
_EXCHANGED = {"f_1": "f_2", "f_2": "f_1", "weight_1": "weight_2", "weight_2": "weight_1"}
_STEPS = {"f_1": 1e4, "f_2": 1e4, "weight_1": 1e-4, "weight_2": 1e-4}


def near_and_parked(arguments: Arguments, near: Near, parked: Parked) -> Array:
    """Return the sum of what both kinds of qubits carry, of the shape that the arguments broadcast to.

    Parameters
    ----------
    arguments
        Of two qubits.
    near
        Answers for one qubit or two with modes; quanta that pass parked qubits are those of the resonators, and need
        no correction.
    parked
        Answers for one that is far away, the other one not being coupled.
    """
    shape = _shape(arguments)
    flat = _mapped(arguments, lambda value: np.broadcast_to(value, shape).reshape(-1))
    found = np.zeros((3, int(np.prod(shape))))
    for which, far in _groups(flat):
        some = _mapped(flat, partial(_places, which))
        if far == BOTH:
            part = near({**some, "corrected": "far"}, BOTH)
        elif far:
            left = 3 - far[0]
            beside = near({**_alone(some, left), "corrected": "near"}, (left,))
            part = parked(_coupled(some, far[0])) + beside + _exchanged(some, near)
        else:
            part = near({**some, "corrected": "near"}, BOTH)
        if part.shape[2:] != found.shape[2:]:
            found = np.zeros((*found.shape[:2], *part.shape[2:]))
        found[:, which] = part
    return found.reshape(3, *shape, *found.shape[2:])


def _exchanged(arguments: Arguments, near: Near) -> Any:
    """Return what the exchange of two qubits, of which one is parked, changes with modes."""
    if not np.any(arguments["exchange"]):
        return 0.0
    with_it, without = (
        near({**arguments, "exchange": share * arguments["exchange"], "corrected": "near"}, BOTH)
        for share in (1.0, 0.0)
    )
    if with_it.ndim > 2:  # derivatives: by an exchange that is not there nothing is subtracted
        without[..., ResonatorDerivatives.PARAMETERS.index("exchange")] = 0.0
    return with_it - without


def with_slopes_of_qubits(arguments: Arguments, known: CurrentDerivatives, parked: Parked) -> Array:
    """Return derivatives by the parameters of `ResonatorDerivatives`, of which some are known.

    By frequencies and weights they are central differences; an exchange with a parked qubit is left to modes.
    """
    columns = {name: stacked(known.by(name)) for name in known.PARAMETERS}
    columns["exchange"] = np.zeros_like(columns["gamma_h"])
    for name, step in _STEPS.items():
        up, down = (parked(_moved(arguments, name, sign * step)) for sign in (1, -1))
        columns[name] = (up - down) / (2 * step)
    return np.stack([columns[name] for name in ResonatorDerivatives.PARAMETERS], axis=-1)


def slopes_of_one(slopes: ResonatorDerivatives, qubits: tuple[int, ...]) -> Array:
    """Return derivatives on the last axis, those by a qubit where they belong: of one alone it is the first."""
    names = list(slopes.PARAMETERS)
    if qubits == (2,):
        names = [_EXCHANGED.get(name, name) for name in names]
    return np.stack([stacked(slopes.by(name)) for name in names], axis=-1)


def stacked(currents: HeatCurrents) -> Array:
    """Return currents with the three of them on the first axis."""
    return np.stack(np.broadcast_arrays(currents.hot, currents.cold, currents.parasitic))


def _groups(flat: Arguments) -> Iterator[tuple[npt.NDArray[np.bool_], tuple[int, ...]]]:
    """Yield which points have which qubits parked."""
    (first, second), resonator = flat["frequencies"], flat["resonator"]
    reach = np.minimum(_FAR / resonator.quality_factor, _SHARE) * resonator.frequency
    apart = np.abs(first - second) > reach / 2
    off = [np.abs(f - resonator.frequency) > reach for f in (first, second)]
    both = off[0] & off[1]
    one = [off[k] & ~both & apart for k in (0, 1)]
    for which, far in ((both, BOTH), (one[0], (1,)), (one[1], (2,)), (~(both | one[0] | one[1]), ())):
        if which.any():
            yield which, far


def _mapped(arguments: Arguments, function: Callable[[Any], Any]) -> dict[str, Any]:
    """Return the arguments with a function applied to every array but those of the resonator."""
    found: dict[str, Any] = {}
    for name, value in arguments.items():
        if isinstance(value, Bath):
            found[name] = Bath(function(value.rate), function(value.temperature))
        elif isinstance(value, tuple):
            found[name] = tuple(map(function, value))
        else:
            found[name] = value if name == "resonator" else function(value)
    return found


def _places(which: npt.NDArray[np.bool_], value: Any) -> Any:
    return value[which]


def _shape(arguments: Arguments) -> tuple[int, ...]:
    """Return the shape that all arrays broadcast to."""
    shapes: list[tuple[int, ...]] = []

    def seen(value: Any) -> Any:
        shapes.append(np.shape(value))
        return value

    _mapped(arguments, seen)
    return np.broadcast_shapes(*shapes)


def _alone(arguments: Arguments, qubit: int) -> dict[str, Any]:
    """Return the arguments of one qubit without the other."""
    place, weights = qubit - 1, ("weights_hot", "weights_cold")
    alone = {"frequencies": (arguments["frequencies"][place],), "exchange": 0.0}
    # The phase of one qubit's coupling means nothing.
    own = {name: (_size(arguments[name][place]), 0.0) for name in weights}
    return {**arguments, **alone, **own}


def _size(weight: Any) -> Any:
    return np.abs(weight) if np.iscomplexobj(weight) else weight


def _coupled(arguments: Arguments, qubit: int) -> dict[str, Any]:
    """Return the arguments with only one qubit coupled to the reservoirs, and not to the other."""
    weights = {
        name: tuple(float(one == qubit) * weight for one, weight in zip(BOTH, arguments[name], strict=True))
        for name in ("weights_hot", "weights_cold")
    }
    return {**arguments, **weights, "exchange": 0.0 * arguments["exchange"]}


def _moved(arguments: Arguments, name: str, step: float) -> dict[str, Any]:
    """Return the arguments with one of `_STEPS` moved; weights where a qubit is coupled."""
    place = int(name[-1]) - 1
    keys = ("frequencies",) if name.startswith("f_") else ("weights_hot", "weights_cold")
    moved = {}
    for key in keys:
        values = list(arguments[key])
        values[place] = values[place] + step * _direction(values[place], key)
        moved[key] = tuple(values)
    return {**arguments, **moved}


def _direction(value: Any, key: str) -> Any:
    """Return along what an amplitude is moved: signed if real, its size if it has a phase; not where there is none."""
    if key == "frequencies":
        return 1.0
    coupled = value != 0
    size = np.where(coupled, np.abs(value), 1.0)
    return np.where(coupled, value / size if np.iscomplexobj(value) else 1.0, 0.0)
