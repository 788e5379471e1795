"""Watch the folder: what other programs save is seen at once."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from watchfiles import DefaultFilter, awatch

from newsletter.workflow.composer.composer import Composer

QUIET_MS = 60
"""Milliseconds without a change after which the changes are told: an editor may write a file in several steps."""


async def watch(composer: Composer, stop: asyncio.Event) -> None:
    """Tell the composer of changes in its folder until `stop` is set; look now and then where watching fails."""
    with contextlib.suppress(asyncio.CancelledError):
        while not stop.is_set():
            folder = await run_in_threadpool(lambda: composer.watched)
            try:
                await _watch_folder(composer, folder, stop)
            except (OSError, RuntimeError):  # no such folder for a moment, or too many watches
                await asyncio.sleep(2)
                await run_in_threadpool(composer.files_changed, [folder / "newsletter.yaml"])


async def _watch_folder(composer: Composer, folder: Path, stop: asyncio.Event) -> None:
    filtered = DefaultFilter(ignore_dirs=(*DefaultFilter.ignore_dirs, ".newsletter", "outbox"))
    changes = awatch(folder, watch_filter=filtered, debounce=400, step=QUIET_MS, stop_event=stop, rust_timeout=1000)
    async for found in changes:
        await run_in_threadpool(composer.files_changed, [Path(path) for _, path in found])
