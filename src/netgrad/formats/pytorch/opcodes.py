"""Opcodes of a pickle, protocols 2 to 5, as far as data needs them (the Python library's `pickletools` lists all).

Nothing is imported, looked up or called by what a pickle says: a global is a name, and a call is handed to a
table of our own functions. Opcodes of protocols 0 and 1, extensions and buffers are refused.
"""

from collections.abc import Callable, Mapping
from struct import unpack
from types import MappingProxyType
from typing import Any

from netgrad.errors import NetworkError
from netgrad.formats.limits import PICKLE_INTEGER, PICKLE_STEPS
from netgrad.formats.pytorch.items import Entries, Inert, Items
from netgrad.formats.pytorch.stack_machine import Machine, text

Step = Callable[[Machine], None]


def read_pickle(machine: Machine) -> Any:
    """Value of the pickle that `machine` stands before; `machine.at` is then behind it.

    Raises
    ------
    NetworkError
        An opcode or a name that weights do not need, a limit that is passed, or damage; with the byte.
    """
    start = machine.at
    try:
        for _ in range(PICKLE_STEPS):
            start = machine.at
            code = machine.code()
            if code == _STOP:
                return machine.result()
            step = STEPS_OF.get(code)
            if step is None:
                raise NetworkError(f"opcode {_REFUSED.get(code, code)}, which weights do not need")
            step(machine)
    except NetworkError as error:
        raise NetworkError(f"byte {start}: {error.message}") from None
    raise NetworkError(f"more than {PICKLE_STEPS} opcodes in the pickle")


def _protocol(machine: Machine) -> None:
    if (version := machine.number(1)) not in (2, 3, 4, 5):
        raise NetworkError(f"pickle protocol {version}, expected 2 to 5")


def _frame(machine: Machine) -> None:
    if (size := machine.number(8)) > len(machine.data) - machine.at:
        raise NetworkError(f"a frame of {size} bytes, but {len(machine.data) - machine.at} follow")


def _long(width: int) -> Step:
    """An integer in two's complement; its length is itself signed where it has four bytes."""

    def step(machine: Machine) -> None:
        size = int.from_bytes(machine.take(width), "little", signed=width == 4)
        if not 0 <= size <= PICKLE_INTEGER:
            raise NetworkError(f"an integer of {size} bytes, but at most {PICKLE_INTEGER} are read")
        machine.push(int.from_bytes(machine.take(size), "little", signed=True))

    return step


def _counted(width: int, make: Callable[[bytes], Any]) -> Step:
    """Opcode that pushes what `make` makes of bytes whose number stands in `width` bytes before them."""
    return lambda machine: machine.push(make(machine.take(machine.number(width))))


def _fixed(width: int, make: Callable[[bytes], Any]) -> Step:
    return lambda machine: machine.push(make(machine.take(width)))


def _value(make: Callable[[], Any]) -> Step:
    return lambda machine: machine.push(make())


def _tuple(n: int) -> Step:
    return lambda machine: machine.push(machine.popped(n))


def _drop(machine: Machine) -> None:
    machine.pop()


def _drop_marked(machine: Machine) -> None:
    machine.marked()


def _append(machine: Machine, values: list[Any]) -> None:
    target = machine.top()
    if isinstance(target, Items):
        target.add(values)
    elif not isinstance(target, Inert):
        raise NetworkError("values are appended to what is no list")


def _set(machine: Machine, values: list[Any]) -> None:
    target = machine.top()
    if len(values) % 2:
        raise NetworkError("a key without its value")
    if isinstance(target, Entries):
        target.put(zip(values[::2], values[1::2], strict=True))
    elif not isinstance(target, Inert):
        raise NetworkError("entries are set in what is no dict")


def _global(machine: Machine) -> None:
    module = machine.line()
    machine.push(machine.named(module, machine.line()))


