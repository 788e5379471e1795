"""Templates: whose wins, what they may do, and what is said when one is broken."""

from __future__ import annotations

import os
import shutil
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import pytest

from newsletter.errors import ContentError, TemplateError
from newsletter.issue_file.section_types import declared_kinds
from newsletter.model.branding import Brand, Presentation, Sender
from newsletter.model.issue import Issue
from newsletter.render import templates
from newsletter.render.parts import Parts
from newsletter.render.pipeline import to_mjml
from newsletter.render.templates import environment_for, render_template, template_loader
from newsletter.testing.example_facts import grey_png

SHIPPED = Path(__file__).parents[3] / "templates"


def broken(text: str, name: str = "sections/story.mjml.j2", **context: Any) -> TemplateError:
    environment = environment_for(
        jinja2.DictLoader({name: text, "parts/own.mjml.j2": "{% macro own() %}\n{{ gone }}{% endmacro %}"})
    )
    with pytest.raises(TemplateError) as told:
        render_template(environment, name, {"parts": Parts(environment, {}), **context})
    return told.value


def test_the_users_own_file_wins_and_the_shipped_ones_are_there(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "button.mjml.j2").write_text("mine", encoding="utf-8")
    environment = environment_for(template_loader([tmp_path]))
    assert environment.get_template("parts/button.mjml.j2").render() == "mine"
    assert environment.get_template("parts/card.mjml.j2").filename == "templates/parts/card.mjml.j2"
    names = environment.list_templates()
    assert set(names) >= {
        str(path.relative_to(SHIPPED)) for path in SHIPPED.rglob("*.j2") if "first_edition" not in path.parts
    }


def test_a_folder_that_is_not_there_is_no_fault(tmp_path: Path) -> None:
    assert environment_for(template_loader([tmp_path / "none"])).get_template("issue.mjml.j2")


def test_an_installed_package_brings_its_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "newsletter"
    shutil.copytree(SHIPPED, package / "_templates")
    monkeypatch.setattr(resources, "files", lambda name: tmp_path / name)
    environment = environment_for(template_loader([]))
    assert "macro card" in environment.loader.get_source(environment, "parts/card.mjml.j2")[0]  # type: ignore[union-attr]
    assert "issue.mjml.j2" in environment.list_templates()
    with pytest.raises(jinja2.TemplateNotFound):
        environment.get_template("parts/none.mjml.j2")


def test_a_template_is_compiled_once_and_read_anew_when_it_changed(tmp_path: Path) -> None:
    loader = template_loader([tmp_path])
    (tmp_path / "a.txt.j2").write_text("one", encoding="utf-8")
    first = environment_for(loader).get_template("a.txt.j2")
    assert environment_for(loader).get_template("a.txt.j2") is first
    (tmp_path / "a.txt.j2").write_text("two, longer", encoding="utf-8")
    os.utime(tmp_path / "a.txt.j2", (1, 1))
    assert environment_for(loader).get_template("a.txt.j2").render() == "two, longer"


def test_mjml_is_escaped_and_plain_text_is_not() -> None:
    environment = environment_for(jinja2.DictLoader({"a.mjml.j2": "{{ x }}", "a.txt.j2": "{{ x }}"}))
    assert render_template(environment, "a.mjml.j2", {"x": '<b>"&'}) == "&lt;b&gt;&#34;&amp;"
    assert render_template(environment, "a.txt.j2", {"x": '<b>"&'}) == '<b>"&'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a\n{{ nothing }}", 2, "'nothing' is undefined"),
        ("a\n\n{% if %}", 3, "cannot be parsed"),
        ("{{ x", 1, "cannot be parsed"),
        ("\n{{ [].append(1) }}", 2, "access to attribute 'append'"),
        ("\n{{ ''.__class__.__mro__ }}", 2, "unsafe"),
        ("\n\n{{ 1 / 0 }}", 3, "ZeroDivisionError"),
        ("\n{{ 'x'|no_such }}", 2, "No filter named 'no_such'"),
        ("\n{% include 'parts/buton.mjml.j2' %}", 2, "There is no template parts/buton.mjml.j2"),
        ("\n{{ parts.buton() }}", 2, "there is no part 'buton'"),
        ("\n{{ '# x'|markdown(below='y') }}", 2, "TypeError"),
    ],
)
def test_a_broken_template_is_told_with_its_line(text: str, line: int, words: str) -> None:
    error = broken(text)
    assert words in error.message
    assert error.place is not None
    assert (error.place.path.rpartition("/")[2] in {"story.mjml.j2", "<template>"}, error.place.line) == (True, line)
    assert error.exit_code == 3


