"""`newsletter providers`: list the providers, describe one, store its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output, terminal
from newsletter.cli.arguments import AsJson
from newsletter.errors import UsageError

if TYPE_CHECKING:
    from newsletter.model.audience import Audience, Segment
    from newsletter.providers.capabilities import ProviderInfo
    from newsletter.workflow.describe_provider import Account

DETAILS = """\
Without a name it lists the providers. With a name it shows what that provider can do, its settings and the key it
needs. If your settings use that provider, it also shows your account, its audiences and their segments.

With --keep it asks for a key, without showing it, and stores it in this computer's keyring."""

EXAMPLES = (
    ("newsletter providers", "list all providers"),
    ("newsletter providers mailchimp", "show what Mailchimp can do and what it needs"),
    ("newsletter providers --keep NEWSLETTER_MAILCHIMP_KEY", "store its key in the keyring"),
)


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
    from newsletter.workflow import describe_provider as use_case

    if keep is not None:
        _store_key(keep)
    elif name is not None:
        about = use_case.describe_provider(name)
        if as_json:
            account = use_case.ask_account(about.name, terminal.TERMINAL)
            output.print_json(use_case.as_data(about) | (account.as_data() if account else {}))
            return
        _show(about)  # first: what it can do is known even if it cannot be reached
        _show_account(use_case.ask_account(about.name, terminal.TERMINAL))
    elif as_json:
        output.print_json({"providers": [use_case.as_data(one) for one in use_case.describe_providers()]})
    else:
        _list(use_case.describe_providers())


def _list(every: list[ProviderInfo]) -> None:
    width = max(len(one.name) for one in every)
    for about in every:
        keys = " and ".join(one.variable for one in about.secrets)
        output.say(f"{about.name:<{width}}  {about.title}: {f'needs {keys}' if keys else 'needs no key of its own'}")
    output.next_steps(["newsletter providers NAME # show one in detail"])


def _show(about: ProviderInfo) -> None:
    from newsletter.providers.capabilities import ABILITIES

    output.say(f"{about.title[:1].upper()}{about.title[1:]}", colour="bold")
    for feature, words in ABILITIES.items():
        output.say(f"{'yes' if feature in about.features else 'no ':<3}  {words}", indent="  ")
    for note in about.notes:
        output.say(note, indent="  ")
    if about.settings:
        output.say(f"\nIn newsletter.yaml, under `{about.name}:`")
        for setting, what in about.settings.items():
            output.say(f"{setting}: {what}", indent="  ")
    for secret in about.secrets:
        output.say(f"\nKey: {secret.variable}, {secret.what}.")


def _show_account(account: Account | None) -> None:
    if account is None:
        return
    if account.missing:
        output.next_steps([f"newsletter providers --keep {one} # store the key" for one in account.missing])
        return
    output.say(f"\nConnected: {account.name}.")
    shared = account.shared_segments
    for audience, segments in account.audiences:
        output.say(_named(audience), indent="  ")
        for segment in [] if shared else segments:
            output.say(f"segment: {_named(segment)}", indent="    ")
    if shared:
        output.say("Segments of all contacts:", indent="  ")
        for segment in shared:
            output.say(_named(segment), indent="    ")


def _named(one: Audience | Segment) -> str:
    count = "" if one.count is None else f", {one.count:,} people"
    return f"{one.name}{'' if one.id == one.name else f' (id {one.id})'}{count}"


def _store_key(variable: str) -> None:
    from newsletter.secrets import keep
    from newsletter.workflow.describe_provider import check_key_name

    check_key_name(variable)
    if not terminal.at_terminal():
        raise UsageError(
            "The key cannot be asked for, because this is not a terminal.",
            hint=f"Set the environment variable {variable} instead.",
        )
    secret = typer.prompt(variable, hide_input=True, default="", show_default=False).strip()
    if not secret:
        raise UsageError("No key was entered, so none was stored.")
    keep(variable, secret)
    output.done(f"{variable} was stored in this computer's keyring.")
