"""Generate the pages on commands, providers and rules from the program itself; tests compare them.

Run it from the project's folder: `.venv/bin/python tools/generate.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from newsletter.cli.command_group import build
from newsletter.cli.registry import COMMANDS, command_module
from newsletter.providers.capabilities import Feature, ProviderInfo
from newsletter.providers.registry import BUILT_IN, adapter

DOCS = Path(__file__).parents[1] / "docs"
sys.path.insert(0, str(Path(__file__).parent))
import check_pages  # noqa: E402 - it is beside this file

HEAD = """\
# Commands

<!-- Made by tools/generate.py from the commands' own help: change that, not this page. -->

`newsletter COMMAND --help` shows the same information in the terminal.

**Where to run commands:** in the folder of your `newsletter.yaml`, or any folder inside it.

**Name an issue** by its month (`2024-02`, or `february` for the newest February issue), its file name or its path.
Without a name, commands use the newest issue: the last one when sorted by file name.

**In scripts:** with `--json`, most commands print one JSON object, even if they fail. The exit code shows the result:

| Code | Meaning |
| --- | --- |
| 0 | Done. |
| 1 | A bug in newsletter. The message names a file with the details. |
| 2 | The command was called wrongly. |
| 3 | You need to fix something, or something is missing before a send. |
| 4 | The provider or the ledger cannot be used, and nothing was sent; or only some of the recipients got the issue. |
| 5 | Uncertain: something may have been sent, and you need to decide. |
| 130 | Stopped with Ctrl-C. |

**Colours** are not used if the output is not a terminal, or if the environment variable `NO_COLOR` is set.

**For the technical details of an error,** add `--debug` to any command.

**Cache:** so that commands start quickly, compiled templates and patterns, the word lists of the checks, public
holidays, and what the dictionary said of words are kept in the folder `newsletter` of your cache (`~/.cache`,
`$XDG_CACHE_HOME`, or `%LOCALAPPDATA%` on Windows). You can delete it: the next command is slower, and its result is the
same. Only templates are kept if `PYTHONDONTWRITEBYTECODE` is set.

**Tab completion:** `newsletter --install-completion` sets up your shell (bash, zsh, fish) to complete commands, options
and the names of your issues. It takes effect in the next terminal window.
"""


PROVIDERS_HEAD = """\
# Providers

<!-- Made by tools/generate.py from the descriptions in the provider adapters: change those, or that file. -->

Without a provider, the newsletter is written to the **outbox**, a folder of real email files. To reach inboxes, choose
a provider and set it in `newsletter.yaml`:

```yaml
provider: mailchimp
audience: Readers
```

Each provider has a page with what you need, its settings and what to look out for. `newsletter providers mailchimp`
shows a summary and your account with its audiences. You can [practise with a simulated provider](../rehearsing.md)
first; there are seven.

**Which one?** The one that you have. If you have none: for some hundred subscribers, [your own SMTP server](smtp.md) is
enough. [listmonk](listmonk.md) and [Mailman](mailman.md) are free, but someone must run them. The others cost little or
nothing for small lists.

## What each can do

"""

PROVIDERS_TAIL = """
*Status per message*: the provider can be asked later whether a message was sent. The outbox can, because its files are
on this computer. Providers with campaigns are asked about the campaign instead. If a provider cannot do something, the
command says so before anything is sent, or it is done in another way that the provider's page explains.

## Keys

A key gives access to your account, so do not put it into `newsletter.yaml` or into an email. Store it in your
computer's keyring, once:

```sh
newsletter providers --keep NEWSLETTER_MAILCHIMP_KEY
```

It asks for the key without showing it. Or set it for one terminal window: `export NEWSLETTER_MAILCHIMP_KEY=…`. An
environment variable takes precedence over the keyring. No message, log or record ever shows a key.

