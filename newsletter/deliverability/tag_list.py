"""Records of the form `v=DMARC1; p=none`: names and values between semicolons."""

from __future__ import annotations


def tags_of(record: str) -> dict[str, str]:
    """Return the values of a record by name, names in small letters; what has no equals sign is left out."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().casefold(): value.strip() for name, sign, value in pairs if sign}
