"""What quantities in files may be."""

import pytest
from pydantic import TypeAdapter

from valvelab import quantities
from valvelab.errors import QuantityError

NAMED = {name: value for name, value in vars(quantities).items() if hasattr(value, "__metadata__")}


@pytest.mark.parametrize("name", sorted(NAMED))
def test_the_bounds_of_every_quantity_read_as_they_are_written_and_hold(name):
    (described,) = NAMED[name].__metadata__
    low, high = described.bounds
    adapter = TypeAdapter(NAMED[name])
    assert low < high
    for text, value in ((described.low, low), (described.high, high)):
        assert adapter.validate_python(text) == value
        assert adapter.validate_json(adapter.dump_json(value)) == value


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("Gap", "205 eV", "must be a gap between 10 ueV and 5 meV, found 205 eV"),
        ("Gap", "205 neV", "must be a gap between 10 ueV and 5 meV, found 205 neV"),
        (
            "ChargingEnergy",
            "178 GHz",
            "must be a charging energy over h between 1 MHz and 10 GHz, found 178 GHz",
        ),
        (
            "ElectronPhononCoupling",
            "20e30 W/K^5",
            "must be an electron-phonon coupling between 1 fW/K^5 and 1 mW/K^5",
        ),
        ("Rate", "5e30 1/s", "must be a rate between 0 1/s and 1e12 1/s, found 5e30 1/s"),
        ("Frequency", "6.5e200 GHz", "must be a frequency between 10 MHz and 100 GHz, found 6.5e200 GHz"),
        ("Settling", "1e9 h", "must be a settling time between 0 s and 100 h, found 1e9 h"),
        ("Temperature", "96 K", "must be a temperature between 0 K and 10 K, found 96 K"),
    ],
)
def test_a_wrong_prefix_is_refused_with_what_is_possible(name, text, words):
    with pytest.raises(ValueError) as caught:
        TypeAdapter(NAMED[name]).validate_python(text)
    assert words in str(caught.value)
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], QuantityError)