| Provider | Name of the key | What it is |
| --- | --- | --- |
"""

COLUMNS = {
    "Recipient counts": Feature.COUNTS,
    "Segments": Feature.SEGMENTS,
    "Parts for some readers": Feature.PARTS,
    "Schedule": Feature.SCHEDULE,
    "Cancel a scheduled send": Feature.UNSCHEDULE,
    "Stop a running send": Feature.CANCEL,
    "Stores pictures": Feature.UPLOAD,
    "Your plain text": Feature.PLAIN_TEXT,
    "Reports": Feature.REPORT,
    "Correction, remainder": Feature.AGAIN,
    "Compared before the send": Feature.READ_BACK,
    "Status per message": Feature.TELLS,
}


def pages() -> dict[Path, str]:
    """Return the text of each generated page."""
    made = {DOCS / "commands.md": commands(), DOCS / "providers" / "README.md": providers()}
    return made | dict(check_pages.pages(DOCS / "checks"))


def providers() -> str:
    """Return the page on the providers."""
    every = [adapter(name).about for name in BUILT_IN]
    table = [" | ".join(["| Provider", *COLUMNS]) + " |", "| --- " * (len(COLUMNS) + 1) + "|"]
    table += [" | ".join([f"| {linked(about)}", *cells(about)]) + " |" for about in every]
    keys = [
        f"| {linked(about)} | `{one.variable}` | {sentence(one.what)} |" for about in every for one in about.secrets
    ]
    elsewhere = "| [Amazon SES](ses.md) | AWS keys | From environment variables or a profile, as usual with AWS. |"
    return PROVIDERS_HEAD + "\n".join(table) + "\n" + PROVIDERS_TAIL + "\n".join([*keys, elsewhere]) + "\n"


def linked(about: ProviderInfo) -> str:
    """Return a provider's name, linked to its page."""
    page = "../sending.md#the-audience" if about.name == "outbox" else f"{about.name}.md"
    # listmonk is written in lower case
    return f"[{sentence(about.title) if about.title.startswith('the ') else about.title}]({page})"


def cells(about: ProviderInfo) -> Iterator[str]:
    """Yield what a provider can do, one cell per column."""
    for feature in COLUMNS.values():
        if feature is Feature.SCHEDULE and feature in about.features and about.limits.schedule_step_minutes > 1:
            yield f"every {about.limits.schedule_step_minutes} minutes"
        else:
            yield "yes" if feature in about.features else "–"


def sentence(words: str) -> str:
    """Begin words with a capital."""
    return words[:1].upper() + words[1:]


def commands() -> str:
    """Return the page on the commands."""
    return "\n".join([HEAD, *overview(), *(line for name in COMMANDS for line in command(name))])


def overview() -> Iterator[str]:
    """Yield the list of the commands."""
    for panel in dict.fromkeys(entry.panel for entry in COMMANDS.values()):
        yield f"## {panel}\n\n| Command | What it does |\n| --- | --- |"
        for name, entry in COMMANDS.items():
            if entry.panel == panel:
                yield f"| [`{name}`](#newsletter-{name}) | {entry.summary} |"
        yield ""


def command(name: str) -> Iterator[str]:
    """Yield the section of one command."""
    entry = COMMANDS[name]
    module = command_module(entry)
    built = build(name, entry)
    context = built.make_context(f"newsletter {name}", [], resilient_parsing=True, help_option_names=["-h", "--help"])
    usage = " ".join([f"newsletter {name}", *built.collect_usage_pieces(context)])
    details = "\n\n".join(" ".join(part.split()) for part in module.DETAILS.split("\n\n"))
    yield f"## newsletter {name}\n\n{entry.summary}\n\n{details}\n\n```text\n{usage}\n```\n"
    params = [param for param in built.get_params(context) if not getattr(param, "hidden", False)]
    for title, kind in (("Argument", "argument"), ("Option", "option")):
        rows = [row_of(param, context) for param in params if param.param_type_name == kind]
        if rows:
            yield f"| {title} | Meaning |\n| --- | --- |"
            yield from rows
            yield ""
    yield "Examples:\n"
    yield from (f"- `{line}`: {what}" for line, what in module.EXAMPLES)
    yield ""


def row_of(param: Any, context: Any) -> str:
    """Return the row of a parameter."""
    # the help record is what --help shows: names, type, and text with the default
    names, words = param.get_help_record(context) or ("", "")
    name = names.split(" <")[0] if param.param_type_name == "argument" else names
    name, meaning = (" ".join(text.split()).replace("|", "\\|") for text in (name, words))
    return f"| `{name}` | {meaning} |"


if __name__ == "__main__":
    made = pages()
    for path in (DOCS / "checks").glob("*.md"):
        if path not in made:
            path.unlink()  # its rule no longer exists
    for path, text in made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