def _stack_global(machine: Machine) -> None:
    module, name = machine.popped(2)
    if not isinstance(module, str) or not isinstance(name, str):
        raise NetworkError("a global whose name is no text")
    machine.push(machine.named(module, name))


def _reduce(machine: Machine) -> None:
    machine.push(machine.called(*machine.popped(2)))


def _new_with_keywords(machine: Machine) -> None:
    name, arguments, _ = machine.popped(3)
    machine.push(machine.called(name, arguments))


def _build(machine: Machine) -> None:
    """State of an object, such as `_metadata` of a state_dict; dropped, it holds no weights."""
    state = machine.pop()
    for part in state if isinstance(state, Items) else [state]:
        if isinstance(part, Entries) and "__class__" in part:
            raise NetworkError("a state that changes __class__")
    if not isinstance(machine.top(), Inert | Entries):
        raise NetworkError("a state is given to what has none")


STEPS_OF: Mapping[int, Step] = MappingProxyType(
    {
        0x80: _protocol,
        0x95: _frame,
        ord("("): Machine.mark,
        ord("0"): _drop,
        ord("1"): _drop_marked,
        ord("N"): _value(lambda: None),
        0x88: _value(lambda: True),
        0x89: _value(lambda: False),
        ord("J"): _fixed(4, lambda raw: int.from_bytes(raw, "little", signed=True)),
        ord("K"): _fixed(1, lambda raw: raw[0]),
        ord("M"): _fixed(2, lambda raw: int.from_bytes(raw, "little")),
        ord("G"): _fixed(8, lambda raw: unpack(">d", raw)[0]),
        0x8A: _long(1),
        0x8B: _long(4),
        ord("U"): _counted(1, lambda raw: raw.decode("latin-1")),  # texts of Python 2
        ord("T"): _counted(4, lambda raw: raw.decode("latin-1")),
        ord("X"): _counted(4, text),
        0x8C: _counted(1, text),
        0x8D: _counted(8, text),
        ord("B"): _counted(4, bytes),
        ord("C"): _counted(1, bytes),
        0x8E: _counted(8, bytes),
        0x96: _counted(8, bytes),
        ord(")"): _value(Items),
        ord("]"): _value(Items),
        0x8F: _value(Items),
        ord("}"): _value(Entries),
        ord("t"): lambda m: m.push(Items(m.marked())),
        ord("l"): lambda m: m.push(Items(m.marked())),
        0x91: lambda m: m.push(Items(m.marked())),
        0x85: _tuple(1),
        0x86: _tuple(2),
        0x87: _tuple(3),
        ord("a"): lambda m: _append(m, [m.pop()]),
        ord("e"): lambda m: _append(m, m.marked()),
        0x90: lambda m: _append(m, m.marked()),
        ord("s"): lambda m: _set(m, m.popped(2)),
        ord("u"): lambda m: _set(m, m.marked()),
        ord("q"): lambda m: m.put(m.number(1)),
        ord("r"): lambda m: m.put(m.number(4)),
        0x94: Machine.put,
        ord("h"): lambda m: m.push(m.get(m.number(1))),
        ord("j"): lambda m: m.push(m.get(m.number(4))),
        ord("c"): _global,
        0x93: _stack_global,
        ord("R"): _reduce,
        0x81: _reduce,
        0x92: _new_with_keywords,
        ord("b"): _build,
        ord("Q"): lambda m: m.push(m.stored(m.pop())),
    }
)
_STOP = ord(".")
# By name, as the message tells them; what is not here either is no opcode.
_REFUSED: Mapping[int, str] = MappingProxyType(
    {
        **{ord("I"): "INT", ord("L"): "LONG", ord("F"): "FLOAT", ord("S"): "STRING", ord("V"): "UNICODE"},
        **{ord("i"): "INST", ord("o"): "OBJ", ord("P"): "PERSID", ord("g"): "GET", ord("p"): "PUT", ord("2"): "DUP"},
        **{0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER", ord("d"): "DICT"},
    }
)
