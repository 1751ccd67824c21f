"""Compressed bodies, taken apart in small pieces: a few bytes can stand for very many."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

ENCODINGS = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""Content encodings that are understood, with zlib's number for them."""

_PIECE = 1_000_000


class Unzip:
    """Unzips a stream of chunks in one of ENCODINGS. zlib.error where it is damaged."""

    def __init__(self, encoding: str) -> None:
        self._window = ENCODINGS[encoding]
        self._unzip = zlib.decompressobj(self._window)

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the decompressed bytes of a chunk, at most a megabyte at a time."""
        while chunk:
            if self._unzip.eof:
                # gzip may be made of several members one after the other
                self._unzip = zlib.decompressobj(self._window)
            yield self._unzip.decompress(chunk, _PIECE)
            chunk = self._unzip.unconsumed_tail or self._unzip.unused_data

    @property
    def whole(self) -> bool:
        """Is the compressed data complete?"""
        return self._unzip.eof


def unzipped(data: bytes, most: int) -> bytes:
    """The first `most` bytes behind gzip (a `sitemap.xml.gz`); other or damaged data as they are."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    found = bytearray()
    try:
        for piece in Unzip("gzip").pieces(data):
            found += piece
            if len(found) >= most:
                break
    except zlib.error:
        return data
    return bytes(found[:most])
