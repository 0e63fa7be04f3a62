"""What a simulated cryostat is made of: the schema of ``cryostat.yaml``."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, ValidationInfo, field_validator

from valvelab.configuration import Section
from valvelab.device import FluxBias, Island, Qubit, ResonatorFilter
from valvelab.mistakes import PlacedError, listed
from valvelab.quantities import (
    Background,
    EventRate,
    Exchange,
    FluxChange,
    FluxDrift,
    Noise,
    Phase,
    PositiveTemperature,
    Rate,
    Resistance,
    Temperature,
    ThermalResistance,
    TimeConstant,
    VoltageDrift,
)
from valvelab.units import format_quantity
from valvelab.wording import one_of

from .fault import ONLY_OF_LINES, Fault

PRESETS = {name: Path(__file__).with_name(f"{name}.yaml") for name in ("paper", "aalto2026")}
"""Cryostats that are packaged: the device of Table I, and one like that of the measured map."""
DEFAULT_CRYOSTAT = PRESETS["paper"]

Wire = Literal[
    "coil_1",
    "coil_2",
    "source_heater",
    "drain_heater",
    "source_bias",
    "drain_bias",
    "source_thermometer",
    "drain_thermometer",
    "mixing_chamber",
]
"""What a box can be wired to; a bias that no box gives comes from the battery of the thermometer."""

_COILS: tuple[Wire, ...] = ("coil_1", "coil_2")
_HEATERS: tuple[Wire, ...] = ("source_heater", "drain_heater")
_BIASES: tuple[Wire, ...] = ("source_bias", "drain_bias")
_THERMOMETERS: tuple[Wire, ...] = ("source_thermometer", "drain_thermometer")
_DRIVEN = _COILS + _HEATERS + _BIASES


Weights = Annotated[
    tuple[Annotated[float, Field(ge=-10, le=10)], Annotated[float, Field(ge=-10, le=10)]],
    listed("weights, one per qubit", "[1, 0.97]", 2),
]


class Terminals(NamedTuple):
    """The terminals that a model has, and the wires that each may be at."""

    names: tuple[str, ...]
    wires: tuple[Wire, ...]


_OUTPUT = ("output",)
MODELS: Mapping[str, Terminals] = {
    "gs200": Terminals(_OUTPUT, _DRIVEN),
    "yokogawa7651": Terminals(_OUTPUT, _DRIVEN),
    "keithley2400": Terminals(_OUTPUT, _DRIVEN),
    "keithley6221": Terminals(_OUTPUT, _COILS + _BIASES),
    "b2962a": Terminals(("1", "2"), _DRIVEN),
    "sim900": Terminals(tuple("12345678"), _DRIVEN),
    "qdac2": Terminals(tuple(str(channel) for channel in range(1, 25)), _DRIVEN),
    "34465a": Terminals(("input",), _THERMOMETERS),
    "34461a": Terminals(("input",), _THERMOMETERS),
    "34410a": Terminals(("input",), _THERMOMETERS),
    "keithley2182a": Terminals(("1", "2"), _THERMOMETERS),
    "34420a": Terminals(("1", "2"), _THERMOMETERS),
    "ls372": Terminals(("input",), ("mixing_chamber",)),
    "bluefors": Terminals(("input",), ("mixing_chamber",)),
    "bluefors_software": Terminals(("input",), ("mixing_chamber",)),
}
"""The boxes that the rack can hold."""
URL_MODELS = ("bluefors", "bluefors_software")
"""Those of them that are reached by HTTP and not by VISA."""
_URL = re.compile(r"http://[\w.-]+:\d{1,5}")


class Chip(Section):
    """The valve itself, with the numbers that an experiment wants to find out.

    ``weights_hot`` and ``weights_cold`` are the couplings of both qubits, relative to those of gamma_h and gamma_c;
    ``phase`` is that of the hot coupling of qubit 2; ``exchange`` couples the qubits directly.
    """

    resonator: ResonatorFilter
    qubits: Annotated[tuple[Qubit, Qubit], listed("qubits", "[{asymmetry: 0.05, ...}, {...}]", 2)]
    flux: FluxBias
    gamma_h: Rate
    gamma_c: Rate
    gamma_p: Rate
    T_p: Temperature
    weights_hot: Weights = (1.0, 1.0)
    weights_cold: Weights = (1.0, 1.0)
    phase: Phase = 0.0
    exchange: Exchange = 0.0

    @field_validator("qubits")
    @classmethod
    def _always_have_a_frequency(cls, qubits: tuple[Qubit, Qubit]) -> tuple[Qubit, Qubit]:
        for number, qubit in enumerate(qubits):
            if qubit.maximum_frequency is None:
                raise PlacedError((number,), "must have a maximum_frequency, found none; add it")
            lowest = float(qubit.frequency(0.5))
            if lowest <= 0:
                raise PlacedError(
                    (number, "asymmetry"),
                    f"must leave a frequency above 0 Hz at half a flux quantum, found "
                    f"{format_quantity(lowest, 'frequency', 3)}; raise it",
                )
        return qubits


class MixingChamber(Section):
    """The stage that all phonons share; it starts at its base temperature and relaxes exponentially.

    ``wander`` is the Allan deviation with which it follows pulse tube and helium levels; with a mean ``step_rate``
    other users change by how much they warm it, between 0 and ``step``. ``channel`` is the input of the resistance
    bridge that its thermometer is at.
    """

    base_temperature: PositiveTemperature
    time_constant: TimeConstant
    thermometer_noise: Temperature
    wander: Temperature = 0.0
    step: Temperature = 0.0
    step_rate: EventRate = 0.0
    channel: Annotated[int, Field(ge=1, le=16)] = 6


class SlowNoise(Section):
    """What a voltmeter shows beside the voltage and beside white noise: it does not average out.

    ``flicker`` is the floor of the Allan deviation of 1/f noise; ``jump`` the distance of two levels between which the
    voltage jumps at a mean ``jump_rate``; ``drift`` a steady change.
    """

    flicker: Noise = 0.0
    jump: Noise = 0.0
    jump_rate: EventRate = 0.0
    drift: VoltageDrift = 0.0


class FluxNoise(Section):
    """What the fluxes do that the coil currents do not explain.

    ``hysteresis`` is by how much they differ between ramps down and ramps up; ``drift`` a steady change of both; with a
    mean ``jump_rate`` each flux jumps by at most ``jump``, to levels that lie evenly around.
    """

    hysteresis: FluxChange = 0.0
    drift: FluxDrift = 0.0
    jump: FluxChange = 0.0
    jump_rate: EventRate = 0.0


class Box(Section):
    """One instrument in the rack, and the wire at its terminal, or at each of several by their names.

    ``series_resistance`` is what a voltage source needs where a current is wanted.
    """

    model: str
    wired_to: Wire | dict[str, Wire]
    series_resistance: Resistance | None = None

    @property
    def wires(self) -> Mapping[str, Wire]:
        """The wires by the names of the terminals."""
        if isinstance(self.wired_to, dict):
            return self.wired_to
        return {MODELS[self.model].names[0]: self.wired_to}

    @field_validator("model")
    @classmethod
    def _is_in_the_rack(cls, model: str) -> str:
        if model not in MODELS:
            raise ValueError(f"must be {one_of(MODELS)}, found {model!r}")
        return model

    @field_validator("wired_to", mode="before")
    @classmethod
    def _fits_the_model(cls, wired_to: object, info: ValidationInfo) -> object:
        model = info.data.get("model")
        if model is None:
            return wired_to
        names, wires = MODELS[model]
        if wired_to == {}:
            raise ValueError(f"must name a terminal, {one_of(names)}, found none")
        for terminal, wire in wired_to.items() if isinstance(wired_to, dict) else [(None, wired_to)]:
            place = () if terminal is None else (terminal,)
            if terminal is not None and terminal not in names:
                raise PlacedError(
                    place, f"must be a terminal of a {model}, {one_of(names)}, found {terminal!r}"
                )
            if wire not in wires:
                raise PlacedError(place, f"must be {one_of(wires)} for a {model}, found {wire!r}")
        return wired_to


class Cryostat(Section):
    """A cryostat with a chip in it and a rack of boxes beside it.

    ``voltmeter_noise`` is the standard deviation of one reading of 10 power line cycles; it is white.
    ``source_noise`` and ``drain_noise`` are slower, and ``flux_noise`` moves the fluxes. ``source_background`` and
    ``drain_background`` heat the islands besides the photons of the valve; ``substrate_heating`` is how much each watt
    of a heater warms the phonons of both.
    """

    schema_: Literal["valvelab-cryostat/1"] = Field(alias="schema")
    seed: Annotated[int, Field(ge=0, lt=2**64)]
    chip: Chip
    source: Island
    drain: Island
    source_background: Background = 0.0
    drain_background: Background
    substrate_heating: ThermalResistance = 0.0
    mixing_chamber: MixingChamber
    voltmeter_noise: Noise
    source_noise: SlowNoise = SlowNoise()
    drain_noise: SlowNoise = SlowNoise()
    flux_noise: FluxNoise = FluxNoise()
    boxes: dict[str, Box]
    faults: tuple[Fault, ...] = ()

    @field_validator("boxes")
    @classmethod
    def _one_box_per_wire(cls, boxes: dict[str, Box], info: ValidationInfo) -> dict[str, Box]:
        seen: dict[Wire, str] = {}
        for address, box in boxes.items():
            for terminal, wire in box.wires.items():
                other = seen.setdefault(wire, f"{address} {terminal}")
                if other != f"{address} {terminal}":
                    raise PlacedError(
                        (address, "wired_to"), f"must be a wire of its own, found {wire}, where {other} is"
                    )
        for island in ("source", "drain"):
            if f"{island}_heater" in seen and island in info.data and info.data[island].heater is None:
                raise ValueError(f"wires a box to {island}_heater, so {island}.heater must be there; add it")
        return boxes

    @field_validator("boxes")
    @classmethod
    def _addresses_fit(cls, boxes: dict[str, Box]) -> dict[str, Box]:
        names = [canonical_address(address, box.model) for address, box in boxes.items()]
        twice = [name for name, n in Counter(names).items() if n > 1]
        if twice:
            raise ValueError(f"must have one box per address, found several at {', '.join(twice)}")
        return boxes

    @field_validator("faults")
    @classmethod
    def _faults_have_their_place(cls, faults: tuple[Fault, ...], info: ValidationInfo) -> tuple[Fault, ...]:
        for number, fault in enumerate(faults if "boxes" in info.data else ()):
            try:
                refuse_misplaced(fault, info.data["boxes"])
            except ValueError as error:
                raise PlacedError((number, "at"), str(error).removeprefix("at: ")) from None
        return faults


def canonical_address(address: str, model: str) -> str:
    """Return the one way to write an address.

    Raises
    ------
    PlacedError
        If a box of this model cannot be there.
    """
    from pyvisa.rname import InvalidResourceName, to_canonical_name

    if model in URL_MODELS:
        if _URL.fullmatch(address) is None:
            raise PlacedError(
                (address,),
                f"must be a URL such as http://192.168.150.41:5001 for a {model}, found '{address}'",
            )
        return address
    try:
        return to_canonical_name(address)
    except InvalidResourceName:
        raise PlacedError(
            (address,),
            f"must be a VISA address such as TCPIP0::192.168.150.11::inst0::INSTR, found '{address}'",
        ) from None


def refuse_misplaced(fault: Fault, boxes: Mapping[str, Box]) -> None:
    """Raise ValueError if there is nothing at the place of a fault that it could befall."""
    places: dict[str, tuple[Wire, ...]] = {"flux_jump": _COILS, "broken_thermometer": _THERMOMETERS}
    if fault.kind in places:
        known: tuple[str, ...] = places[fault.kind]
    elif fault.kind == "warm_up":
        return
    else:
        wires = [wire for box in boxes.values() for wire in box.wires.values()]
        known = (*wires, *boxes)
    if fault.at not in known:
        raise ValueError(f"at: must be {one_of(known)} for a {fault.kind}, found {fault.at!r}")
    models = {box.model for address, box in boxes.items() if fault.at in (address, *box.wires.values())}
    if fault.kind in ONLY_OF_LINES and models & set(URL_MODELS):
        raise ValueError(f"at: must be a box that answers with lines for a {fault.kind}, found one with JSON")
