"""The network that a command is given: its file, and what the options say of it that the file does not hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from netgrad.cli.request import Request
    from netgrad.core.network import Network


class NetworkSource(NamedTuple):
    """A file, and the options --activation, --output-activation, --layout, --order and --key."""

    path: str
    activation: str | None = None
    output_activation: str | None = None
    layout: str | None = None
    order: str | None = None
    key: str | None = None

    def load(self) -> "Network":
        """The network.

        Raises
        ------
        NetgradError
            As `formats.load` does.
        """
        from netgrad.formats import read
        from netgrad.formats.overrides import options

        with self.local() as path:
            return read(path, self.path, options(**self.options())).network

    @contextmanager
    def local(self) -> Iterator[str]:
        """Path of the file, which is fetched where a URL names it."""
        if "://" not in self.path:
            yield self.path
            return
        from netgrad.cluster.store import fetched

        with fetched(self.path) as path:
            yield path

    def asked(self, request: "Request") -> "tuple[Network, Request]":
        """The network at --at, in --dtype, and the request with --output as its output is called there.

        Raises
        ------
        NetgradError
            As `load` and `logits.at` do.
        """
        from netgrad.core import logits

        net = self.load().astype(request.dtype)
        asked = logits.at(net, request.at)
        return asked, request._replace(output=logits.output_at(net, request.at, request.output))

    def options(self) -> dict[str, str | None]:
        """Keywords of `formats.load` and `formats.opened`."""
        given = self._asdict()
        del given["path"]
        return given
