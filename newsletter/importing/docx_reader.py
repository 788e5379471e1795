"""Read Word documents (.docx), by way of HTML."""

from __future__ import annotations

import io
from typing import Any

from newsletter.errors import FileAccessError
from newsletter.importing.archive_files import Archive
from newsletter.importing.blocks import Source
from newsletter.importing.html_reader import read_fragment

MAIN_PART = "word/document.xml"
"""What every Word document holds."""

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
"""


def read_docx(data: bytes) -> Source:
    """Return the blocks of a Word document, with its pictures; raise FileAccessError where it cannot be read."""
    import mammoth  # noqa: PLC0415  only a Word document needs it

    archive = Archive(data)
    for name in archive.names:
        if name.endswith((".xml", ".rels")) and b"<!ENTITY" in archive.read(name):
            raise FileAccessError(
                "The document defines entities of its own, which no word processor does, so it was not opened.",
                hint="Copy its text into a new document, and import that.",
            )
    pictures: dict[str, bytes] = {}

    def keep(image: Any) -> dict[str, str]:
        suffix = (image.content_type or "image/png").rpartition("/")[2].replace("jpeg", "jpg")
        name = f"picture-{len(pictures) + 1}.{suffix}"
        with image.open() as file:
            pictures[name] = file.read()
        return {"src": name}

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(data), style_map=_STYLES, convert_image=mammoth.images.img_element(keep)
        )
    except FileAccessError:
        raise
    except Exception as error:  # a damaged document can fail anywhere in the library
        raise FileAccessError(
            "The document is damaged: Word's own parts of it cannot be read.",
            hint="Open it in Word and save it again as .docx.",
        ) from error
    html = str(result.value)
    blocks = read_fragment(html, load=pictures.get) if html.strip() else ()
    return Source(blocks)
