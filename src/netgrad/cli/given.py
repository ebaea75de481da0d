"""A point as a user types it: numbers by commas or blanks, or NAME=NUMBER by commas."""

from netgrad.cli.process import say
from netgrad.core.network import Network
from netgrad.errors import PointsError, counted, excerpt, listed, nearest, visible


def record_of(net: Network, text: str, option: str, k: int) -> str:
    """The point number `k` of the option as a record of n_1 cells by commas.

    Inputs that are not named are at the mean of the network's scaling, else at 0, which standard error is told.

    Raises
    ------
    PointsError
        It has not as many numbers as the network has inputs, or a name that no input has.
    """
    if not text.strip() or "\n" in text:
        raise PointsError(f"{excerpt(text)} is no point, expected numbers with commas", file=option, line=k)
    if "=" in text:
        return _named(net, text, option, k)
    record = text if "," in text else ",".join(text.split())
    found, n_1 = record.count(",") + 1, net.sizes[0]
    if found != n_1:
        problem = f"{counted(found, 'number')}, but the network has {counted(n_1, 'input')}"
        raise PointsError(problem, file=option, line=k)
    return record


def _named(net: Network, text: str, option: str, k: int) -> str:
    names, given = net.input_names, dict[str, str]()
    for item in text.split(","):
        name, equals, number = (part.strip(" \t") for part in item.rpartition("="))
        if not equals:
            raise PointsError(f"{excerpt(item)} is not NAME=NUMBER, as the others are", file=option, line=k)
        if name not in names:
            problem = f"there is no input {excerpt(name)}{nearest(name, names)}; inputs are {listed(names)}"
            raise PointsError(problem, file=option, line=k)
        if name in given:
            raise PointsError(f"{excerpt(name)} is given twice", file=option, line=k)
        given[name] = number
    center = net.scaling.mean.tolist() if net.scaling else [0.0] * len(names)
    rest = [f"{visible(name)} = {x!r}" for name, x in zip(names, center, strict=True) if name not in given]
    if rest:
        where = "the mean of the network's scaling" if net.scaling else "0"
        say(f"{option}:{k}: inputs that are not named are at {where}: {listed(rest)}")
    return ",".join(given.get(name, repr(x)) for name, x in zip(names, center, strict=True))
