"""Where providers keep the images that they were given."""

from __future__ import annotations

import sqlalchemy as sa

from newsletter.ledger.engine import reading, writing
from newsletter.ledger.schema import uploads


class Uploads:
    """The links of images at providers, by the hash of the bytes."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def find(self, provider: str, digest: str) -> str | None:
        """Return the link of an image at a provider, or None if it was never uploaded there."""
        here = (uploads.c.provider == provider, uploads.c.digest == digest)
        with reading(self._engine) as connection:
            return connection.execute(sa.select(uploads.c.link).where(*here)).scalar_one_or_none()

    def remember(self, provider: str, digest: str, link: str) -> None:
        """Record where an image is."""
        here = (uploads.c.provider == provider, uploads.c.digest == digest)
        with writing(self._engine) as connection:
            connection.execute(sa.delete(uploads).where(*here))
            connection.execute(sa.insert(uploads), [{"provider": provider, "digest": digest, "link": link}])
