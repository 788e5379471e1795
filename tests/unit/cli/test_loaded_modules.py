"""A command loads what it needs and no more: what it does not use would make each start slower."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
PROGRAM = """
import sys
from newsletter.cli.app import run
try:
    run(sys.argv[2:])
except SystemExit as stop:
    code = stop.code
print(code, *sorted(set(sys.argv[1].split(",")) & set(sys.modules)), file=sys.stderr)
"""
SENDING = ("boto3", "cryptography", "dns", "keyring", "newsletter.sending.direct", "sqlalchemy")
SERVING = ("newsletter.web", "starlette", "uvicorn", "watchfiles")
FAULTS = (
    "newsletter.issue_file.messages",
    "newsletter.issue_file.yaml_repair.repairs_structure",
    "newsletter.subscribers.filters",
)
READING = ("icalendar", "mammoth", "newsletter.importing", "openpyxl")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("newsletter.yaml", "audience.csv"):
        shutil.copy(PROJECT / name, tmp_path / name)
    for name in ("issues", "templates"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "unwanted"),
    [
        (["check", "2024-02", "--offline"], (*SENDING, *SERVING, *READING, *FAULTS, "rich")),
        (
            ["render", "2024-02", "-o", "out"],
            (
                *SENDING,
                *SERVING,
                *FAULTS,
                "holidays",
                "hunspell",
                "newsletter.preflight.rules",
                "newsletter.providers.base",
            ),
        ),
    ],
    ids=["check", "render"],
)
def test_a_command_loads_no_module_of_another(folder: Path, command: list[str], unwanted: tuple[str, ...]) -> None:
    program = [sys.executable, "-c", PROGRAM, ",".join(unwanted), *command]
    done = subprocess.run(program, capture_output=True, text=True, check=True, cwd=folder)
    assert done.stderr.splitlines()[-1] == "0"
