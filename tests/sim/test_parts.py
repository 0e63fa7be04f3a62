import numpy as np
import pytest

from valvelab.sim import Bath, Resonator
from valvelab.sim.parts import parts


@pytest.mark.parametrize("shape", [(7,), (3, 100), (100, 3), (2, 50, 1), (1, 9)])
@pytest.mark.parametrize("points", [1, 10, 64, 10_000])
def test_the_parts_of_a_batch_are_the_batch(shape, points):
    array = np.arange(np.prod(shape)).reshape(shape)
    cut = list(parts(shape, points))
    pieces = [part.of(array) for part in cut]
    assert np.array_equal(np.concatenate(pieces, axis=cut[0].axis), array)
    smallest = array.size // max(shape)
    assert max(piece.size for piece in pieces) <= max(points, smallest)


def test_what_broadcasts_along_the_cut_stays_whole():
    part = list(parts((3, 100), 30))[1]
    assert (part.axis, part.start, part.stop) == (-1, 10, 20)
    assert part.of(5.0).shape == ()
    assert part.of(np.ones((3, 1))).shape == (3, 1)
    bath = part.of_source(Bath(np.ones((3, 1)), np.linspace(0, 1, 100)))
    assert bath.rate.shape == (3, 1)
    assert np.array_equal(bath.temperature, np.linspace(0, 1, 100)[10:20])
    assert part.of_source(Resonator(4e9, np.full(100, 20.0))).quality_factor.shape == (10,)
