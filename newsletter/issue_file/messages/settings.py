"""What to say when a setting cannot be used: a number, a colour, a choice, a path."""

from __future__ import annotations

import re

from newsletter.issue_file import suggest
from newsletter.issue_file.messages.field_names import at_field, field_text
from newsletter.issue_file.problem import Problem
from newsletter.issue_file.pydantic_errors import LocatedError
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import quoted
from newsletter.issue_file.suggest import as_value
from newsletter.model.zone_names import zones_for


def colour_form(fault: LocatedError) -> Problem:
    """Explain how a colour is written."""
    value = suggest.colour(fault.text)
    return fault.corrected(
        Code.COLOUR_FORM,
        f"{quoted(fault.text)} is not a valid colour",
        'Write # and six characters from 0 to 9 and a to f, in quotation marks: "#0b4f5c".',
        as_value(value) if value else "",
    )


def time_zone(fault: LocatedError) -> Problem:
    """Report that there is no such time zone, and which there are for an abbreviation or a distance from UTC."""
    names = zones_for(fault.text)
    hint = "Use a name such as Europe/London."
    if names:
        hint = f"Use the name of a city’s zone, whose clocks change as they do there: {' or '.join(names)}."
    return fault.corrected(
        Code.TIME_ZONE, f"there is no time zone {quoted(fault.text)}", hint, names[0] if names else ""
    )


def choice(fault: LocatedError) -> Problem:
    """Explain which words can be chosen from."""
    expected = re.findall(r"'([^']*)'", str(fault.values.get("expected", "")))
    value = suggest.nearest(fault.text, expected)
    listed = ", ".join(f"`{word}`" for word in expected)
    return fault.corrected(
        Code.CHOICE,
        f"{fault.name} cannot be {quoted(fault.text)}",
        f"Use one of {listed}." if len(expected) > 1 else f"Use {listed}.",
        value,
    )


def theme_name(fault: LocatedError) -> Problem:
    """Explain how the name of a theme is written, which is that of its file."""
    meant = str(fault.values.get("meant", ""))
    hint = "Use lower-case letters without accents, digits, `-` and `_`."
    if meant:
        hint = f"{hint[:-1]}: `{meant}`, whose file is `templates/themes/{meant}.yaml` if it is your own."
    return fault.corrected(Code.CHOICE, f"{quoted(fault.text)} is not a valid theme name", hint, meant)


def ledger_form(fault: LocatedError) -> Problem:
    """Explain where the ledger may be; the fault has the words, without what may be secret."""
    return Problem(Code.LEDGER_FORM, fault.mark, str(fault.values["says"]), str(fault.values["hint"]))


def date_pattern(fault: LocatedError) -> Problem:
    """Explain how a pattern of dates is written; DD and mm are what people write by habit."""
    value = fault.text.translate(str.maketrans("DYmj", "dyMd"))
    return _pattern(
        fault, value, "EEEE d MMMM", "d is the day, M the month (MM in digits, MMMM in letters), y the year"
    )


def time_pattern(fault: LocatedError) -> Problem:
    """Explain how a pattern of times is written."""
    value = fault.text.translate(str.maketrans("MSA", "msa"))
    return _pattern(fault, value, "h:mma", "H or h is the hour (of 24 or 12), mm the minutes, a is am or pm")


def _pattern(fault: LocatedError, value: str, example: str, letters: str) -> Problem:
    usual = re.fullmatch(r"(?:[dMyE]+[ ,./-]*)+|[Hh]+[:.]mm ?a?", value) is not None and value != fault.text
    return fault.corrected(
        Code.DATE_PATTERN,
        f"{quoted(fault.text)} is not a valid pattern for {fault.name}",
        f"In a pattern, {letters}. For example, {example}.",
        (as_value(value) if ":" in value else value) if usual else "",
    )


