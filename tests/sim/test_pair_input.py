"""What is no pair is refused by name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.sim import Bath, Resonator, pair

HOT, COLD, PARASITIC = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
RESONATOR = Resonator(4e9, 20)
BAD = st.sampled_from([np.nan, np.inf, "1", None, complex(np.nan, 1.0), [1.0, [2.0]], object()])


@given(
    bad=BAD,
    place=st.sampled_from([0, 1]),
    name=st.sampled_from(["frequencies", "weights_hot", "weights_cold"]),
)
def test_a_pair_that_cannot_be_is_refused_by_name(bad, place, name):
    good = {"frequencies": [4e9, 4e9], "weights_hot": [1.0, 1.0], "weights_cold": [1.0, 1.0]}
    good[name] = [bad, good[name][1]] if place == 0 else [good[name][0], bad]
    with pytest.raises(ValueError, match=f"`{name}`"):
        pair(good.pop("frequencies"), HOT, COLD, **good)


@pytest.mark.parametrize("name", ["frequencies", "weights_hot", "weights_cold"])
@pytest.mark.parametrize("bad", [1.0, (), (1.0,), (1.0, 2.0, 3.0), None])
def test_what_is_not_a_pair_is_refused_by_name(name, bad):
    arguments = {"frequencies": (4e9, 4e9), name: bad}
    with pytest.raises(ValueError, match=f"`{name}` must be a pair"):
        pair(arguments.pop("frequencies"), HOT, COLD, **arguments)


@pytest.mark.parametrize("bad", [np.nan, "1 MHz", None, 5e9, -4e9])
def test_an_exchange_that_cannot_be_is_refused(bad):
    with pytest.raises(ValueError, match="`exchange`"):
        pair((4e9, 4e9), HOT, COLD, exchange=bad)


@pytest.mark.parametrize("bad", ["4 GHz", 4e9, (RESONATOR,), (None, None, None)])
def test_what_is_neither_one_resonator_nor_two_is_refused(bad):
    with pytest.raises(ValueError, match="`resonator` must be a pair"):
        pair((4e9, 4e9), HOT, COLD, resonator=bad)


def test_an_unknown_equation_is_refused():
    with pytest.raises(ValueError, match="`equation` must be"):
        pair((4e9, 4e9), HOT, COLD, equation="secular")


def test_shapes_that_do_not_broadcast_are_listed():
    with pytest.raises(
        ValueError, match=r"`weights_hot\[1\]` \(2,\), `parasitic.rate` \(3,\)|`parasitic.rate` \(3,\)"
    ):
        pair((4e9, 4e9), HOT, COLD, Bath(np.ones(3), 0.1), weights_hot=(1, [1, 2]))
