"""`newsletter providers`: list the providers, what each can do, and store their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson
from newsletter.errors import NewsletterError, UsageError
from newsletter.workflow.suggestions import unknown_name
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.providers.capabilities import ProviderInfo

DETAILS = """\
Without a name it lists the providers. With a name it shows what that provider can do, its settings and the key it
needs. If your settings use that provider, it also shows your account, its audiences and their segments.

With --keep it asks for a key, without showing it, and stores it in this computer's keyring."""

EXAMPLES = (
    ("newsletter providers", "list all providers"),
    ("newsletter providers mailchimp", "show what Mailchimp can do and what it needs"),
    ("newsletter providers --keep NEWSLETTER_MAILCHIMP_KEY", "store its key in the keyring"),
)

_CAN = {
    "SEGMENTS": "send to a segment of an audience",
    "COUNTS": "count the recipients before a send",
    "TEST": "send a test",
    "SCHEDULE": "schedule a send",
    "UNSCHEDULE": "cancel a scheduled send",
    "CANCEL": "stop a send that is running",
    "UPLOAD": "store pictures",
    "REPORT": "report the results of an issue",
    "AGAIN": "send corrections, and to those who have not received the issue",
    "READ_BACK": "return the stored email, to compare it before it is sent",
    "TELLS": "report the status of each message",
}


def command(
    name: Annotated[
        str | None, typer.Argument(metavar="PROVIDER", help="The provider. [default: all]", show_default=False)
    ] = None,
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="NAME", help="Ask for the key with this name and store it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the providers, or show one."""
    from newsletter.providers.registry import adapter, names

    if keep is not None:
        _keep(keep)
        return
    if name is not None:
        about = adapter(name.casefold()).about
        _tell(about, as_json=as_json)
        return
    every = [adapter(one).about for one in names()]
    if as_json:
        output.print_json({"providers": [_as_data(one) for one in every]})
        return
    width = max(len(one.name) for one in every)
    for about in every:
        output.say(f"{about.name:<{width}}  {about.title}: {_first_words(about)}")
    output.next_steps(["newsletter providers NAME # show one in detail"])


def _first_words(about: ProviderInfo) -> str:
    keys = " and ".join(one.variable for one in about.secrets)
    return f"needs {keys}" if keys else "needs no key"


def _as_data(about: ProviderInfo) -> dict[str, Any]:
    return {
        "name": about.name,
        "title": about.title,
        "can": [words for feature, words in _CAN.items() if _has(about, feature)],
        "settings": dict(about.settings),
        "keys": {one.variable: one.what for one in about.secrets},
        "notes": list(about.notes),
    }


def _has(about: ProviderInfo, feature: str) -> bool:
    from newsletter.providers.capabilities import Feature

    return Feature[feature] in about.features


def _tell(about: ProviderInfo, *, as_json: bool) -> None:
    data = _as_data(about)
    if as_json:
        output.print_json(data | _account(about.name))
        return
    output.say(f"{about.title[:1].upper()}{about.title[1:]}", colour="bold")
    for words, feature in ((words, feature) for feature, words in _CAN.items()):
        output.say(f"{'yes' if _has(about, feature) else 'no ':<3}  {words}", indent="  ")
    for note in about.notes:
        output.say(note, indent="  ")
    if about.settings:
        output.say(f"\nIn newsletter.yaml, under `{about.name}:`")
        for setting, what in about.settings.items():
            output.say(f"{setting}: {what}", indent="  ")
    for secret in about.secrets:
        output.say(f"\nKey: {secret.variable}, {secret.what}.")
    _tell_account(_account(about.name))  # last, so that the rest is shown even if the provider cannot be reached


def _account(name: str) -> dict[str, Any]:
    """Return the provider's account of this folder's settings; empty if they name another provider."""
    from newsletter.workflow.missing_secrets import missing_secrets
    from newsletter.workflow.session import SendSession

    try:
        session = SendSession(Workspace.find(), output.TERMINAL)
    except NewsletterError:
        return {}
    if session.workspace.settings.provider != name:
        return {}
    lacking = missing_secrets(session.workspace.settings)
    if lacking:
        return {"lacking": [one.variable for one in lacking]}
    audiences = session.provider.audiences()
    return {
        "account": session.provider.check(),
        "audiences": [
            {
                **audience.model_dump(),
                "segments": [one.model_dump() for one in session.provider.segments(audience.id)],
            }
            for audience in audiences
        ],
    }


def _tell_account(account: dict[str, Any]) -> None:
    if "lacking" in account:
        output.say()
        output.next_steps([f"newsletter providers --keep {one} # store the key" for one in account["lacking"]])
    if "account" not in account:
        return
    output.say(f"\nConnected: {account['account']}.")
    parts = [audience["segments"] for audience in account["audiences"]]
    # some providers have segments of all contacts, whatever list they are on: these are listed once
    shared = parts[0] if len(parts) > 1 and all(each == parts[0] for each in parts) else []
    for audience in account["audiences"]:
        output.say(f"{_named(audience)}", indent="  ")
        for segment in [] if shared else audience["segments"]:
            output.say(f"segment: {_named(segment)}", indent="    ")
    if shared:
        output.say("Segments of all contacts:", indent="  ")
        for segment in shared:
            output.say(_named(segment), indent="    ")


def _named(one: dict[str, Any]) -> str:
    count = "" if one["count"] is None else f", {one['count']:,} subscribers"
    ident = "" if one["id"] == one["name"] else f" (id {one['id']})"
    return f"{one['name']}{ident}{count}"


def _keep(variable: str) -> None:
    from newsletter.providers.registry import adapter, names
    from newsletter.secrets import keep

    known = [one.variable for name in names() for one in adapter(name).about.secrets]
    if variable not in known:
        raise unknown_name("key", variable, known, hint=f"There are: {', '.join(known)}.")
    if not output.at_terminal():
        raise UsageError(
            "The key cannot be asked for, because this is not a terminal.",
            hint=f"Set the environment variable {variable} instead.",
        )
    secret = typer.prompt(variable, hide_input=True, default="", show_default=False).strip()
    if not secret:
        raise UsageError("No key was entered, so none was stored.")
    keep(variable, secret)
    output.done(f"{variable} was stored in this computer's keyring.")
