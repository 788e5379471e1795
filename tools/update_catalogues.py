"""Write the catalogues' template from the fixed words, and bring every catalogue in step with it.

Run it from the project's folder after a change of newsletter/render/ui_strings.py:
`.venv/bin/python tools/update_catalogues.py`. New strings are empty in the catalogues, for translators to fill in;
tests/unit/render/test_translations.py lists them.
"""

from __future__ import annotations

import io
from dataclasses import fields
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from newsletter.render.ui_strings import Plural, UiStrings

FOLDER = Path(__file__).parents[1] / "templates" / "languages"
TEMPLATE = FOLDER / "newsletter.pot"

_HEAD = """\
The fixed words of a newsletter. Copy this file to languages/LANGUAGE.po (fr.po for French, say) in your templates
folder, and write each translation between the quotation marks after msgstr. docs/languages.md says more."""


def template() -> Catalog:
    """Return the template: each word with its note."""
    catalog = Catalog(header_comment=_HEAD, fuzzy=False)
    for one in fields(UiStrings):
        english = one.default
        key = english.forms if isinstance(english, Plural) else english
        catalog.add(key, context=one.name, auto_comments=[one.metadata["note"]])
    return catalog


def text_of(catalog: Catalog) -> bytes:
    """Return a catalogue as its file, with no more of a header than programs for translators need."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, omit_header=True, ignore_obsolete=True)
    lines = ["Project-Id-Version: newsletter", f"Language: {str(catalog.locale or '').replace('_', '-')}"]
    lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    lines += [f"Plural-Forms: nplurals={catalog.num_plurals}; plural={catalog.plural_expr};"] if catalog.locale else []
    comment = [f"# {line.removeprefix('#').strip()}" for line in catalog.header_comment.splitlines()]
    head = [*comment, 'msgid ""', 'msgstr ""', *(f'"{field}\\n"' for field in lines), "", ""]
    return "\n".join(head).encode() + buffer.getvalue()


def in_step(path: Path) -> bytes:
    """Return a catalogue with all words of the template, in its order, and no others."""
    catalog = read_po(io.BytesIO(path.read_bytes()), locale=path.stem.replace("-", "_"))
    catalog.update(template(), no_fuzzy_matching=True, update_creation_date=False)
    return text_of(catalog)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(text_of(template()))
    for path in FOLDER.glob("*.po"):
        path.write_bytes(in_step(path))
