"""What has been computed lately, kept within a budget."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Keep the values that were asked for last, as many as fit.

    Parameters
    ----------
    budget
        Largest sum of the weights of what is kept.
    weight
        Weight of a value.

    Examples
    --------
    >>> squares = Recent(budget=2, weight=lambda value: 1)
    >>> [squares.get(n, lambda n=n: print("computed", n) or n * n) for n in (3, 3, 4)]
    computed 3
    computed 4
    [9, 9, 16]
    """

    def __init__(self, budget: float, weight: Callable[[Value], float]) -> None:
        self._budget, self._weight = budget, weight
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()
        self._total = 0.0
        self._lock = Lock()

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the value of a key, computed if it is not kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = compute()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = value
                self._total += self._weight(value)
            while self._total > self._budget:
                self._total -= self._weight(self._kept.popitem(last=False)[1])
        return value
