"""The logo in the header, and pictures that are elsewhere on the web."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from newsletter.errors import UsageError
from tests.archives import built, files_in, issue, newsletter_folder


def picture(colour: tuple[int, int, int, int]) -> bytes:
    made = Image.new("RGBA", (320, 80), (0, 0, 0, 0))
    made.paste(colour, (0, 0, 200, 60))
    file = io.BytesIO()
    made.save(file, "PNG")
    return file.getvalue()


def home(root: Path, brand: str) -> str:
    newsletter_folder(root, {"2024-03": issue()})
    settings = root / "newsletter.yaml"
    settings.write_text(settings.read_text("utf-8").replace("brand:\n", f"brand:\n  {brand}\n", 1), "utf-8")
    built(root)
    return (root / "site" / "index.html").read_text(encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dark.png").write_bytes(picture((10, 20, 30, 255)))
    (tmp_path / "light.png").write_bytes(picture((250, 250, 240, 255)))
    return tmp_path


def test_the_logo_has_a_variant_for_the_dark_that_can_be_seen(root: Path) -> None:
    page = home(root, "logo: dark.png\n  logo_dark: light.png")
    assert re.search(r'<source media="\(prefers-color-scheme: dark\)" srcset="media/light-\w+\.png">', page)
    assert re.search(
        r'<img src="media/dark-\w+\.png" width="160" height="\d+" alt="Team Update – Example Trust">', page
    )
    assert 'class="tile"' not in page
    files = files_in(root / "site")
    assert len([name for name in files if name.startswith("media/")]) == 2


def test_on_a_coloured_header_one_logo_is_for_both(root: Path) -> None:
    page = home(root, "theme: bold\n  logo: dark.png\n  logo_on_brand: light.png")
    assert re.search(r'<picture><img src="media/light-\w+\.png"', page)


def test_without_a_logo_there_is_a_tile_and_an_icon(root: Path) -> None:
    page = home(root, "theme: letter")
    assert '<span class="tile" aria-hidden="true">E</span>' in page
    icon = (root / "site" / "icon.svg").read_text(encoding="utf-8")
    assert ">E</text>" in icon
    assert '<link rel="icon" type="image/svg+xml" href="icon.svg">' in page


def test_a_logo_elsewhere_is_not_loaded(root: Path) -> None:
    newsletter_folder(root, {"2024-03": issue()})
    settings = root / "newsletter.yaml"
    address = "https://example.org/logo.png"
    settings.write_text(settings.read_text("utf-8").replace("brand:\n", f"brand:\n  logo: {address}\n", 1), "utf-8")
    made = built(root)
    assert any("logo is on another website" in note for note in made.notes)
    assert address not in (root / "site" / "index.html").read_text("utf-8")


def test_a_missing_logo_is_explained(root: Path) -> None:
    newsletter_folder(root, {"2024-03": issue()})
    settings = root / "newsletter.yaml"
    settings.write_text(settings.read_text("utf-8").replace("brand:\n", "brand:\n  logo: gone.png\n", 1), "utf-8")
    with pytest.raises(UsageError, match=r"The logo “gone\.png” cannot be read") as caught:
        built(root)
    assert "brand.logo" in caught.value.hint
    assert not (root / "site").exists()


def test_pictures_elsewhere_in_a_text_become_links(root: Path) -> None:
    text = """\
intro: |
  ![Boats](https://pictures.example.org/a.jpg?x=1&y=2) and [![Birds](https://pictures.example.org/b.jpg)](https://example.org/birds)
  and ![](https://pictures.example.org/c.jpg) and ![Own](dark.png)
sections: [{kind: news, items: [A line]}]
"""
    newsletter_folder(root, {"2024-03": issue("A very long title " * 6, body=text)})
    made = built(root)
    page = (root / "site" / "2024-03.html").read_text(encoding="utf-8")
    assert '<a href="https://pictures.example.org/a.jpg?x=1&amp;y=2">Boats</a>' in page
    assert '<a href="https://example.org/birds">Birds</a>' in page
    assert '<a href="https://pictures.example.org/c.jpg">https://pictures.example.org/c.jpg</a>' in page
    assert re.search(r'<img src="media/dark-\w+\.png" alt="Own"', page)
    assert 'src="https://' not in page
    assert any(note.startswith("3 pictures on other websites are linked, not shown") for note in made.notes)
    title = re.search("<title>(.*)</title>", page)
    assert title is not None
    assert title[1].endswith("…")
    assert len(title[1]) <= 70
