"""Create a newsletter folder."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import UsageError
from newsletter.scaffold import starter
from newsletter.settings_file import FILE_NAME
from newsletter.workflow.schema_files import issue_schema_text, settings_schema_text


@dataclass(frozen=True, slots=True)
class CreatedFile:
    """A file of the new folder, and whether it was created or kept."""

    path: Path
    made: bool


def refuse_existing(root: Path) -> None:
    """Raise UsageError if the folder is a file, or has a newsletter already."""
    if root.exists() and not root.is_dir():
        raise UsageError(f"{root} is a file, not a folder.", hint="Choose another folder.")
    if (root / FILE_NAME).exists():
        raise UsageError(
            f"There is a newsletter here already: {root / FILE_NAME}.",
            hint="Nothing was changed. Run `newsletter new` to create an issue.",
        )


def create_folder(root: Path, answers: starter.Answers, today: dt.date) -> list[CreatedFile]:
    """Write the folder and return each file with whether it was created; existing files are kept."""
    files: dict[str, bytes] = {
        FILE_NAME: starter.settings_text(answers).encode(),
        f"issues/{today:%Y-%m}.yaml": starter.welcome_text(answers, today, "../.newsletter/issue.schema.json").encode(),
        "issues/images/welcome.jpg": starter.picture(),
        "audience.csv": starter.audience_text().encode(),
        ".gitignore": starter.gitignore_text().encode(),
        ".newsletter/issue.schema.json": issue_schema_text({}).encode(),
        ".newsletter/settings.schema.json": settings_schema_text().encode(),
    }
    return [CreatedFile(root / path, _write_new(root / path, content)) for path, content in files.items()]


def _write_new(path: Path, content: bytes) -> bool:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return False
    except OSError as error:
        raise UsageError(f"“{path}” cannot be written: {error.strerror}.", hint="Choose another folder.") from error
    return True
