"""The composer's address is known before the application is loaded: the browser starts meanwhile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
from newsletter.web.server import serve

class Stopped(Exception):
    pass

def ready(address):
    assert address.startswith("http://127.0.0.1:"), address
    heavy = ("newsletter.render.pipeline", "newsletter.web.application", "premailer", "starlette", "uvicorn")
    print([name for name in heavy if name in sys.modules])
    raise Stopped

try:
    serve(Path.cwd(), issue="2024-02", view="form", port=None, on_ready=ready)
except Stopped:
    print("stopped")
"""


def test_the_address_is_told_before_the_application_is_loaded(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, cwd=folder)
    assert done.stdout.split() == ["[]", "stopped"]
