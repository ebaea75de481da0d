"""Stack, marks and memo of a pickle, with a limit on each; what the opcodes do with them is in `opcodes`."""

from collections.abc import Callable
from typing import Any

from netgrad.errors import NetworkError
from netgrad.formats.limits import PICKLE_MARKS, PICKLE_STACK, PICKLE_STEPS
from netgrad.formats.pytorch.items import Items, Name


class Machine:
    """State of one pickle that is being read from `data`, from the byte `at` on.

    `named` tells what a global (module, name) stands for, `stored` what a persistent id does, and `called`
    what a name makes of arguments.
    """

    def __init__(
        self,
        data: bytes,
        at: int,
        named: Callable[[str, str], Name],
        stored: Callable[[Any], Any],
        called: Callable[[Any, Any], Any],
    ) -> None:
        self.data, self.at = data, at
        self.named, self.stored, self.called = named, stored, called
        self._stack: list[Any] = []
        self._marks: list[int] = []  # heights of the stack
        self._memo: dict[int, Any] = {}

    def code(self) -> int:
        """Next opcode."""
        if self.at >= len(self.data):
            raise NetworkError("the pickle ends too early")
        self.at += 1
        return self.data[self.at - 1]

    def take(self, n: int) -> bytes:
        """Next n bytes of the pickle."""
        if n > len(self.data) - self.at:
            raise NetworkError("the pickle ends too early")
        self.at += n
        return self.data[self.at - n : self.at]

    def number(self, width: int) -> int:
        """Next `width` bytes as an unsigned integer."""
        return int.from_bytes(self.take(width), "little")

    def line(self) -> str:
        """Text up to the next line feed."""
        end = self.data.find(b"\n", self.at, self.at + 1000)
        if end < 0:
            raise NetworkError("a name without an end")
        return text(self.take(end + 1 - self.at)[:-1])

    def push(self, value: Any) -> None:
        """Put a value on the stack."""
        if len(self._stack) >= PICKLE_STACK:
            raise NetworkError(f"more than {PICKLE_STACK} values on the stack of the pickle")
        self._stack.append(value)

    def pop(self) -> Any:
        """Take the value on top of the stack, of what stands above the last mark."""
        self._need(1)
        return self._stack.pop()

    def top(self) -> Any:
        """Value on top of the stack."""
        self._need(1)
        return self._stack[-1]

    def popped(self, n: int) -> Items:
        """Take the last n values of the stack."""
        self._need(n)
        items = Items(self._stack[len(self._stack) - n :])
        del self._stack[len(self._stack) - n :]
        return items

    def mark(self) -> None:
        """Note how high the stack is."""
        if len(self._marks) >= PICKLE_MARKS:
            raise NetworkError(f"more than {PICKLE_MARKS} marks on the stack of the pickle")
        self._marks.append(len(self._stack))

    def marked(self) -> list[Any]:
        """Take all that stands above the last mark, and the mark."""
        if not self._marks:
            raise NetworkError("a mark of the pickle is missing")
        height = self._marks.pop()
        items = self._stack[height:]
        del self._stack[height:]
        return items

    def put(self, index: int | None = None) -> None:
        """Remember the value on top as number `index`, or as the next."""
        index = len(self._memo) if index is None else index
        if index > PICKLE_STEPS:
            raise NetworkError(f"memo {index}, but a pickle has no more than {PICKLE_STEPS}")
        self._memo[index] = self.top()

    def get(self, index: int) -> Any:
        """Value that was remembered as number `index`."""
        if index not in self._memo:
            raise NetworkError(f"memo {index} is asked for, but was never put")
        return self._memo[index]

    def result(self) -> Any:
        """Take the one value that is left."""
        if len(self._stack) != 1 or self._marks:
            raise NetworkError(f"the pickle ends with {len(self._stack)} values, expected 1")
        return self._stack.pop()

    def _need(self, n: int) -> None:
        if len(self._stack) - (self._marks[-1] if self._marks else 0) < n:
            raise NetworkError("a value of the pickle is missing on the stack")


def text(raw: bytes) -> str:
    """UTF-8 text, with half surrogate pairs as Python's pickles have them."""
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise NetworkError("a text that is not UTF-8") from None
