"""Who computes the chunks of a table: this process, local workers, or a cluster; all of them through dask."""

import re
from asyncio import CancelledError
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab.errors import DataError

from .table_evaluation import evaluate
from .table_plan import Chunk, TablePlan

Array = npt.NDArray[np.float64]
_ENVIRONMENT = "distributed.nanny.pre-spawn-environ"
_SELDOM = {
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "2s",
}
"""How often a local worker looks after itself: a hundred times a second, each of which takes Python's lock from what is
computed, cost one part in fifteen."""
_ADDRESS = re.compile(r"\w+://[^/\s]+:\d+/?|inproc://\S+")
PATIENCE = 10.0
"""How long a cluster may take to answer, and to have a worker [s]."""


class Workers:
    """Compute chunks, one after the other in this process, or side by side on the workers of a cluster.

    Two threads take as long as one, since most of a slow rung holds Python's lock; so side by side means processes.
    """

    def __init__(self, client: Any = None) -> None:
        self._client = client
        self._warm: list[Any] = []

    @property
    def count(self) -> int:
        """How many chunks are computed at a time."""
        return 1 if self._client is None else max(1, sum(self._client.nthreads().values()))

    def warm_up(self, plan: TablePlan, chunk: Chunk) -> None:
        """Have every worker import and compile what a place of a chunk takes; nobody waits for that.

        What goes wrong there goes wrong with the chunk itself, and is told then.
        """
        if self._client is None:
            return
        place = {name: column[:1] for name, column in plan.values(chunk).items()}
        self._warm = [
            self._client.submit(evaluate, plan.model, plan.resonator, place, workers=[address], pure=False)
            for address in self._client.nthreads()
        ]

    def compute(self, plan: TablePlan, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, Array]]:
        """Yield chunks with their currents as they are finished.

        Raises
        ------
        DataError
            If the model fails somewhere, or the workers do.
        """
        from dask.delayed import delayed

        work = delayed(evaluate, pure=False)
        tasks = ((chunk, work(plan.model, plan.resonator, plan.values(chunk))) for chunk in chunks)
        if self._client is None:
            for chunk, task in tasks:
                yield chunk, task.compute(scheduler="synchronous")
            return
        from distributed import as_completed

        futures = {self._client.compute(task): chunk for chunk, task in tasks}
        try:
            for future in as_completed(futures, loop=self._client.loop):  # type: ignore[no-untyped-call]
                yield futures[future], self._result(future)
        finally:
            with suppress(OSError, CancelledError):  # of a cluster that is gone
                self._client.cancel(list(futures))

    def _result(self, future: Any) -> Array:
        from distributed import KilledWorker

        try:
            return np.asarray(future.result())
        except KilledWorker:
            raise DataError(
                "table: a chunk must be computed by some worker, found several that died of it; look at their memory "
                "and logs, and call again: what is finished is kept"
            ) from None
        except (OSError, CancelledError):
            raise DataError(
                "table: the cluster must stay till the end, found that it no longer answers; call again when it does: "
                "what is finished is kept"
            ) from None
        except ModuleNotFoundError as error:
            raise DataError(
                f"table: workers must have what the model needs, found none of {error.name}; install the same valvelab "
                "there"
            ) from None


@contextmanager
def gathered(scheduler: str | None = None, workers: int | None = None) -> Iterator[Workers]:
    """Find who computes, and let local workers go in the end.

    Parameters
    ----------
    scheduler
        Address of the scheduler of a dask cluster, ``tcp://10.0.0.7:8786``.
    workers
        So many processes on this computer; none of their servers is seen from outside.

    Raises
    ------
    DataError
        If distributed is not installed, or no cluster with workers answers there.
    """
    if scheduler is None and workers is None:
        yield Workers()
        return
    with ExitStack() as stack:
        yield Workers(stack.enter_context(_client(scheduler, workers)))


@contextmanager
def _client(scheduler: str | None, workers: int | None) -> Iterator[Any]:
    try:
        import distributed
    except ModuleNotFoundError:
        raise DataError(
            "workers must be those of distributed, found it not installed; install valvelab[cluster]"
        ) from None
    if scheduler is None:
        with (
            _local_cluster(distributed, workers) as cluster,
            distributed.Client(cluster, set_as_default=False) as client,  # type: ignore[no-untyped-call]
        ):
            yield client
        return
    if not _ADDRESS.fullmatch(scheduler):  # distributed would try for long, and complain after that
        raise DataError(
            f"scheduler {scheduler}: must be an address such as tcp://HOST:8786, found no protocol or no port; give it "
            "as the scheduler's log says"
        )
    try:
        client = distributed.Client(  # type: ignore[no-untyped-call]
            scheduler, timeout=PATIENCE, set_as_default=False
        )
    except (OSError, ValueError, TimeoutError, ImportError) as error:
        raise DataError(
            f"scheduler {scheduler}: must be a dask scheduler that answers within {PATIENCE:g} s, found "
            f"{_reason(error)}; give its address as its log says, tcp://HOST:8786"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise DataError(
                f"scheduler {scheduler}: must have a worker, found none within {PATIENCE:g} s; start some with "
                f"'dask worker {scheduler}'"
            ) from None
        yield client


def _local_cluster(distributed: Any, workers: int | None) -> Any:
    """Start processes on this computer, whose servers nobody else can reach."""
    import dask

    # Memory that is given back after each of many small factorisations is asked for again: an eighth of the time.
    given = {
        name: value
        for name, value in dask.config.get(_ENVIRONMENT, {}).items()
        if name != "MALLOC_TRIM_THRESHOLD_"
    }
    try:
        with dask.config.set({_ENVIRONMENT: given, **_SELDOM}):
            return distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
            )
    except RuntimeError as error:
        raise DataError(
            f"workers must start, found that they do not ({_reason(error)}); a script that asks for workers must do so "
            "below 'if __name__ == \"__main__\":'"
        ) from None


def _reason(error: Exception) -> str:
    return "nothing there" if isinstance(error, OSError) else str(error).splitlines()[0]
