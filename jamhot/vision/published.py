"""Published bundles, as vision asks for them; `jamhot.database` keeps them."""

from collections.abc import AsyncIterator
from typing import NamedTuple, Protocol


class Published(NamedTuple):
    """One published bundle. number: of this publication, never given twice. digest: SHA-256 of its card.json in hex,
    which holds the digests of all its other files."""

    number: int
    version: str
    digest: str


class PublishedBundles(Protocol):
    """Where published bundles are kept, those of one profile."""

    async def newest(self) -> Published | None:
        """The one to be used; None when nothing is published, or all of it was rolled back. Raises DatabaseError."""

    def parts(self, published: Published) -> AsyncIterator[tuple[str, bytes]]:
        """Its files in pieces of at most a megabyte: (file's name, bytes), each file's pieces in their order.

        Raises DatabaseError.
        """
