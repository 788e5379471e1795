"""The list of commands, in the order of the help."""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """A command in the list: its module in this package, its summary and its group in the help."""

    module: str
    summary: str
    panel: str


_WRITE, _SEND, _SETUP = "Write an issue", "Send an issue", "Set up and maintain"

COMMANDS: dict[str, Entry] = {
    "init": Entry("init", "Create a newsletter folder.", _WRITE),
    "new": Entry("new", "Create an issue.", _WRITE),
    "import": Entry("import_command", "Turn a document into an issue.", _WRITE),
    "check": Entry("check", "Check an issue for mistakes.", _WRITE),
    "compose": Entry("compose", "Write an issue in the browser.", _WRITE),
    "preview": Entry("preview", "Preview an issue in the browser.", _WRITE),
    "share": Entry("share", "Create a review page of an issue, for comments.", _WRITE),
    "comments": Entry("comments", "List the comments in a returned review page.", _WRITE),
    "render": Entry("render", "Write an issue as HTML and plain text files.", _WRITE),
    "templates": Entry("templates", "List, copy and compare the design templates.", _WRITE),
    "schema": Entry("schema", "Write a JSON Schema for your text editor.", _WRITE),
    "test": Entry("test_command", "Send a test of an issue to yourself.", _SEND),
    "approve": Entry("approve", "Approve an issue for sending.", _SEND),
    "send": Entry("send", "Send an issue.", _SEND),
    "cancel": Entry("cancel", "Cancel a scheduled send, or stop one that is running.", _SEND),
    "status": Entry("status", "Show the status of an issue.", _SEND),
    "report": Entry("report", "Show the results of an issue: delivered, bounced, unsubscribed.", _SEND),
    "archive": Entry("archive", "Build a website of the issues that were sent.", _SEND),
    "providers": Entry("providers", "List the providers, and store their keys.", _SETUP),
    "audience": Entry("audience", "Import subscriber lists, and manage your own list.", _SETUP),
    "serve": Entry("serve", "Run the public pages of your own list.", _SETUP),
    "doctor": Entry("doctor", "Check the whole setup, and explain what to change.", _SETUP),
    "ledger": Entry("ledger", "Show or move the ledger, the record of what was sent.", _SETUP),
    "rehearse": Entry("rehearse", "Run a simulated provider to practise with.", _SETUP),
}
"""Every command in the order of the help; a module is imported only when its command is called."""


def command_module(entry: Entry) -> Any:
    """Import the module that holds a command."""
    return importlib.import_module(f"newsletter.cli.{entry.module}")
