"""Engines that run tasks: three functions and a number is all that is asked of one."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

from netgrad.errors import counted

AHEAD = 3  # tasks under way for each slot, so that none waits for the driver
Handle = Any  # of a value that is there, or will be: an argument of another task, too


class Engine(Protocol):
    """Runs pure functions somewhere, perhaps more than once."""

    @property
    def slots(self) -> int:
        """Number of tasks that run at a time."""

    @property
    def about(self) -> str:
        """Where they run, in a word or two."""

    def remarks(self) -> list[str]:
        """Lines that are worth saying before a run. Workers that cannot do it are a ClusterError."""

    def submit(self, function: Callable[..., Any], *args: Any) -> Handle:
        """Begin function(*args), where handles stand for their values, also within a list."""

    def result(self, handle: Handle) -> Any:
        """The value, waited for. What has gone wrong with the engine is a ClusterError."""

    def cancel(self, handles: list[Handle]) -> None:
        """Have no more of them begun; their values are not needed any more."""

    def close(self) -> None:
        """Have done with it."""


class Pool:
    """Threads of this process."""

    def __init__(self, slots: int) -> None:
        self.slots, self._pool = slots, ThreadPoolExecutor(slots)
        self.about = counted(slots, "thread")

    def remarks(self) -> list[str]:
        """Nothing."""
        return []

    def submit(self, function: Callable[..., Any], *args: Any) -> "Future[Any]":
        """Begin a task; the handles among its arguments are older, and so done before its turn comes or soon after."""
        return self._pool.submit(lambda: function(*map(_value, args)))

    def result(self, handle: "Future[Any]") -> Any:
        """The value."""
        return handle.result()

    def cancel(self, handles: "list[Future[Any]]") -> None:
        """Begin no more."""
        for handle in handles:
            handle.cancel()

    def close(self) -> None:
        """Wait for what has begun."""
        self._pool.shutdown(cancel_futures=True)


def _value(given: Any) -> Any:
    if isinstance(given, list):
        return [_value(each) for each in given]
    return given.result() if isinstance(given, Future) else given


def itself(value: Any) -> Any:
    """The value, as a task: so it is sent to workers once."""
    return value
