"""What a QDevil QDAC-II needs beyond its driver in qcodes-contrib-drivers: a start without a step."""

from typing import TYPE_CHECKING

from qcodes.parameters import ParameterBase

from valvelab.errors import RunError

if TYPE_CHECKING:
    from qcodes.instrument import VisaInstrument

_RANGES = {2.0: "low", 10.0: "high"}
_NOTHING = 1e-4
"""So near to 0 V a range is changed without a step that matters [V]."""


def prepare_qdac2(
    instrument: "VisaInstrument", unit: str, output_range: float, *, channel: int
) -> ParameterBase:
    """Bring a channel of a QDAC-II into use without a step at its terminal.

    Its channels are always on. A channel at 0 V is brought into its range; one at another voltage is left as it is and
    must be in that range, since a change lets it jump. Lists, sweeps and virtual gates of the driver do not look at the
    limits of `dc_constant_V`; a guard around that parameter seals them as well. The slew rate stays as it is; one that
    is slower than the guard shows as a level that does not arrive.

    Parameters
    ----------
    instrument
        The driver ``qcodes_contrib_drivers.drivers.QDevil.QDAC2.QDac2``.
    unit
        ``"V"``.
    output_range
        2 V or 10 V.
    channel
        1 to 24.

    Returns
    -------
    The parameter that controls the voltage.

    Raises
    ------
    RunError
        If the channel is at a voltage in the other range.
    """
    if unit != "V" or output_range not in _RANGES:
        raise ValueError(
            f"{instrument.name}: a QDAC-II sources up to 2 V or 10 V, found {output_range:g} {unit}"
        )
    source = instrument.submodules[f"ch{channel:02}"]
    level: ParameterBase = source.parameters["dc_constant_V"]
    span, wanted = source.parameters["output_range"], _RANGES[output_range]
    found = str(span()).lower()
    if found != wanted:
        if abs(level()) > _NOTHING:
            raise RunError(
                f"{source.full_name}: must be in its {wanted} range or at 0 V, found the {found} range and "
                f"{level():g} V; ramp it to zero first"
            )
        span(wanted)
    return level
