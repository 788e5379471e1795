"""The style sheet of the public pages, in the brand's colours, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.render.design_tokens import Palette
    from newsletter.workflow.workspace import Workspace

_RULES = """
*{box-sizing:border-box}
html{font-size:112.5%;background:var(--page);color:var(--ink)}
body{margin:0 auto;max-width:36rem;padding:1.5rem 1.25rem;font-family:FONT;line-height:1.5;background:var(--ground);\
min-height:100vh}
h1,h2{line-height:1.25;font-family:HEADING}
h1{font-size:1.7rem}
h2{font-size:1.2rem;margin-top:2.5rem;padding-top:1.5rem;border-top:1px solid var(--line)}
.name{margin:0;font-weight:bold;color:var(--muted)}
label{font-weight:bold}
.check{display:flex;gap:.7rem;align-items:flex-start}
.check label{font-weight:normal}
input:not([type=checkbox]){display:block;width:100%;font:inherit;color:inherit;background:var(--ground);\
border:2px solid var(--muted);border-radius:4px;padding:.6rem}
input[type=checkbox]{width:1.4rem;height:1.4rem;flex:none;margin:.1rem 0 0;accent-color:var(--fill)}
button{font:inherit;font-weight:bold;color:var(--on-fill);background:var(--fill);border:2px solid var(--link);\
border-radius:6px;padding:.7rem 1.4rem;min-height:44px;cursor:pointer}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:3px}
fieldset{border:0;padding:0;margin:1.5rem 0}
legend{font-weight:bold;padding:0}
.error{font-weight:bold;border-inline-start:5px solid var(--ink);padding-inline-start:.8rem}
.trap{position:absolute;inset-inline-start:-99rem;height:1px;overflow:hidden}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--muted);font-size:.9rem}
"""
_NAMES = ("page", "ground", "ink", "muted", "link", "line", "fill")


def style_sheet(workspace: Workspace) -> str:
    """Return the style sheet; it loads nothing."""
    from newsletter.render.design_tokens import tokens_for

    tokens = tokens_for(workspace.settings.brand, workspace.templates)
    rules = _RULES.replace("FONT", _font(tokens.body_font)).replace("HEADING", _font(tokens.heading_font))
    dark = _variables(tokens.dark)
    return f":root{{{_variables(tokens.light)}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}{rules}"


def _variables(palette: Palette) -> str:
    values = {name: getattr(palette, name) for name in _NAMES}
    values["on-fill"] = palette.on_fill
    return ";".join(f"--{name}:{value}" for name, value in values.items())


def _font(stack: str) -> str:
    return stack.replace(";", "").replace("}", "").replace("<", "") or "sans-serif"
