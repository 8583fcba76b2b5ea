"""Takes single fields out of protocol buffers without knowing their schema (encoding: protobuf.dev/programming-guides/encoding).

Whatever the bytes are, reading ends: each step goes forward, and the first that makes no sense ends the message.
"""

from collections.abc import Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_SIZES = {_FIXED64: 8, _FIXED32: 4}
_VARINT_BYTES_MAX = 10


class Fields:
    """The fields of one message: numbers and bytes by field number, the first of each; nothing is copied."""

    def __init__(self, content: bytes | memoryview) -> None:
        """Read a message; of one that breaks off, the fields before the break."""
        self._numbers: dict[int, int] = {}
        self._bytes: dict[int, memoryview] = {}
        for field, value in _fields(memoryview(content)):
            if isinstance(value, int):
                self._numbers.setdefault(field, value)
            else:
                self._bytes.setdefault(field, value)

    def number(self, field: int) -> int:
        """Return a whole number; 0 when it is missing, which is how protobuf writes 0 too."""
        return self._numbers.get(field, 0)

    def text(self, field: int) -> str:
        """Return a text; empty when it is missing or no UTF-8."""
        try:
            return str(self._bytes.get(field, b""), "utf-8")
        except UnicodeDecodeError:
            return ""

    def message(self, field: int) -> "Fields | None":
        """Return a message inside this one; `None` when it is missing."""
        content = self._bytes.get(field)
        return None if content is None else Fields(content)


def _fields(content: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    at, end = 0, len(content)
    while at < end:
        key, at = _varint(content, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(content, at)
            if at <= end:
                yield key >> 3, value
            continue
        if kind == _BYTES:
            size, at = _varint(content, at)
        elif kind in _SIZES:
            size = _SIZES[kind]
        else:
            return  # a group, which nobody writes any more, or nonsense
        if at + size > end:
            return
        if kind == _BYTES:
            yield key >> 3, content[at : at + size]
        at += size


def _varint(content: memoryview, at: int) -> tuple[int, int]:
    """Return a number and where it ends: behind the content when it breaks off or is too long."""
    value = 0
    for index, byte in enumerate(content[at : at + _VARINT_BYTES_MAX]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value & (2**64 - 1), at + index + 1
    return 0, len(content) + 1
