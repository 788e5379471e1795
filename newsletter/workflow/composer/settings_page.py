"""The settings as the composer's page has them: read, changed, and the provider's key stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from newsletter.errors import NewsletterError, UsageError
from newsletter.workflow.composer.first_run import picture_of
from newsletter.workflow.composer.pictures import fit_for_email
from newsletter.workflow.edit_settings import InvalidSettingsError, change_settings, settings_path

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from newsletter.model.branding import Brand
    from newsletter.settings import Settings
    from newsletter.workflow.workspace import Workspace

_TEXTS = (
    "brand.name",
    "brand.newsletter",
    "brand.address",
    "brand.website",
    "brand.theme",
    "sender.name",
    "sender.email",
    "reply_to",
    "language",
    "time_zone",
    "provider",
    "audience",
)
_COLOURS = ("brand", "accent", "highlight", "ink", "muted", "ground", "tint")
_SHOWN = ("brand", "accent", "highlight")
_WIDEST_LOGO = 160
_BARE_DOMAIN = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/?#]\S*)?")
"""A web address as people type it: without `https://`."""

_NEEDED = {
    "brand.name": "Type the name of your organisation.",
    "brand.address": "Type your postal address: many countries require it in every newsletter.",
    "sender.name": "Type the name that an inbox shows.",
    "sender.email": "Type the address that the newsletter is sent from.",
    "language": "Choose a language.",
    "time_zone": "Choose a time zone.",
}


def settings_facts(workspace: Workspace) -> dict[str, Any]:
    """Return the settings that the page shows, by their paths with dots, and what can be chosen."""
    from newsletter.model.branding import Theme

    settings = workspace.settings
    values = {name: _text(settings, name) for name in _TEXTS}
    values |= {f"brand.colours.{name}": getattr(settings.brand.colours, name) or "" for name in _COLOURS}
    themes = [*Theme, *sorted(path.stem for path in settings.root.glob("*/themes/*.yaml"))]
    return {
        "values": values,
        "themes": [str(one) for one in themes],
        "colours": colour_facts(workspace, {}),
        "logo": logo_facts(workspace),
        "providers": [_provider_facts(settings, name) for name in _provider_names()],
    }


def colour_facts(workspace: Workspace, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return how well each of the brand's colours can be read, with some of them replaced by `given`."""
    from newsletter.render.colour import contrast
    from newsletter.render.design_tokens import fixed_colours, tokens_for

    brand = _with_colours(workspace.settings.brand, given)
    light = tokens_for(brand, workspace.templates).light
    adjusted = {one.name: one for one in fixed_colours(brand, workspace.templates)}
    pairs = {
        "brand": (light.fill, light.on_fill, light.link),
        "accent": (light.accent, light.ground, light.accent),
        "highlight": (light.highlight, light.on_highlight, light.highlight),
    }
    facts = []
    for name in _SHOWN:
        one, other, used = pairs[name]
        fixed = adjusted.get(name)
        facts.append(
            {
                "name": name,
                "colour": getattr(brand.colours, name) or used,
                "is_own": bool(getattr(brand.colours, name)),
                "on": other,
                "contrast": round(contrast(one, other), 1),
                "given_contrast": round(contrast(fixed.given, fixed.ground), 1) if fixed else None,
                "used": fixed.used if fixed else None,
            }
        )
    return facts


def _with_colours(brand: Brand, given: Mapping[str, str]) -> Brand:
    colours = type(brand.colours).model_validate(
        {**brand.colours.model_dump(exclude_none=True), **{name: value for name, value in given.items() if value}}
    )
    return brand.model_copy(update={"colours": colours})


