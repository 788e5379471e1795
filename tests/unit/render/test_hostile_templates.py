"""A folder of templates from somebody else runs nothing, reads nothing, and does not take all there is."""

from __future__ import annotations

import json
import os
import pickle
import re
import resource
import time
from pathlib import Path

import pytest

from newsletter.errors import TemplateError
from newsletter.model.campaign import Message
from newsletter.render.pipeline import render
from newsletter.render.templates import template_loader
from newsletter.render.translations import catalogue_for
from tests.hostile_templates import COSTLY, ESCAPES, LARGE

from .conftest import make_house, make_issue, png

CONFIDENTIAL = "words that nobody may read"
pytestmark = pytest.mark.filterwarnings("ignore")  # a warning of the library must not be what stops a template

LEAKED = re.compile(r"<class '|&lt;class|0x[0-9a-f]{6}|root:x:0|_environ|builtin|" + CONFIDENTIAL)


class Touch:
    """Makes a file when pickle reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.path}",)


def shown(folder: Path, template: str, name: str = "sections/quote.mjml.j2") -> Message:
    """Render an issue with a template for its quotation."""
    path = folder / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(template, encoding="utf-8")

    def read(asset: str) -> bytes:
        if asset.endswith(".png"):
            return png(40, 20)
        raise FileNotFoundError(2, "there is none", asset)

    issue = make_issue({"kind": "quote", "text": "Said in passing"})
    house = make_house(brand={"website": "https://example.org"})
    return render(issue, house, key="x", templates=template_loader([folder / "templates"]), assets=read)


def outcome(folder: Path, template: str, name: str = "sections/quote.mjml.j2") -> Message | TemplateError | OSError:
    """Return the message, or why there is none."""
    try:
        return shown(folder, template, name)
    except (TemplateError, FileNotFoundError) as error:
        return error


def filled(payload: str, folder: Path) -> str:
    (folder / "secret.txt").write_text(CONFIDENTIAL, encoding="utf-8")
    return payload.replace("CANARY", str(folder / "canary")).replace("SECRET", str(folder / "secret.txt"))


@pytest.mark.parametrize("payload", ESCAPES)
@pytest.mark.parametrize("name", ["sections/quote.mjml.j2", "sections/quote.txt.j2"])
def test_no_template_gets_out(payload: str, name: str, tmp_path: Path) -> None:
    made = outcome(tmp_path, filled(payload, tmp_path), name)
    if isinstance(made, TemplateError):
        assert made.place is not None
        assert made.exit_code == 3
        assert CONFIDENTIAL not in f"{made.message} {made.hint}"
    elif isinstance(made, OSError):  # a picture that is not there, which the commands report as such
        assert made.strerror == "there is none"
    else:
        assert not LEAKED.search(made.html)
        assert not LEAKED.search(made.text)
    assert not (tmp_path / "canary").exists()


def test_no_model_reads_a_pickle(tmp_path: Path) -> None:
    """The way in that was open: every model of Pydantic has `parse_raw`."""
    code = pickle.dumps(Touch(tmp_path / "canary"), protocol=0).decode("ascii")
    for holder in ("brand", "issue", "section", "links", "brand.colours", "issue.sections[0]"):
        call = f"{{{{ {holder}.parse_raw({json.dumps(code)}, proto='pickle', allow_pickle=true) }}}}"
        with pytest.raises(TemplateError) as told:
            shown(tmp_path, f"\n{call}")
        assert "access to attribute 'parse_raw'" in told.value.message or "no attribute" in told.value.message
        assert told.value.place is not None
        assert told.value.place.line == 2
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize("payload", COSTLY)
def test_no_template_takes_all_there_is(payload: str, tmp_path: Path) -> None:
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.thread_time()
    made = outcome(tmp_path, payload)
    if isinstance(made, TemplateError):
        assert made.place is not None
        assert len(made.message) < 500
    assert time.thread_time() - start < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000


@pytest.mark.parametrize("payload", LARGE)
def test_more_html_than_can_be_sent_is_refused_at_once(payload: str, tmp_path: Path) -> None:
    start = time.thread_time()
    with pytest.raises(TemplateError, match=r"The email is too large|a value has more than"):
        shown(tmp_path, payload)
    assert time.thread_time() - start < 10


def test_there_are_enough_of_them() -> None:
    assert len(set(ESCAPES)) >= 60


@pytest.mark.parametrize("count", ["1000000000", "7", "0"])
def test_a_catalogue_with_countless_plurals_is_refused(count: str, tmp_path: Path) -> None:
    text = f'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals={count}; plural=0;\\n"\n'
    (tmp_path / "templates" / "languages").mkdir(parents=True)
    (tmp_path / "templates" / "languages" / "cy.po").write_text(text, encoding="utf-8")
    with pytest.raises(TemplateError, match="languages have 1 to 6") as told:
        catalogue_for("cy", template_loader([tmp_path / "templates"]))
    assert told.value.place is not None
    assert told.value.place.line == 3