def test_the_fault_is_placed_in_the_part_that_has_it() -> None:
    error = broken("\n{{ parts.own() }}")
    assert error.place is not None
    assert error.place.line == 2
    assert "'gone' is undefined" in error.message


def test_a_near_name_is_offered_for_a_template_that_is_missing() -> None:
    error = broken("{% include 'parts/owm.mjml.j2' %}")
    assert error.hint == "Did you mean parts/own.mjml.j2?"
    assert "docs/templates.md" in broken("{% include 'zzz' %}").hint


def test_the_template_itself_may_be_missing() -> None:
    environment = environment_for(jinja2.DictLoader({}))
    with pytest.raises(TemplateError, match="There is no template issue"):
        render_template(environment, "issue.mjml.j2", {})


def test_a_part_that_asks_for_a_missing_template_says_so() -> None:
    environment = environment_for(
        jinja2.DictLoader({"parts/a.mjml.j2": "{% extends 'none' %}", "x": "{{ parts.a() }}"})
    )
    with pytest.raises(TemplateError, match="There is no template none"):
        render_template(environment, "x", {"parts": Parts(environment, {})})


@pytest.mark.parametrize("error", [ContentError("x", []), OSError(2, "gone", "a.png")])
def test_errors_that_are_no_faults_of_a_template_go_through(error: Exception) -> None:
    def picture(name: str) -> None:
        raise error

    environment = environment_for(jinja2.DictLoader({"x": "{{ picture('a') }}"}))
    with pytest.raises(type(error)):
        render_template(environment, "x", {"picture": picture})


def test_a_part_knows_the_issue_and_the_other_parts() -> None:
    environment = environment_for(
        jinja2.DictLoader(
            {
                "parts/outer.mjml.j2": "{% macro outer() %}<{{ parts.inner(caller()) }}>{% endmacro %}",
                "parts/inner.mjml.j2": "{% macro inner(x) %}{{ x }} of {{ title }}{% endmacro %}",
                "x.mjml.j2": "{% call parts.outer() %}words{% endcall %}",
            }
        )
    )
    parts = Parts(environment, {"title": "the issue"})
    assert render_template(environment, "x.mjml.j2", {"parts": parts}) == "<words of the issue>"
    with pytest.raises(AttributeError):
        parts.__wrapped__  # noqa: B018


def test_compiled_templates_are_kept_for_the_next_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "templates" / "a.txt.j2"
    source.parent.mkdir()
    source.write_text("one {{ 1 + 1 }}", encoding="utf-8")
    compiled: list[str] = []
    compile_really = jinja2.Environment._compile
    monkeypatch.setattr(
        jinja2.Environment, "_compile", lambda self, *args: [compiled.append(args[1]), compile_really(self, *args)][1]
    )

    def shown(cache: Path = tmp_path / "cache") -> str:
        """Render as a new process does."""
        templates._CODE.clear()
        return environment_for(template_loader([source.parent], compiled=cache)).get_template("a.txt.j2").render()

    assert [shown(), shown(), shown()] == ["one 2"] * 3
    assert len(compiled) == 1
    source.write_text("changed {{ 1 + 1 }}", encoding="utf-8")
    assert [shown(), shown()] == ["changed 2"] * 2
    assert len(compiled) == 2
    [kept] = (tmp_path / "cache").rglob("*.bin")
    for spoilt in (b"", kept.read_bytes()[:-20], b"nonsense", kept.read_bytes()[:8] + b"nonsense"):
        kept.write_bytes(spoilt)
        assert shown() == "changed 2"
    assert len(compiled) == 6
    assert len(list((tmp_path / "cache").rglob("*"))) == 2
    assert shown(source) == "changed 2"  # a file where the folder should be