def logo_facts(workspace: Workspace) -> dict[str, Any] | None:
    """Return the logo, and where it would vanish; None without one."""
    from newsletter.render.design_tokens import tokens_for
    from newsletter.render.logos import LogoFault, LogoGround, logo_for

    brand = workspace.settings.brand
    if brand.logo is None:
        return None
    tokens = tokens_for(brand, workspace.templates)
    facts: dict[str, Any] = {"name": brand.logo, "dark": brand.logo_dark, "width": brand.logo_width}
    facts |= {"ground": tokens.light.ground, "dark_ground": tokens.dark.ground, "lost_on_dark": False}
    try:
        shown = logo_for(brand, tokens, workspace.assets(settings_path(workspace)), LogoGround.GROUND)
    except (OSError, NewsletterError):
        return facts | {"missing": True}
    return facts | {
        "lost_on_dark": bool(shown and shown.fault is LogoFault.LOST_ON_DARK),
        "lost_on_light": bool(shown and shown.fault is LogoFault.LOST_ON_LIGHT),
    }


def shown_logo(workspace: Workspace, *, dark: bool) -> tuple[bytes, str]:
    """Return the logo as readers get it on a light or a dark background, and its type."""
    from newsletter.render.design_tokens import tokens_for
    from newsletter.render.logos import LogoGround, logo_for

    brand, read = workspace.settings.brand, workspace.assets(settings_path(workspace))
    try:
        ground = LogoGround.DARK if dark else LogoGround.GROUND
        shown = logo_for(brand, tokens_for(brand, workspace.templates), read, ground)
        if shown is None:
            raise UsageError("There is no logo.")
        made = workspace.prepare(read(shown.name), shown.edit)
    except OSError as error:
        raise UsageError("The file of the logo is missing.", hint="Choose the logo again.") from error
    return made.data, made.content_type


def save_settings(workspace: Workspace, values: Mapping[str, str], logos: Mapping[str, str]) -> None:
    """Write changed settings; `logos` are pictures as data addresses, by `logo` and `logo_dark`, empty to remove one.

    Raise InvalidSettingsError, and write nothing, where a setting cannot be used.
    """
    settings = workspace.settings
    allowed = {*_TEXTS, *(f"brand.colours.{name}" for name in _COLOURS)}
    allowed |= {f"{name}.{option}" for name in _provider_names() for option in _options_of(name)}
    website = values.get("brand.website", "").strip()
    if _BARE_DOMAIN.fullmatch(website):
        values = {**values, "brand.website": f"https://{website}"}
    changes: dict[str, Any] = {
        name: " ".join(value.split())
        for name, value in values.items()
        if name in allowed and " ".join(value.split()) != _text(settings, name)
    }
    problems = {name: words for name, words in _NEEDED.items() if name in changes and not changes[name]}
    problems |= _missing_options({name: str(value) for name, value in values.items()}, settings)
    files: dict[str, tuple[str, bytes]] = {}
    for name, address in logos.items():
        if name not in {"logo", "logo_dark"}:
            continue
        try:
            made = fit_for_email(picture_of(address)) if address else None
        except UsageError as error:
            problems[name] = f"{error.message} {error.hint}".strip()
            continue
        changes |= _logo_changes(workspace, name, made, files)
    if problems:
        raise InvalidSettingsError(problems)
    _write_logos(workspace, files)
    change_settings(settings_path(workspace), changes)


def _logo_changes(workspace: Workspace, name: str, made: Any, files: dict[str, tuple[str, bytes]]) -> dict[str, Any]:
    """Return the settings of a new logo, and remember its file; None removes the logo."""
    if made is None:
        rest = {"brand.logo_width": None, "brand.logo_dark": None, "brand.logo_on_brand": None}
        return {**(rest if name == "logo" else {}), f"brand.{name}": None}
    stem = "logo" if name == "logo" else "logo-dark"
    folder = workspace.root / "images"
    for number in range(1, 1000):
        file = f"{stem}{f'-{number}' if number > 1 else ''}{made.suffix}"
        if not (folder / file).exists() or (folder / file).read_bytes() == made.data:
            break
    files[name] = (file, made.data)
    changes: dict[str, Any] = {f"brand.{name}": f"images/{file}"}
    if name == "logo":
        changes["brand.logo_width"] = str(max(16, min(_WIDEST_LOGO, made.width)))
    return changes


def _write_logos(workspace: Workspace, files: Mapping[str, tuple[str, bytes]]) -> None:
    from newsletter.workflow.atomic_write import replace_file

    for file, data in files.values():
        (workspace.root / "images").mkdir(exist_ok=True)
        replace_file(workspace.root / "images" / file, data)


