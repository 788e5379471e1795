"""The command line: one module per command."""

from __future__ import annotations

import gc
import os

_GC_THRESHOLD = 200_000
"""Allocations before a garbage collection: imports alone make tens of thousands of objects, none of them garbage."""


def main() -> None:
    """Run the command line with few garbage collections, and none at exit."""
    gc.set_threshold(_GC_THRESHOLD)
    # pydantic would read the metadata of every installed package to find plugins for its models
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from newsletter.cli.app import run

    try:
        run()
    finally:
        # the process frees all its memory anyway; a last collection took a seventh of the run time
        gc.freeze()