def test_a_kept_template_is_read_once_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, cache = tmp_path / "templates", tmp_path / "cache"
    source.mkdir()
    (source / "a.txt.j2").write_text("one", encoding="utf-8")

    def shown() -> str:
        return environment_for(template_loader([source], compiled=cache)).get_template("a.txt.j2").render()

    assert shown() == "one"
    templates._CODE.clear()  # as in the next process
    assert shown() == "one"
    [kept] = cache.rglob("*.bin")
    kept.unlink()
    monkeypatch.setattr(jinja2.Environment, "_compile", lambda *_given: pytest.fail("it was compiled anew"))
    assert shown() == "one"


def test_a_built_in_template_is_compiled_once_for_all_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    templates._CODE.clear()
    compiled: list[str] = []
    compile_really = jinja2.Environment._compile
    monkeypatch.setattr(
        jinja2.Environment, "_compile", lambda self, *args: [compiled.append(args[1]), compile_really(self, *args)][1]
    )
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        environment_for(template_loader([tmp_path / name])).get_template("parts/card.mjml.j2")
    assert len(compiled) == 1
    for name in ("one", "two"):  # but each folder's own is its own, though they have the same name and length
        (tmp_path / name / "own.txt.j2").write_text(f"from {name}", encoding="utf-8")
        assert environment_for(template_loader([tmp_path / name])).get_template("own.txt.j2").render() == f"from {name}"
    assert len(compiled) == 3


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt.j2").write_text("one", encoding="utf-8")
    assert environment_for(template_loader([tmp_path])).get_template("a.txt.j2").render() == "one"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{{ x }}",
        "{{ x|inline }}",
        "{{ x|plain }}",
        "{{ x|markdown }}",
        "{{ x|heading }}",
        "{{ x|upper }}",
        "{{ '' ~ x }}",
        "{{ [x]|join }}",
        "{{ x|safe }}",
    ],
)
def test_an_empty_field_is_never_written_as_none(text: str) -> None:
    for name in ("a.mjml.j2", "a.txt.j2"):
        environment = environment_for(jinja2.DictLoader({name: text}))
        assert render_template(environment, name, {"x": None}).strip() == ""


RECIPE = """\
{# fields:
     image: {type: image}
     alt: {type: line}
     until: {type: date}
     ingredients: {type: lines}
     link: {type: link}
     label: {type: line}
#}
"""


def told_of_recipe(folder: Path, line: str) -> TemplateError:
    """Return what is said of a recipe whose template has this line, the ninth."""
    (folder / "sections").mkdir(parents=True)
    (folder / "sections" / "recipe.mjml.j2").write_text(RECIPE + line, encoding="utf-8")
    section = {"kind": "recipe", "image": "a.png", "alt": "x"}
    issue = Issue.model_validate(
        {"title": "A title", "date": "2024-02-12", "sections": [section]}, context={"kinds": declared_kinds([folder])}
    )
    house = Presentation(brand=Brand(name="x", address="x"), sender=Sender(name="x", email="x@example.org"))
    with pytest.raises(TemplateError) as told:
        to_mjml(issue, house, key="2024-02", templates=template_loader([folder]), assets=lambda _: grey_png(600, 400))
    return told.value


@pytest.mark.parametrize(
    ("line", "words", "hint"),
    [
        (
            "{{ parts.image(section) }}",
            "'caption'",
            "add `caption: {type: line}` to the fields at the top of ",
        ),
        ("{{ section.ingredient }}", "'ingredient'", "Did you mean ingredients?"),
        ("{{ parts.buton(section) }}", "no part 'buton'", "Did you mean parts.button?"),
        ("{{ parts.button({'link': 'https://example.org'}) }}", "no entry 'label'", 'Add "label": …'),
        ("{{ 'x' in section.label }}", "is empty", "The field label is empty in this issue. Put `{% if section.label"),
        ("{{ section.alt|inlin }}", "No filter named 'inlin'.", "Did you mean |inline?"),
    ],
)
def test_a_mistake_in_a_section_is_told_in_its_own_template(tmp_path: Path, line: str, words: str, hint: str) -> None:
    error = told_of_recipe(tmp_path, line)
    assert words in error.message
    assert not error.message.endswith("..")
    assert hint in error.hint
    assert error.place is not None
    assert (Path(error.place.path).name, error.place.line) == ("recipe.mjml.j2", 9)
