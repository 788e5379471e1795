"""The user's own kinds of section: each template in `sections/` that declares fields makes one."""

from __future__ import annotations
