"""Write the pages that are made from the program itself: on the commands, on the services. Tests hold them to it.

Run it from the project's folder: `.venv/bin/python tools/generate.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from newsletter.cli.app import COMMANDS, build, command_module
from newsletter.providers.capabilities import Feature, ProviderInfo
from newsletter.providers.registry import BUILT_IN, adapter

DOCS = Path(__file__).parents[1] / "docs"
sys.path.insert(0, str(Path(__file__).parent))
import check_pages  # noqa: E402 - it lies beside this file

HEAD = """\
# The commands

<!-- Made by tools/generate.py from the commands' own help: change that, not this page. -->

`newsletter COMMAND --help` shows the same on the screen.

**Which issue?** Name it by its month (`2024-02`, or `february` for the newest of that name), its file name or its
path. If you name none, it is the newest one, by the names of the files.

**Where?** In the folder of your `newsletter.yaml`, or in any folder inside it.

**For programs:** with `--json` a command prints one JSON object and nothing else, an error too. The exit code says how
it went:

| Code | Meaning |
| --- | --- |
| 0 | done |
| 1 | a fault in the tool; the message names a file with the details |
| 2 | the command was called wrongly |
| 3 | you have something to fix, or something is missing before a send |
| 4 | the provider or the ledger cannot be used, and nothing was sent; or the provider sent it to some people only |
| 5 | uncertain: something may have been sent, and a person must look |
| 130 | stopped with Ctrl-C |

**Colours** are left out where the output is no terminal, and where the environment variable `NO_COLOR` is set.
**`--debug`** after any command shows the technical details of an error.

**Completion:** `newsletter --install-completion` teaches your shell (bash, zsh, fish) to complete commands, options and
the names of your issues with the Tab key. It takes effect in the next terminal window.
"""


SERVICES_HEAD = """\
# The services

<!-- Made by tools/generate.py from what the services' adapters say of themselves: change those, or that file. -->

Without any service the newsletter goes into the **outbox**, a folder of real email files. To reach inboxes, choose a
service, and name it in `newsletter.yaml`:

```yaml
provider: mailchimp
audience: Readers
```

Each has a page here, with what you need, its settings and its traps. `newsletter providers mailchimp` says the same in
short, and shows your account: whose it is, and which audiences there are, with the number of people. If you would like
to practise first, [`newsletter rehearse`](../rehearsing.md) stands in for seven of them on your own computer.

**Which one?** The one that you have. If you have none: for some hundred people [your own mail server](smtp.md) will do;
[listmonk](listmonk.md) and [Mailman](mailman.md) are free, and somebody must run them; the others rent out what you
need, and cost nothing or little for small lists.

## What each can do

"""

SERVICES_TAIL = """
*Tells of each person*: it can be asked later who has a message. The outbox can, because its files are here. The
services with campaigns are asked for the campaign instead; where it is certain that there is one, it went to all.
Whatever a service cannot do is refused by name before anything is sent, or done in another way, which its page tells.

## Keys

A key opens your account, so it belongs neither into `newsletter.yaml` nor into an email to a colleague. Keep it in your
computer's keyring, once:

```sh
newsletter providers --keep NEWSLETTER_MAILCHIMP_KEY
```

It asks for the key without showing it. Or set it for one terminal window: `export NEWSLETTER_MAILCHIMP_KEY=…`. What is
set there comes first. No message, log or record of the tool ever shows a key.

| Service | The key's name | What it is |
| --- | --- | --- |
"""

COLUMNS = {
    "Counts people": Feature.COUNTS,
    "Parts of an audience": Feature.SEGMENTS,
    "Parts for some readers": Feature.PARTS,
    "Sends at an hour": Feature.SCHEDULE,
    "Takes it back": Feature.UNSCHEDULE,
    "Stops on the way": Feature.CANCEL,
    "Stores pictures": Feature.UPLOAD,
    "Your plain text": Feature.PLAIN_TEXT,
    "Reports": Feature.REPORT,
    "Correction, remainder": Feature.AGAIN,
    "Read back before it goes": Feature.READ_BACK,
    "Tells of each person": Feature.TELLS,
}


def pages() -> dict[Path, str]:
    """Return each page that is made here."""
    made = {DOCS / "commands.md": commands(), DOCS / "providers" / "README.md": services()}
    return made | dict(check_pages.pages(DOCS / "checks"))


def services() -> str:
    """Return the page on the services."""
    every = [adapter(name).about for name in BUILT_IN]
    table = [" | ".join(["| Service", *COLUMNS]) + " |", "| --- " * (len(COLUMNS) + 1) + "|"]
    table += [" | ".join([f"| {linked(about)}", *cells(about)]) + " |" for about in every]
    keys = [
        f"| {linked(about)} | `{one.variable}` | {sentence(one.what)} |" for about in every for one in about.secrets
    ]
    elsewhere = "| [Amazon SES](ses.md) | those of AWS | What AWS programs use: its variables, or a profile. |"
    return SERVICES_HEAD + "\n".join(table) + "\n" + SERVICES_TAIL + "\n".join([*keys, elsewhere]) + "\n"


def linked(about: ProviderInfo) -> str:
    """Return a service's name, linked to its page."""
    page = "../sending.md#the-audience" if about.name == "outbox" else f"{about.name}.md"
    # listmonk writes itself small
    return f"[{sentence(about.title) if about.title.startswith('the ') else about.title}]({page})"


def cells(about: ProviderInfo) -> Iterator[str]:
    """Yield what a service can, a word for each column."""
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
    """Yield one command's part."""
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
    """Return one parameter's row."""
    # the help record is what --help shows: names and kind of value, and the words with the default
    names, words = param.get_help_record(context) or ("", "")
    name = names.split(" <")[0] if param.param_type_name == "argument" else names
    meaning = " ".join(words.split()).replace("|", "\\|")
    return f"| `{name}` | {meaning} |"


if __name__ == "__main__":
    made = pages()
    for path in (DOCS / "checks").glob("*.md"):
        if path not in made:
            path.unlink()  # its check is no more
    for path, text in made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
