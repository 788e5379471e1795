"""Write docs/commands.md from the commands themselves; a test holds the page to them.

Run it from the project's folder: `.venv/bin/python docs/generate.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from newsletter.cli.app import COMMANDS, build, command_module

PAGE = Path(__file__).parent / "commands.md"

HEAD = """\
# The commands

<!-- Made by docs/generate.py from the commands' own help: change that, not this page. -->

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
| 3 | you have something to mend, or something is missing before a send |
| 4 | the sending service refused, or is away; nothing was sent |
| 5 | uncertain: something may have been sent, and a person must look |
| 130 | stopped with Ctrl-C |

**Colours** are left out where the output is no terminal, and where the environment variable `NO_COLOR` is set.
**`--debug`** after any command shows the technical details of an error.

**Completion:** `newsletter --install-completion` teaches your shell (bash, zsh, fish) to complete commands, options and
the names of your issues with the Tab key. It takes effect in the next terminal window.
"""


def page() -> str:
    """Return the whole page."""
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
    yield f"## newsletter {name}\n\n{entry.summary} {' '.join(module.DETAILS.split())}\n\n```text\n{usage}\n```\n"
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
    PAGE.write_text(page(), encoding="utf-8")
