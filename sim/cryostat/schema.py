"""What a simulated cryostat is made of: the schema of ``cryostat.yaml``."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from valvelab.configuration import Section
from valvelab.device import FluxBias, Island, Qubit, ResonatorFilter
from valvelab.mistakes import PlacedError, listed
from valvelab.quantities import Background, Noise, PositiveTemperature, Rate, Temperature, TimeConstant
from valvelab.units import format_quantity

DEFAULT_CRYOSTAT = Path(__file__).with_name("paper.yaml")
"""The cryostat of the device preset ``paper``."""

Wire = Literal[
    "coil_1", "coil_2", "source_heater", "source_thermometer", "drain_thermometer", "mixing_chamber"
]

_WIRES: dict[str, tuple[Wire, ...]] = {
    "gs200": ("coil_1", "coil_2", "source_heater"),
    "34465a": ("source_thermometer", "drain_thermometer"),
    "ls372": ("mixing_chamber",),
}


class Chip(Section):
    """The valve itself, with the numbers that an experiment wants to find out."""

    resonator: ResonatorFilter
    qubits: Annotated[tuple[Qubit, Qubit], listed("qubits", "[{asymmetry: 0.05, ...}, {...}]", 2)]
    flux: FluxBias
    gamma_h: Rate
    gamma_c: Rate
    gamma_p: Rate
    T_p: Temperature

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

    ``channel`` is the input of the resistance bridge that its thermometer is at.
    """

    base_temperature: PositiveTemperature
    time_constant: TimeConstant
    thermometer_noise: Temperature
    channel: Annotated[int, Field(ge=1, le=16)] = 6


class Box(Section):
    """One instrument in the rack, and the wire at its terminals."""

    model: Literal["gs200", "34465a", "ls372"]
    wired_to: Wire

    @field_validator("wired_to")
    @classmethod
    def _fits_the_model(cls, wire: Wire, info: ValidationInfo) -> Wire:
        model = info.data.get("model")
        if model is not None and wire not in _WIRES[model]:
            raise ValueError(f"must be one of {', '.join(_WIRES[model])} for a {model}, found '{wire}'")
        return wire


class Cryostat(Section):
    """A cryostat with a chip in it and a rack of boxes beside it.

    ``voltmeter_noise`` is the standard deviation of one reading of 10 power line cycles; it is white.
    ``drain_background`` is what heats the drain besides the photons of the valve.
    """

    schema_: Literal["valvelab-cryostat/1"] = Field(alias="schema")
    seed: Annotated[int, Field(ge=0, lt=2**64)]
    chip: Chip
    source: Island
    drain: Island
    drain_background: Background
    mixing_chamber: MixingChamber
    voltmeter_noise: Noise
    boxes: dict[str, Box]

    @field_validator("boxes")
    @classmethod
    def _one_box_per_wire(cls, boxes: dict[str, Box], info: ValidationInfo) -> dict[str, Box]:
        seen: dict[Wire, str] = {}
        for address, box in boxes.items():
            other = seen.setdefault(box.wired_to, address)
            if other != address:
                raise PlacedError(
                    (address, "wired_to"),
                    f"must be a terminal of its own, found {box.wired_to}, where {other} is",
                )
        heated = any(box.wired_to == "source_heater" for box in boxes.values())
        if heated and "source" in info.data and info.data["source"].heater is None:
            raise ValueError("wires a box to source_heater, so source.heater must be there; add it")
        return boxes

    @field_validator("boxes")
    @classmethod
    def _addresses_are_visa(cls, boxes: dict[str, Box]) -> dict[str, Box]:
        from pyvisa.rname import InvalidResourceName, to_canonical_name

        names = []
        for address in boxes:
            try:
                names.append(to_canonical_name(address))
            except InvalidResourceName:
                raise PlacedError(
                    (address,),
                    f"must be a VISA address such as TCPIP0::192.168.150.11::inst0::INSTR, found '{address}'",
                ) from None
        twice = [name for name, n in Counter(names).items() if n > 1]
        if twice:
            raise ValueError(f"must have one box per address, found several at {', '.join(twice)}")
        return boxes