def keep_key(variable: str, secret: str) -> None:
    """Store a provider's key in this computer's keyring, as `newsletter providers --keep` does."""
    from newsletter.secrets import has_keyring, keep
    from newsletter.workflow.describe_provider import check_key_name

    check_key_name(variable)
    if not secret.strip():
        raise UsageError("Paste the key first.")
    if not has_keyring():
        raise UsageError(
            "This computer has no keyring to store the key in safely, so it was not stored.",
            hint=f"Ask whoever looks after this computer to set the environment variable {variable}.",
        )
    keep(variable, secret.strip())


def check_account(workspace: Workspace) -> dict[str, Any]:
    """Ask the provider for its account, and return its name and its audiences; raise as the provider refuses."""
    from newsletter.workflow.missing_secrets import missing_secrets
    from newsletter.workflow.session import SendSession

    missing = [one.what for one in missing_secrets(workspace.settings)]
    if missing:
        raise UsageError(f"A key is missing: {missing[0]}.", hint="Paste it above and store it.")
    provider = SendSession(workspace).provider
    name = provider.check()
    return {"name": name, "audiences": [{"name": one.name, "count": one.count} for one in provider.audiences()]}


def _provider_names() -> list[str]:
    from newsletter.providers.registry import names

    return list(names())


def _options_of(name: str) -> Mapping[str, FieldInfo]:
    """Return the simple options of a provider; others are for whoever edits the file."""
    from newsletter.providers.registry import adapter

    if name == "outbox":
        return {}
    fields = adapter(name).options.model_fields
    shown = {one: field for one, field in fields.items() if not _is_group(field)}
    # the address of a service's API is for rehearsals
    return {one: field for one, field in shown.items() if one != "base_url" or field.is_required()}


def _is_group(field: FieldInfo) -> bool:
    return any(word in str(field.annotation) for word in ("tuple", "dict", "Mapping", "list"))


def _missing_options(values: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """Return what the chosen provider cannot do without."""
    name = values.get("provider", settings.provider)
    if name not in _provider_names():
        return {"provider": "Choose a provider."}
    needed = [one for one, field in _options_of(name).items() if field.is_required()]
    had = {one: _option(settings, name, one) for one in needed}
    return {
        f"{name}.{one}": "This is needed."
        for one in needed
        if not values.get(f"{name}.{one}", had[one]).strip()
        and (name != settings.provider or f"{name}.{one}" in values)
    }


def _provider_facts(settings: Settings, name: str) -> dict[str, Any]:
    from newsletter.providers.registry import adapter
    from newsletter.secrets import find_secret

    about = adapter(name).about
    is_chosen = name == settings.provider
    return {
        "name": name,
        "title": about.title,
        "is_practice": about.is_local,
        "notes": list(about.notes),
        "options": [
            {
                "name": f"{name}.{option}",
                "label": "Web address" if option == "base_url" else option.replace("_", " ").capitalize(),
                "help": (field.description or "").replace("`", ""),
                "example": str((field.examples or [""])[0]),
                "required": field.is_required(),
                "value": _option(settings, name, option),
            }
            for option, field in _options_of(name).items()
        ],
        "keys": [
            # to look into the keyring takes long, so only the chosen provider's keys are looked for
            {
                "variable": one.variable,
                "what": one.what,
                "stored": bool(find_secret(one.variable)) if is_chosen else None,
            }
            for one in about.secrets
        ],
    }


def _option(settings: Settings, provider: str, option: str) -> str:
    value = getattr(settings.options_of(provider), option, None)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _text(settings: Settings, name: str) -> str:
    """Return a setting as a text; empty where it has none."""
    provider, _, option = name.partition(".")
    if option and provider not in type(settings).model_fields:
        return _option(settings, provider, option)
    found: Any = settings
    for part in name.split("."):
        if part not in type(found).model_fields:
            return _option(settings, provider, option)
        found = getattr(found, part)
    return "" if found is None else str(found)
