"""Two coils seen from the chip: fluxes and qubit frequencies that can be set, swept and found in snapshots."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from qcodes.instrument import Instrument
from qcodes.parameters import Parameter

from valvelab import device
from valvelab.errors import LimitError
from valvelab.wording import one_of

from .guarded_source import GuardedSource
from .source_limits import finite_number
from .walk import held, walk

Branch = Literal["nearest", "smallest_current"]
Array = npt.NDArray[np.float64]
_CURRENT = "Control the current of one coil [A]; the other coil stays, both fluxes change."
_FLUX = "Control the flux of one qubit [Phi0]; the flux of the other stays, both coils move."
_FREQUENCY = (
    "Control the transition frequency of one qubit [Hz]; the flux of the other stays, both coils move."
)


class FluxBias(Instrument):
    """Turn the levels of two coil sources into fluxes and, with the transmon dispersions, into frequencies.

    Setting the flux or the frequency of one qubit leaves the flux of the other where it is: both coils move, by the
    crosstalk. They are checked against both windows first and walk together, so that the fluxes keep to a straight
    line.

    A frequency belongs to many fluxes (period of one flux quantum, no sign). The one nearest to the present flux is
    taken, so that small moves stay small; `set_frequencies` offers the one that needs the smallest currents.

    Parameters
    ----------
    name
        Name of this instrument.
    coils
        The guarded sources of coil 1 and coil 2; they stay open when this instrument is closed.
    law
        How coil currents make fluxes.
    qubits
        The two transmons; their maximum frequency must be known.
    series_resistance
        Resistance between source and coil, the coil's included [Ohm], where the source is one of voltage; None where
        it is one of current.

    Raises
    ------
    ValueError
        If a resistance is missing or too much, or a qubit's maximum frequency is not known.
    """

    def __init__(
        self,
        name: str,
        coils: tuple[GuardedSource, GuardedSource],
        *,
        law: device.FluxBias,
        qubits: tuple[device.Qubit, device.Qubit],
        series_resistance: tuple[float | None, float | None] = (None, None),
        **kwargs: Any,
    ) -> None:
        factors = [_factor(*pair) for pair in zip(coils, series_resistance, strict=True)]
        for qubit in qubits:
            qubit.frequency(0.0)
        super().__init__(name, **kwargs)
        self._coils = coils
        self._gates = [coil.gate for coil in coils]
        self._level_per_ampere = np.array(factors)
        self._law = law
        self._qubits = qubits
        self._asked: tuple[Array, Array] | None = None
        self._derived: list[Parameter] = []
        self.coil_current_1: Parameter = self._add("coil_current", 1, "A", "current of coil 1", _CURRENT)
        self.coil_current_2: Parameter = self._add("coil_current", 2, "A", "current of coil 2", _CURRENT)
        self.flux_1: Parameter = self._add("flux", 1, "Phi0", "flux of qubit 1", _FLUX)
        self.flux_2: Parameter = self._add("flux", 2, "Phi0", "flux of qubit 2", _FLUX)
        self.frequency_1: Parameter = self._add("frequency", 1, "Hz", "frequency of qubit 1", _FREQUENCY)
        self.frequency_2: Parameter = self._add("frequency", 2, "Hz", "frequency of qubit 2", _FREQUENCY)

    def get_idn(self) -> dict[str, str | None]:
        """Return the identity of this wrapper; the boxes behind it have their own."""
        return {"vendor": "valvelab", "model": type(self).__name__, "serial": None, "firmware": None}

    def set_fluxes(self, fluxes: Sequence[float] | Array) -> None:
        """Bring both fluxes [flux quanta] to new values, together.

        Raises
        ------
        LimitError
            If a coil would leave its window; neither has moved then.
        """
        wanted = _two(self.name, "fluxes", fluxes)
        self._move(self._law.coil_currents(wanted), wanted)

    def set_frequencies(self, frequencies: Sequence[float], branch: Branch = "nearest") -> None:
        """Bring both qubits to frequencies [Hz], together.

        Parameters
        ----------
        frequencies
            Of qubit 1 and qubit 2 [Hz].
        branch
            ``"nearest"`` to the present fluxes, or ``"smallest_current"``: the larger coil current is as small as it
            can be, as in the protocol of a run.

        Raises
        ------
        LimitError
            If a qubit does not reach its frequency or a coil would leave its window; neither has moved then.
        ValueError
            If the branch is none of these.
        """
        if branch not in get_args(Branch):
            raise ValueError(f"{self.name}: branch must be {one_of(get_args(Branch))}, found {branch!r}")
        wanted = _two(self.name, "frequencies", frequencies)
        fluxes = np.array([self._flux_of(index, value) for index, value in enumerate(wanted)])
        with held(self._gates):
            if branch == "nearest":
                self.set_fluxes(self._law.nearest_fluxes(fluxes, self._fluxes()))
            else:
                currents = np.array(self._law.smallest_coil_currents(fluxes))
                self._move(currents, self._law.fluxes(currents))

    def _set_coil_current(self, index: int, value: float) -> None:
        with held(self._gates):
            currents = self._levels() / self._level_per_ampere
            currents[index] = finite_number(self.name, "coil current", value)
            self._move(currents, self._law.fluxes(currents), only=index)

    def _set_flux(self, index: int, value: float) -> None:
        with held(self._gates):
            fluxes = self._fluxes()
            fluxes[index] = finite_number(self.name, "flux", value)
            self.set_fluxes(fluxes)

    def _set_frequency(self, index: int, value: float) -> None:
        with held(self._gates):
            fluxes = self._fluxes()
            wanted = fluxes.copy()
            wanted[index] = self._flux_of(index, value)
            # The other qubit stays, even where another flux means the same frequency.
            fluxes[index] = self._law.nearest_fluxes(wanted, fluxes)[index]
            self.set_fluxes(fluxes)

    def _flux_of(self, index: int, frequency: float) -> float:
        try:
            return float(self._qubits[index].flux(finite_number(self.name, "frequency", frequency)))
        except ValueError as error:
            raise LimitError(f"{self.name}: qubit {index + 1}: {error}; choose another frequency") from None

    def _move(self, currents: Array, fluxes: Array, only: int | None = None) -> None:
        targets = (currents * self._level_per_ampere).tolist()
        moves = [(gate, targets[index]) for index, gate in enumerate(self._gates) if only in (None, index)]
        with held(self._gates):
            for parameter in self._derived:
                parameter.cache.invalidate()
            walk(moves)
            self._asked = self._levels(), fluxes
            self._remember()

    def _remember(self) -> None:
        """Write the new state into the caches, from which snapshots are taken."""
        levels, fluxes = self._levels(), self._fluxes()
        frequencies = [float(qubit.frequency(flux)) for qubit, flux in zip(self._qubits, fluxes, strict=True)]
        values = [*(levels / self._level_per_ampere).tolist(), *fluxes.tolist(), *frequencies]
        for parameter, value in zip(self._derived, values, strict=True):
            parameter.cache.set(value)
        for coil, level in zip(self._coils, levels.tolist(), strict=True):
            coil.level.cache.set(level)

    def _levels(self) -> Array:
        with held(self._gates):
            return np.array([gate.read() for gate in self._gates])

    def _fluxes(self) -> Array:
        """Return the fluxes asked for if the boxes stand as they were left, else those of what they answer.

        A sweep of one flux would otherwise let the other one wander by the rounding of the boxes.
        """
        levels = self._levels()
        if self._asked is not None and np.array_equal(self._asked[0], levels):
            return self._asked[1].copy()
        return self._law.fluxes(levels / self._level_per_ampere)

    def _get_coil_current(self, index: int) -> float:
        return self._gates[index].read() / float(self._level_per_ampere[index])

    def _get_flux(self, index: int) -> float:
        return float(self._fluxes()[index])

    def _get_frequency(self, index: int) -> float:
        return float(self._qubits[index].frequency(self._get_flux(index)))

    def _add(self, kind: str, number: int, unit: str, label: str, docstring: str) -> Parameter:
        parameter: Parameter = self.add_parameter(
            f"{kind}_{number}",
            label=label,
            unit=unit,
            get_cmd=partial(getattr(self, f"_get_{kind}"), number - 1),
            set_cmd=partial(getattr(self, f"_set_{kind}"), number - 1),
            docstring=docstring,
        )
        self._derived.append(parameter)
        return parameter


def _factor(coil: GuardedSource, resistance: float | None) -> float:
    """Return the level of a source per ampere of its coil."""
    voltage = coil.gate.unit == "V"
    if voltage != (resistance is not None) or (resistance is not None and not 0 < resistance < math.inf):
        needed = "a resistance above zero" if voltage else "None, as its source is one of current"
        raise ValueError(f"{coil.name}: series_resistance must be {needed}, found {resistance}")
    return 1.0 if resistance is None else resistance


def _two(name: str, what: str, values: Sequence[float] | Array) -> Array:
    if len(values) != 2:
        raise LimitError(f"{name}: {what} must be two numbers, one per qubit, found {len(values)}")
    return np.array([finite_number(name, what, value) for value in values])