def language_form(fault: LocatedError) -> Problem:
    """Explain how a language is named."""
    common = {"english": "en-GB", "british english": "en-GB", "en-uk": "en-GB", "welsh": "cy", "en_gb": "en-GB"}
    value = common.get(fault.text.casefold(), "")
    if not value and re.fullmatch(r"[A-Za-z]{2,3}[-_][A-Za-z]{2}", fault.text):
        value = f"{fault.text[:-3].lower()}-{fault.text[-2:].upper()}"
    return fault.corrected(
        Code.LANGUAGE_FORM,
        f"{quoted(fault.text)} is not a language code",
        "Use a code such as en-GB (British English), cy (Welsh) or fr (French).",
        value,
    )


def path_form(fault: LocatedError) -> Problem:
    """Explain how a path is written."""
    return fault.complaint(
        Code.PATH_FORM,
        f"{quoted(fault.text)} cannot be used as a path",
        "Write the path relative to the folder of this file, such as `issues`.",
    )


def approvers_idle(fault: LocatedError) -> Problem:
    """Report that nobody asks the approvers."""
    return at_field(
        fault,
        "approvers",
        Code.SETTINGS_CLASH,
        "`approvers` are set, but `approval` is false, so no one would be asked for approval",
        "Write `approval: true`, or delete `approvers`.",
    )


def logo_missing(fault: LocatedError) -> Problem:
    """Report that a variant of the logo stands in for nothing."""
    name = "logo_dark" if field_text(fault, "logo_dark") else "logo_on_brand"
    return at_field(
        fault,
        name,
        Code.SETTINGS_CLASH,
        f"`{name}` is a variant of the logo, but there is no `logo`",
        "Add `logo:` with the name of the file, or rename this field to `logo`.",
    )


def link_braces(fault: LocatedError) -> Problem:
    """Explain which words in braces a link of the settings may hold."""
    found, tags = str(fault.values["found"]), str(fault.values["tags"])
    what = f"{found} is not filled in" if found else "a brace has no matching brace"
    hint = f"Use one of {tags} instead, or remove it." if tags else "Write the address without braces."
    return fault.complaint(Code.LINK_BRACES, f"in the link {quoted(fault.text)} {what}", hint)


def column_meaning(fault: LocatedError) -> Problem:
    """Explain how a column of the subscriber list is described."""
    return fault.complaint(
        Code.CHOICE,
        f"the meaning of the column in {fault.name} is missing",
        "Write its meaning, such as `unsubscribed` or `other`, or the values that mean subscribed: "
        "`{subscribed: [Express, Implied]}`.",
    )


def one_click_idle(fault: LocatedError) -> Problem:
    """Explain what a page must be for one-click unsubscribing."""
    return at_field(
        fault,
        "one_click",
        Code.SETTINGS_CLASH,
        "`one_click` needs an `unsubscribe` page that begins with https:// and contains {key} before any #",
        "Set such a page, where {key} identifies the reader, or set `one_click: false`.",
    )


def archive_url(fault: LocatedError) -> Problem:
    """Explain what the address of the archive looks like."""
    return at_field(
        fault,
        "url",
        Code.LINK_FORM,
        f"`url` is {quoted(str(fault.values['url']))}, which cannot be the address of a website",
        "Write the address of its home page, such as https://example.org/newsletter/, without ? and #.",
    )


def sign_up_form(fault: LocatedError) -> Problem:
    """Explain that visitors subscribe in one way."""
    return fault.complaint(
        Code.SETTINGS_CLASH,
        "`sign_up` needs either `link` or `form`, with a web address",
        "Use `link` for your provider's page with a sign-up form, or `form` for the `action` of its embedded form.",
    )


def own_list_form(fault: LocatedError) -> Problem:
    """Explain what is wrong with the own list's database or segments; whoever found it left out what may be secret."""
    words = str(fault.values["says"]).rstrip(".")
    return at_field(fault, "subscribers", Code.LEDGER_FORM, words, str(fault.values["hint"]))


def serve_alone(fault: LocatedError) -> Problem:
    """Report that the public pages need the own list."""
    return at_field(
        fault,
        "serve",
        Code.SETTINGS_CLASH,
        "`serve` needs a list of your own, and the settings have none",
        "Add `subscribers: {}`, or remove `serve`.",
    )


