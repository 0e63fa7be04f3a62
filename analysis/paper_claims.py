"""Every claim that the paper's text makes in numbers, beside what is computed for it."""

from collections.abc import Iterable, Mapping
from typing import Any

from valvelab.sim import Table1

from . import paper_claims_experiment as experiment
from . import paper_claims_ideal as ideal
from . import paper_claims_parasitic as parasitic
from . import paper_claims_scaling as scaling
from . import paper_claims_table as parameters
from .paper_claim import Claim


def paper_claims(table: Table1) -> dict[str, list[Claim]]:
    """Return the claims by the place where they stand, in the order of the text.

    Parameters
    ----------
    table
        The parameters of the claims about Table I and Fig. 5.
    """
    cold = f"T_c = {table.cold * 1e3:.0f} mK"
    return {
        "Secs. II A, II B": ideal.definitions(),
        "Abstract, Sec. II C": ideal.limits(),
        "Sec. II C, Fig. 3": scaling.scalings(),
        "Sec. III, T*": parasitic.effective_temperatures(),
        "Sec. III, Fig. 4(a, c)": parasitic.currents(),
        "Sec. III, Fig. 4(b, d)": parasitic.spin_squared(),
        "Table I, caption of Fig. 5": parameters.conversions(),
        "Abstract, Sec. IV": experiment.advantages(table),
        f"Sec. IV, N = 2, T_p = 50 mK, {cold}": experiment.enhancements(table, 0.05, 13),
        f"Sec. IV, N = 2, T_p = 450 mK, {cold}": experiment.enhancements(table, 0.45, -4),
        "Sec. IV, App. D": experiment.detunings(table),
        "Sec. V, App. B": parameters.approximations(table),
        "App. C, Fig. 6": ideal.appendix_c(),
    }


def claims_as_json(claims: Mapping[str, Iterable[Claim]]) -> list[dict[str, Any]]:
    """Return claims as plain values, each with the place where it stands."""
    return [{"place": place, **claim.as_json()} for place, group in claims.items() for claim in group]
