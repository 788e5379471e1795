"""Templates for the examples of rules: what stands wrong on a page comes mostly from one of the user's own."""

from __future__ import annotations

_STORY = "<mj-section><mj-column>\n{inside}\n</mj-column></mj-section>\n"
_FRAME = """\
<mjml lang="{{ language }}" dir="{{ direction }}">
<mj-head>
  <mj-title>{{ title }}</mj-title>
  <mj-attributes><mj-all font-family="Arial, sans-serif" /></mj-attributes>
</mj-head>
<mj-body>
  <mj-section><mj-column><mj-text font-size="16px" line-height="1.5">
    <h1>{{ title }}</h1>
  </mj-text></mj-column></mj-section>
  {% for band in bands %}
  {{ band.mjml }}
  {% endfor %}
  {{ parts.footer(ruled=false) }}
</mj-body>
</mjml>
"""


def story(*inside: str) -> dict[str, str]:
    """Return a template for stories with these lines of MJML in it."""
    lines = "\n".join(f"  {line}" for one in inside for line in one.split("\n"))
    return {"sections/story.mjml.j2": _STORY.format(inside=lines)}


def prose(**attributes: str) -> dict[str, str]:
    """Return a template for stories whose text has these attributes, such as `font_size="12px"`."""
    given = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return story(f"<mj-text{given}>{{{{ section.text|markdown }}}}</mj-text>")


def frame(old: str = "", new: str = "") -> dict[str, str]:
    """Return a small frame for whole issues, some words of it changed."""
    if old not in _FRAME:
        raise ValueError(old)
    return {"issue.mjml.j2": _FRAME.replace(old, new, 1) if old else _FRAME}
