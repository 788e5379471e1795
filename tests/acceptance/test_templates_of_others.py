"""A folder with templates from somebody else, at each command that uses templates."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from tests.hostile_templates import CLASSES, FILES, FILTERS, FORMATS, MODELS, OWN_OBJECTS

COMMANDS = (
    ("check", "2024-03"),
    ("render", "2024-03", "-o", "page"),
    ("preview", "2024-03", "-o", "seen.html", "--no-open"),
    ("test", "2024-03", "--to", "ada@example.org"),
)
PAYLOADS = (MODELS[1], CLASSES[6], CLASSES[15], FILTERS[4], FORMATS[1], OWN_OBJECTS[3], FILES[1])


class Touch:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.path}",)


def write_quote(folder: Path, template: str) -> Path:
    path = folder / "templates" / "sections" / "quote.mjml.j2"
    path.write_text(template, encoding="utf-8")
    return path


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_command_runs_what_a_template_asks_for(command: tuple[str, ...], folder: Path, cli: Any) -> None:
    canary = folder.parent / "canary"
    code = json.dumps(pickle.dumps(Touch(canary), protocol=0).decode("ascii"))
    own = f"{{{{ brand.parse_raw({code}, proto='pickle', allow_pickle=true) }}}}"
    for payload in (own, *PAYLOADS):
        text = payload.replace("CANARY", str(canary)).replace("SECRET", str(folder / "audience.csv"))
        write_quote(folder, f"\n{text}")
        done = cli(*command)
        assert done.code == 3, payload
        assert "quote.mjml.j2:2" in done.said, payload
        assert not canary.exists(), payload


def test_the_error_names_what_to_use_instead(folder: Path, cli: Any) -> None:
    write_quote(folder, "\n\n{{ section.model_dump() }}")
    said = cli("check", "2024-03").said
    assert "quote.mjml.j2:3" in said
    assert "access to attribute 'model_dump' of 'quote' object is unsafe" in said
    assert "Use the field names directly, such as `section.heading`." in said


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_template_that_is_a_link_out_of_its_folder_is_refused(
    command: tuple[str, ...], folder: Path, cli: Any
) -> None:
    path = folder / "templates" / "sections" / "quote.mjml.j2"
    path.unlink()
    path.symlink_to(folder / "audience.csv")
    done = cli(*command)
    assert done.code == 3
    assert "it is a link to a file outside its folder" in done.said
    assert "quote.mjml.j2" in done.said
    assert "Replace it with a copy of the file." in done.said
    assert "@example" not in done.said


@pytest.mark.parametrize("name", ["parts/own.mjml.j2", "sections/recipe.mjml.j2", "languages/cy.po"])
def test_whatever_stands_among_the_templates_is_no_way_out(name: str, folder: Path, cli: Any) -> None:
    path = folder / "templates" / name
    path.unlink(missing_ok=True)
    path.symlink_to("/etc/passwd")
    text = (folder / "issues" / "2024-03.yaml").read_text(encoding="utf-8")
    if name.endswith(".po"):
        (folder / "issues" / "2024-03.yaml").write_text(f"language: cy\n{text}", encoding="utf-8")
    if name.startswith("parts/"):
        write_quote(folder, "{% include 'parts/own.mjml.j2' %}")
    done = cli("render", "2024-03")
    assert done.code == 3
    assert "outside its folder" in done.said
    assert "root:" not in done.said


def test_a_folder_of_templates_that_is_a_link_out_needs_to_be_allowed(folder: Path, cli: Any) -> None:
    (folder / "templates").rename(folder.parent / "elsewhere")
    (folder / "templates").symlink_to(folder.parent / "elsewhere")
    done = cli("check", "2024-03")
    assert done.code == 3
    assert "outside" in done.said
    settings = folder / "newsletter.yaml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}\nfolders: {{outside: true}}\n", encoding="utf-8")
    assert cli("check", "2024-03").code == 0


def test_a_link_inside_the_folder_is_as_good_as_a_copy(folder: Path, cli: Any) -> None:
    path = folder / "templates" / "sections" / "quote.mjml.j2"
    path.rename(path.with_name("mine.mjml.j2.txt"))
    path.symlink_to("mine.mjml.j2.txt")
    assert cli("check", "2024-03").code == 0


def test_a_pipe_among_the_templates_does_not_stop_everything(folder: Path, cli: Any) -> None:
    path = folder / "templates" / "sections" / "quote.mjml.j2"
    path.unlink()
    os.mkfifo(path)
    for command in COMMANDS[:2]:
        done = cli(*command)
        assert done.code == 3
        assert "it is not a regular file" in done.said
    assert "it is not a regular file" in cli("doctor", "--offline").said
