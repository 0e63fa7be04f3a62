import pytest

from valvelab.sim.cryostat.commands import Command, Setting, compiled
from valvelab.sim.cryostat.parameters import Number, ScpiError


class Box:
    def __init__(self) -> None:
        self.values = {"level": 1.0}
        self.told: list[str] = []

    def tell(self, *words: str) -> str:
        self.told += words
        return "told"

    def note(self, name: str) -> None:
        self.told.append(f"{name} changed")


@pytest.mark.parametrize(
    ("header", "spellings"),
    [
        ("*IDN?", {"*IDN?"}),
        (
            "SYSTem:ERRor[:NEXT]?",
            {f"{a}:{b}{c}?" for a in ("SYST", "SYSTEM") for b in ("ERR", "ERROR") for c in ("", ":NEXT")},
        ),
        ("[SOURce:]LEVel", {"LEV", "LEVEL", "SOUR:LEV", "SOUR:LEVEL", "SOURCE:LEV", "SOURCE:LEVEL"}),
        ("ROUTe:BNCOut", {"ROUT:BNCO", "ROUT:BNCOUT", "ROUTE:BNCO", "ROUTE:BNCOUT"}),
    ],
)
def test_a_header_has_these_spellings_and_no_others(header: str, spellings: set[str]) -> None:
    assert dict(compiled((Command(header, "tell"),))).keys() == spellings


def test_a_setting_is_written_read_and_announced() -> None:
    box, table = Box(), dict(compiled((Setting("LEVel", "level", Number(0, 5, 1), "note"),)))
    assert table["LEV"](box, ["2"]) is None
    assert box.told == ["level changed"]
    assert table["LEVEL?"](box, []) == "+2.00000000E+00"
    assert table["LEV?"](box, ["MAX"]) == "+5.00000000E+00"
    for header, arguments in (("LEV", []), ("LEV", ["1", "2"]), ("LEV?", ["3"]), ("LEV", ["6"])):
        with pytest.raises(ScpiError):
            table[header](box, arguments)
    assert box.values == {"level": 2.0}


def test_a_command_takes_as_many_parameters_as_it_says() -> None:
    box, table = Box(), dict(compiled((Command("TELL?", "tell", 1, 2),)))
    assert table["TELL?"](box, ["a", "b"]) == "told"
    assert box.told == ["a", "b"]
    for arguments in ([], ["a", "b", "c"]):
        with pytest.raises(ScpiError):
            table["TELL?"](box, arguments)
