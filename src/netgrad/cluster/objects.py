"""An object of a store, which appears when it is whole or not at all.

On S3 tasks upload parts of it under numbers of their own, and the parts of those that the driver accepted make it. In
other stores all bytes go through the driver.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, NamedTuple

from netgrad.cluster.spans import Span
from netgrad.cluster.urls import WEB, failures, file_system, is_url
from netgrad.errors import OutputError, UsageError, visible
from netgrad.files import File
from netgrad.signals import raised
from netgrad.stream.sources import Source
from netgrad.stream.tasks import Answer

LEAST = 5 << 20  # bytes of a part, but for the last: S3's rule, as is the next
NUMBERS = 10_000  # of parts
PART = 16 << 20  # bytes of the driver's own parts at first
ATTEMPTS = 4  # numbers for each span: for the driver before it, for its task, run again, and with its first bytes apart
SPANS = 2400  # that have such numbers; of more the bytes come to the driver


class Target(NamedTuple):
    """One upload to S3, for whoever adds a part."""

    url: str
    bucket: str
    key: str
    id: str


class Uploaded(NamedTuple):
    """Part that a task has uploaded, in the place of bytes."""

    number: int
    tag: str
    head: bytes  # that stand before the part
    last: bytes

    def endswith(self, end: bytes) -> bool:
        """As bytes have it."""
        return self.last.endswith(end)


class UploadedPart:
    """The contents of one task as a part of an upload; few bytes go to the driver."""

    def __init__(self, target: Target, number: int, has_head: bool) -> None:
        self._target, self._number, self._has_head, self._held = target, number, has_head, bytearray()

    def put(self, one: Answer) -> None:
        """Keep its bytes."""
        self._held += one.content or b""

    def done(self) -> Uploaded | bytes:
        """Upload them, but for enough at the beginning for a part, where that is wanted."""
        start = LEAST if self._has_head else 0
        if len(self._held) < start + LEAST:
            return bytes(self._held)
        tag = upload(self._target, self._number, self._held[start:])
        return Uploaded(self._number, tag, bytes(self._held[:start]), bytes(self._held[-1:]))

    def drop(self) -> None:
        """Nothing has been uploaded."""


def upload(target: Target, number: int, data: bytes | bytearray) -> str:
    """Upload one part; returns the tag that it is known by."""
    with failures(target.url, OutputError):
        files, _ = file_system(target.url)
        at = {"Bucket": target.bucket, "Key": target.key, "UploadId": target.id, "PartNumber": number}
        return str(files.call_s3("upload_part", Body=bytes(data), **at)["ETag"])


class Upload:
    """The driver's side: what has been accepted, in order."""

    def __init__(self, target: Target) -> None:
        self._target, self._held = target, bytearray()
        self._parts: list[tuple[int, str]] = []

    def put(self, content: bytes | Uploaded) -> None:
        """Append bytes, or what a task has uploaded."""
        if isinstance(content, bytes):
            self._held += content
            if len(self._held) >= PART << len(self._parts) // 1000:
                self._flush()
            return
        self._held += content.head
        if self._held:
            self._flush()
        self._parts.append((content.number, content.tag))

    def _flush(self) -> None:
        number = self._parts[-1][0] + 1 if self._parts else 1
        if number > NUMBERS:
            raise OutputError(f"more than the {NUMBERS:,} parts of an object: write to a folder, NAME/")
        self._parts.append((number, upload(self._target, number, self._held)))
        self._held.clear()

    def wanted(self, span: Span, content: Any) -> Callable[[], UploadedPart] | None:
        """Out to run a task again with: the driver holds too few bytes for a part, and they come before."""
        if isinstance(content, Uploaded) and not content.head and 0 < len(self._held) < LEAST:
            return partial(UploadedPart, self._target, ATTEMPTS * span.k + 4, True)
        return None

    def placed(self, span: Span, attempt: int) -> Callable[[], UploadedPart] | None:
        """Where the contents of a span go. The first span of a file may come behind few bytes."""
        if span.k >= SPANS:
            return None
        return partial(UploadedPart, self._target, ATTEMPTS * span.k + 2 + attempt, span.lo == span.table.begin)

    def complete(self) -> None:
        """Make the object of all parts."""
        if self._held or not self._parts:
            self._flush()
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in self._parts]
        self._call("complete_multipart_upload", MultipartUpload={"Parts": parts})

    def abort(self) -> None:
        """Leave nothing of it."""
        self._call("abort_multipart_upload")

    def _call(self, method: str, **more: Any) -> None:
        target = self._target
        with failures(target.url, OutputError):
            files, _ = file_system(target.url)
            files.call_s3(method, Bucket=target.bucket, Key=target.key, UploadId=target.id, **more)
            files.invalidate_cache()


@contextmanager
def object_at(url: str, inputs: Sequence[Source | File]) -> Iterator["Upload | Through"]:
    """The object that is to have `url`, to put results into.

    Raises
    ------
    OutputError
        It cannot be written, or is one of the inputs. What stood there stays.
    """
    if url.startswith(WEB):
        raise UsageError(f"results can be written to a file or to s3://, gs:// or abfs://, not to {visible(url)}")
    with raised(), failures(url, OutputError):
        files, key = file_system(url)
        for name in (source.name for source in inputs if is_url(source.name)):
            if file_system(name) == (files, key):  # whatever it is called
                raise OutputError(f"the output is the input {visible(name)}: choose another", file=url)
        found = _begun(files, key, url) if hasattr(files, "call_s3") else Through(files, key)
        try:
            yield found
            found.complete()
        except BaseException:
            with suppress(OutputError):
                found.abort()
            raise


def _begun(files: Any, path: str, url: str) -> Upload:
    bucket, _, key = path.partition("/")
    begun = files.call_s3("create_multipart_upload", Bucket=bucket, Key=key)
    return Upload(Target(url, bucket, key, begun["UploadId"]))


class Through:
    """An object of another store, written through fsspec."""

    def __init__(self, files: Any, key: str) -> None:
        self._file = files.open(key, "wb", autocommit=False)
        self.put: Callable[[bytes], Any] = self._file.write

    def placed(self, span: Span, attempt: int) -> None:
        """Into the driver's hands."""

    def wanted(self, span: Span, content: Any) -> None:
        """Nothing again."""

    def complete(self) -> None:
        """Let it appear."""
        self._file.close()
        self._file.commit()

    def abort(self) -> None:
        """Leave nothing of it."""
        with suppress(Exception):
            self._file.close()
        self._file.discard()
