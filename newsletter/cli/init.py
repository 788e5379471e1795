"""`newsletter init`: create a newsletter folder."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson
from newsletter.cli.locale_defaults import system_language, system_time_zone
from newsletter.errors import UsageError
from newsletter.scaffold import starter

DETAILS = """\
It asks a few questions; --yes takes sample answers instead, and every answer can be changed later in
newsletter.yaml. Answers may also come from a pipe or a file, one on each line. A file that exists is never
overwritten. The folder is complete: it can be checked, shown and sent (into a folder of email files, the
outbox) as it is."""

EXAMPLES = (
    ("newsletter init", "in this folder, asking"),
    ("newsletter init our-news --yes", "in a new folder, with sample answers"),
    ('newsletter init our-news --name "Example Trust" --email news@example.org', "with your own"),
)

SETTINGS = "newsletter.yaml"


@dataclass(frozen=True, slots=True)
class CreatedFile:
    """A file of the new folder, and whether it was created or kept."""

    path: Path
    made: bool


def command(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="The folder to create; the current folder if left out.", show_default=False
        ),
    ] = Path(),
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Your organisation's name.", show_default=False)
    ] = None,
    newsletter: Annotated[
        str | None, typer.Option("--newsletter", metavar="NAME", help="The newsletter's own name.", show_default=False)
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", metavar="ADDRESS", help="The address it comes from.", show_default=False)
    ] = None,
    address: Annotated[
        str | None, typer.Option("--address", metavar="WORDS", help="Your postal address.", show_default=False)
    ] = None,
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="CODE", help="The language you write in: en-GB, cy.", show_default=False),
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option("--time-zone", metavar="ZONE", help="Your time zone: Europe/London.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take sample answers.")] = False,
    as_json: AsJson = False,
) -> None:
    """Create a newsletter folder."""
    root = folder.absolute()
    refuse(root)
    given = {
        "name": name,
        "newsletter": newsletter,
        "email": email,
        "address": address,
        "language": language,
        "time_zone": time_zone,
    }
    asking = (output.at_terminal() or output.has_piped_input()) and not yes and not as_json
    answers = checked(gathered(given, asking=asking))
    created = create_folder(root, answers, dt.datetime.now().astimezone().date())
    if as_json:
        made, kept = ([str(one.path) for one in created if one.made is state] for state in (True, False))
        output.print_json({"folder": str(root), "made": made, "kept": kept})
        return
    unanswered = not asking and None in (name, newsletter, email, address)
    if unanswered and not yes:
        output.complain("There was nobody to answer the questions: sample answers were taken.", colour="yellow")
    report_created(root, folder, created, sampled=unanswered)


def refuse(root: Path) -> None:
    """Raise UsageError where the folder cannot take a newsletter."""
    if root.exists() and not root.is_dir():
        raise UsageError(f"{root} is a file, not a folder.", hint="Name another folder.")
    if (root / SETTINGS).exists():
        raise UsageError(
            f"There is a newsletter here already: {root / SETTINGS}.",
            hint="Nothing was changed. `newsletter new` starts the next issue.",
        )


def gathered(given: dict[str, str | None], *, asking: bool) -> starter.Answers:
    """Return the answers: those given, asked for, or samples."""
    samples = starter.Answers()
    if asking:
        samples = replace(
            samples,
            language=system_language() or samples.language,
            time_zone=system_time_zone() or samples.time_zone,
        )
        output.say("A few questions, and your newsletter's folder is ready. You can change every answer later.\n")
    questions = {
        "name": "What is your organisation called?",
        "newsletter": "What is the newsletter called?",
        "email": "Which address do you send it from?",
        "address": "What is your postal address? The law asks for it in every newsletter.",
        "language": "Which language do you write in?",
        "time_zone": "Which time zone are you in?",
    }
    words = {}
    for field, question in questions.items():
        sample = str(getattr(samples, field))
        answer = given[field]
        if answer is None and asking:
            answer = _asked(field, question, sample)
        words[field] = " ".join((answer or sample).split())
    return starter.Answers(**words)


def _asked(field: str, question: str, sample: str) -> str:
    """Ask until the answer can be used; where answers come from a pipe, a wrong one is an error."""
    while True:
        try:
            answer = output.ask(question, default=sample).replace("\ufeff", "")  # a file may begin with that mark
        except EOFError:  # Ctrl-D
            raise KeyboardInterrupt from None
        trouble = trouble_with(field, answer)
        if not trouble:
            return answer
        if not output.at_terminal():
            raise UsageError(trouble, hint="Nothing was made. Correct that line of the answers.")
        output.say(f"{trouble} Please try again.", colour="yellow")


def trouble_with(field: str, answer: str) -> str:
    """Return what is wrong with an answer; empty where nothing is."""
    checks = {"email": email_trouble, "language": language_trouble, "time_zone": time_zone_trouble}
    return checks[field](answer) if field in checks else words_trouble(answer)


def words_trouble(words: str) -> str:
    """Return what is wrong with a name or a postal address; empty where nothing is."""
    from newsletter.model.control_characters import escape_control_characters
    from newsletter.model.fields import SingleLine

    if _is_valid(SingleLine, " ".join(words.split()) or "x"):
        return ""
    return f"'{escape_control_characters(words[:60])}' is too long, or has invisible characters in it."


def language_trouble(code: str) -> str:
    """Return what is wrong with the code of a language; empty where nothing is."""
    from newsletter.model.fields import Language

    return "" if _is_valid(Language, code) else f"{code!r} is not the code of a language, such as en-GB or cy."


def time_zone_trouble(name: str) -> str:
    """Return what is wrong with the name of a time zone; empty where nothing is."""
    from newsletter.model.branding import ZoneName

    return "" if _is_valid(ZoneName, name) else f"{name!r} is not a time zone, such as Europe/London."


def _is_valid(kind: Any, value: str) -> bool:
    from pydantic import TypeAdapter, ValidationError

    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


def email_trouble(address: str) -> str:
    """Return what is wrong with an address as a sender; empty where nothing is."""
    from pydantic import ValidationError

    from newsletter.model.branding import Sender

    try:
        Sender(name="x", email=address)
    except ValidationError as error:
        return f"{address!r} is not an email address: {error.errors()[0]['msg'].rstrip('.')}."
    return ""


def checked(answers: starter.Answers) -> starter.Answers:
    """Return the answers; raise UsageError for one that the settings could not take."""
    options = {
        "email": "--email news@example.org",
        "language": "--language en-GB",
        "time_zone": "--time-zone Europe/London",
    }
    for field, option in options.items():
        if trouble := trouble_with(field, getattr(answers, field)):
            raise UsageError(trouble, hint=f"Give it as {option}.")
    return answers


def create_folder(root: Path, answers: starter.Answers, today: dt.date) -> list[CreatedFile]:
    """Write the folder and return what became of each file; existing files are kept as they are."""
    from newsletter.cli.schema import issue_schema_text, settings_schema_text

    files: dict[str, bytes] = {
        SETTINGS: starter.settings_text(answers).encode(),
        f"issues/{today:%Y-%m}.yaml": starter.welcome_text(answers, today, "../.newsletter/issue.schema.json").encode(),
        "issues/images/welcome.jpg": starter.picture(),
        "audience.csv": starter.audience_text().encode(),
        ".gitignore": starter.gitignore_text().encode(),
        **{f"templates/{path}": content for path, content in starter.packaged_templates()},
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
        raise UsageError(f"“{path}” cannot be written: {error.strerror}.", hint="Name another folder.") from error
    return True


def report_created(root: Path, folder: Path, created: list[CreatedFile], *, sampled: bool) -> None:
    """Say what was made, what was kept, and what to do next."""
    output.done(f"Created a newsletter in {root}:")
    notes = {
        SETTINGS: "who you are, how it looks, how it is sent",
        "issues/": "one file a month; the first is a sample",
        "templates/": "how an issue looks; leave it alone until you want to change that",
        "audience.csv": "who gets it; four made-up readers for now",
    }
    for path, note in notes.items():
        output.say(f"{path:<17} {note}", indent="  ", wrap=False)
    kept = [str(one.path.relative_to(root)) for one in created if not one.made]
    if kept:
        output.say(f"Kept as it was: {', '.join(kept)}.", colour="yellow")
    steps = [f"cd {folder} # go into the folder"] if root != Path.cwd() else []
    if sampled:
        steps.append(f"open {SETTINGS} in your editor # write your own name and addresses in place of the samples")
    steps += ["newsletter check # check the first issue", "newsletter preview # see it as your readers will"]
    output.next_steps(steps)