def serve_address(fault: LocatedError) -> Problem:
    """Explain what the address of the public pages looks like."""
    return fault.complaint(
        Code.LINK_FORM,
        f"{fault.name} is {quoted(fault.text)}, which cannot be the address of the public pages",
        "Write the address that readers open, such as https://news.example.org. It must begin with https://.",
    )


def serve_topic(fault: LocatedError) -> Problem:
    """Explain what an SNS topic looks like."""
    return at_field(
        fault,
        "ses_topic",
        Code.LINK_FORM,
        "`ses_topic` is not the ARN of an SNS topic",
        "Copy it from the AWS console, such as arn:aws:sns:eu-west-1:123456789012:newsletter.",
    )


def folders_same(fault: LocatedError) -> Problem:
    """Report that folders must differ."""
    return fault.complaint(
        Code.SETTINGS_CLASH,
        "the issues, the templates and the outbox share a folder",
        "Use a separate folder for each: `folders.issues`, `folders.templates` and `outbox.folder`.",
    )


def folder_outside(fault: LocatedError) -> Problem:
    """Explain that a folder elsewhere on the computer must be allowed."""
    name, path = str(fault.values["folder"]), str(fault.values["path"])
    return fault.complaint(
        Code.SETTINGS_CLASH,
        f"the folder of the {name}, {quoted(path)}, is outside the folder of this file",
        "If this is intended, write `outside: true` under `folders`. Otherwise use a path inside this folder.",
    )


def address_unencrypted(fault: LocatedError) -> Problem:
    """Explain that a key must not be sent unencrypted."""
    return fault.complaint(
        Code.LINK_FORM,
        f"{fault.name} is {quoted(fault.text)}, so your key would be sent unencrypted",
        "Use an address that begins with https://. Only an address on this computer, such as "
        "http://127.0.0.1:8025, may begin with http://.",
    )


def address_form(fault: LocatedError) -> Problem:
    """Explain what the address of a provider's interface looks like."""
    return fault.complaint(
        Code.LINK_FORM,
        f"{fault.name} is {quoted(fault.text)}, which is not the address of a provider",
        "Write the full address, such as https://lists.example.org.",
    )


def number_form(fault: LocatedError) -> Problem:
    """Report that a whole number is needed."""
    digits = re.match(r"(\d+)\s*(?:px|pixels?)?$", fault.text)
    return fault.corrected(
        Code.NUMBER_FORM,
        f"{fault.name} must be a whole number, but is {quoted(fault.text) if fault.text else 'something else'}",
        "Write only digits.",
        digits[1] if digits else "",
    )


def number_range(fault: LocatedError) -> Problem:
    """Explain which numbers can be used."""
    info = fault.owner.model.model_fields.get(str(fault.loc[-1])) if fault.owner.model and fault.loc else None
    limits = {type(entry).__name__: entry for entry in (info.metadata if info else [])}
    low, high = getattr(limits.get("Ge"), "ge", None), getattr(limits.get("Le"), "le", None)
    span = " and ".join(
        words
        for words in (f"at least {low}" if low is not None else "", f"at most {high}" if high is not None else "")
        if words
    )
    return fault.complaint(
        Code.NUMBER_RANGE,
        f"{fault.name} cannot be {quoted(fault.text)}",
        f"Write a number that is {span or 'in range'}.",
    )


def yes_or_no(fault: LocatedError) -> Problem:
    """Report that this is a question of yes or no."""
    return fault.complaint(
        Code.YES_OR_NO,
        f"{fault.name} must be true or false" + (f", not {quoted(fault.text)}" if fault.text else ""),
        "Write `true` or `false`.",
    )


def rule_form(fault: LocatedError) -> Problem:
    """Explain how a rule is named."""
    return fault.complaint(
        Code.CHOICE,
        f"{quoted(fault.text)} is not the name or the code of a rule",
        "Write it as `newsletter check` shows it, such as `weekday-mismatch` or `NL401`.",
    )


def ignore_form(fault: LocatedError) -> Problem:
    """Explain that an entry of `ignore` names exactly one rule."""
    return fault.complaint(
        Code.SETTINGS_CLASH,
        "each entry of `ignore` needs either `rule` or `code`",
        "Write `rule: ` and the name of the rule, such as `rule: filler-text`.",
    )
