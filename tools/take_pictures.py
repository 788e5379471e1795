"""Take the pictures of the documentation anew: `make pictures`, or `.venv/bin/python tools/take_pictures.py`.

It works on a copy of the sample in a temporary folder and needs Chromium (CHROMIUM names it, if it is not on the path).
A picture is written only where it changed visibly, so that taking them again leaves the project as it was.
"""

from __future__ import annotations

import html
import io
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import thunderbird  # noqa: E402  beside this file, as are the next ones
from archive_pictures import archive_site  # noqa: E402
from composer_pictures import composer_pictures, copy_of  # noqa: E402

from tests.chromium import Browser, browser, chromium  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
NEWSLETTER = Path(sys.executable).parent / "newsletter"
SHARP = 1.5
"""Device pixels for each CSS pixel."""

BROKEN = {"deadline: 2024-02-23 12:00": "deadline: 2024-02-30", "contact:": "contat:"}
"""What the file itself is wrong by."""

MISTAKEN = {
    "alt: Purple, white and yellow crocuses on a green hill, with the sun coming up behind": "alt: IMG_2041.jpg",
    "Bring something that you would keep": "Come on Friday 23 March. Bring something that you would keep",
    "events/spring-cuppa": "events/spring-cuppa?fbclid=IwAR0x1",
    "found four things": "found fuor things",
}
"""What is wrong with the words of a file that is whole."""

THEMES = ("classic", "letter", "bold")

WINDOW: Browser
"""The browser that takes all pictures."""

GROUND, BEZEL, BAR = (228, 236, 236), (27, 35, 39), (208, 219, 221)


def main() -> None:
    """Take every picture."""
    global WINDOW
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, browser() as WINDOW:
        folder = Path(name) / "team-update"
        folder.mkdir()
        for part in ("newsletter.yaml", "audience.csv", "issues", "templates"):
            source = ROOT / part
            shutil.copytree(source, folder / part) if source.is_dir() else shutil.copy(source, folder / part)
        keep("february.jpg", on_screens(folder, "2024-02", ["", "", ""]))
        keep("march.jpg", on_screens(folder, "2024-03", ["Coming up in March", "Coming up in March", "Get involved"]))
        keep("preview.jpg", preview(folder))
        themes(folder)
        composer(Path(name))
        archive(Path(name))
        spoil(folder / "issues" / "2024-02.yaml", BROKEN)
        keep("check.png", terminal(folder, ["check", "2024-02"]))
        spoil(folder / "issues" / "2024-03.yaml", MISTAKEN)
        keep("mistakes.png", terminal(folder, ["check", "2024-03", "--offline"]))


def composer(place: Path) -> None:
    """Take the pictures of the composer, in a folder of its own: it sends a test."""
    made = composer_pictures(copy_of(ROOT, place / "composed"), chromium() or "chromium", SHARP)
    for name, picture in made.items():
        keep(name, picture)


def archive(place: Path) -> None:
    """Take the picture of the archive: its home page on a computer, and an issue on a phone in the dark."""
    site = archive_site(copy_of(ROOT, place / "archived"), run)
    home = framed(shoot(site / "index.html", 1080, 860), bezel=2, bar=30, rounding=12)
    phone = framed(shoot(site / "2024-03.html", 375, 720, dark=True), bezel=11, bar=0, rounding=38)
    keep("archive.jpg", arranged([home, phone]))


def themes(folder: Path) -> None:
    """Take the pictures of each theme, and of all in the light, in the dark and with their pictures off."""
    settings = folder / "newsletter.yaml"
    text = settings.read_text(encoding="utf-8")
    days, nights, bare, mails = [], [], [], []
    for theme in THEMES:
        settings.write_text(text.replace("brand:\n", f"brand:\n  theme: {theme}\n", 1), encoding="utf-8")
        keep(f"theme-{theme}.jpg", on_screens(folder, "2024-03", ["", "Coming up in March", "Get involved"]))
        page = folder / "page" / "2024-03.html"
        days.append(framed(shoot(page, 640, 900), bezel=2, bar=30, rounding=12))
        nights.append(framed(shoot(page, 640, 900, dark=True), bezel=2, bar=30, rounding=12))
        mails.append(in_thunderbird(folder) if thunderbird.is_here() else ())
        bare.append(framed(shoot(page, 375, 720, pictures=False), bezel=11, bar=0, rounding=38))
    settings.write_text(text, encoding="utf-8")
    keep("themes.jpg", arranged(days))
    keep("themes-in-the-dark.jpg", arranged(nights))
    keep("themes-without-pictures.jpg", arranged(bare))
    if all(mails):
        keep("themes-in-thunderbird.jpg", stacked([arranged(row) for row in zip(*mails, strict=True)]))


def in_thunderbird(folder: Path) -> tuple[Image.Image, Image.Image]:
    """Return the March issue in a mail program, by day and by night."""
    shutil.rmtree(folder / "outbox", ignore_errors=True)
    run(folder, "test", "2024-03", "--to", "kim@example.org")
    (message,) = (folder / "outbox").rglob("*.eml*")
    # the hour of the day is shown, and the picture is to be the same at any
    sent = re.sub(rb"(?m)^Date: .*?(\r?)$", rb"Date: Mon, 11 Mar 2024 09:30:00 +0000\1", message.read_bytes(), count=1)
    message.write_bytes(sent)
    seen = (thunderbird.shown(message, dark=dark) for dark in (False, True))
    light, dark = (
        image.resize((image.width * 3 // 4, image.height * 3 // 4), Image.Resampling.LANCZOS) for image in seen
    )
    return framed(light, bezel=2, bar=0, rounding=6), framed(dark, bezel=2, bar=0, rounding=6)


def stacked(rows: Sequence[Image.Image]) -> Image.Image:
    """Lay rows below each other."""
    picture = Image.new("RGB", (max(row.width for row in rows), sum(row.height for row in rows)), GROUND)
    top = 0
    for row in rows:
        picture.paste(row, (0, top))
        top += row.height
    return picture


def on_screens(folder: Path, issue: str, headings: Sequence[str]) -> Image.Image:
    """Return an issue on a desk, on a phone and on a phone in the dark, each from a heading on, or from the top."""
    run(folder, "render", issue, "-o", "page")
    page = folder / "page" / f"{issue}.html"
    page.write_text(page.read_text(encoding="utf-8").replace("{first_name|there}", "there"), encoding="utf-8")
    desk = framed(shoot(page, 700, 910, heading=headings[0]), bezel=2, bar=30, rounding=12)
    light = framed(shoot(page, 375, 780, heading=headings[1]), bezel=11, bar=0, rounding=38)
    dark = framed(shoot(page, 375, 780, heading=headings[2], dark=True), bezel=11, bar=0, rounding=38)
    return arranged([desk, light, dark])


def preview(folder: Path) -> Image.Image:
    """Return the top of the page that `newsletter preview` opens."""
    run(folder, "preview", "2024-02", "--no-open", "-o", "preview.html")
    return arranged([framed(shoot(folder / "preview.html", 1240, 1000), bezel=2, bar=30, rounding=12)])


def spoil(path: Path, slips: Mapping[str, str]) -> None:
    """Put some of the usual mistakes into an issue: words of it, and what they become."""
    text = path.read_text(encoding="utf-8")
    for right, wrong in slips.items():
        if right not in text:
            raise SystemExit(f"{path.name} no longer holds {right!r}")
        text = text.replace(right, wrong)
    path.write_text(text, encoding="utf-8")


def run(folder: Path, *args: str) -> None:
    """Run a newsletter command that has to succeed."""
    subprocess.run([NEWSLETTER, *args], cwd=folder, check=True, stdout=subprocess.DEVNULL)


SCROLL = """
(() => {
  const found = [...document.querySelectorAll("h2")].find((heading) => heading.textContent.trim() === HEADING);
  if (found) window.scrollTo(0, found.getBoundingClientRect().top - 48);
  return Boolean(found);
})()
"""

WITHOUT_PICTURES = """
Promise.all([...document.images].map((image) => {
  const gone = new Promise((done) => { image.onerror = done; });
  image.src = "missing:";
  return gone;
}))
"""


def shoot(
    page: Path, width: int, height: int, *, heading: str = "", dark: bool = False, pictures: bool = True
) -> Image.Image:
    """Return what a browser window of that size (in CSS pixels) shows of a page, from a heading on or from the top."""
    WINDOW.open(page, width=width, height=height, dark=dark, sharp=SHARP)
    if not pictures:
        WINDOW.run(f"{WITHOUT_PICTURES}.then(() => 0)")
    if heading and not WINDOW.run(SCROLL.replace("HEADING", json.dumps(heading))):
        raise SystemExit(f"There is no heading {heading!r} in {page.name}")
    with Image.open(io.BytesIO(WINDOW.shot())) as image:
        return image.convert("RGB")


def terminal(folder: Path, args: Sequence[str]) -> Image.Image:
    """Return what a terminal shows of a command, in its colours."""
    words = spoken(folder, args)
    page = folder / "terminal.html"
    page.write_text(
        "<!doctype html><meta charset=utf-8><style>body{margin:0;background:#1b2327}"
        "pre{margin:0;padding:18px 24px;color:#e6edee;font:15px/1.45 'DejaVu Sans Mono',monospace}"
        ".c31{color:#ff9d8c}.c32{color:#9fe0a8}.c33{color:#ffd27a}.c36{color:#8fd6de}.c1{font-weight:700}.c2{opacity:.7}"
        f"</style><pre>$ newsletter {' '.join(args)}\n{coloured(words)}</pre>",
        encoding="utf-8",
    )
    lines = words.count("\n") + 1
    shot = shoot(page, 900, round(lines * 15 * 1.45) + 46)
    return arranged([framed(shot, bezel=2, bar=30, rounding=12)])


def spoken(folder: Path, args: Sequence[str]) -> str:
    """Return what a command says to a terminal 92 columns wide."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "92", "LINES": "60", "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen([NEWSLETTER, *args], cwd=folder, env=environment, stdout=theirs, stderr=theirs):
        os.close(theirs)
        heard = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # what Linux says when the other end is closed
                break
            if not piece:
                break
            heard += piece
    os.close(ours)
    return heard.decode().replace("\r\n", "\n").rstrip()


def coloured(words: str) -> str:
    """Return a terminal's words as HTML."""
    words = re.sub(r"\x1b\[(31|32|33|36|1|2)m", r"<span class=c\1>", html.escape(words))
    return re.sub(r"\x1b\[0m", "</span>", words)


def framed(screen: Image.Image, *, bezel: int, bar: int, rounding: int) -> Image.Image:
    """Put a screen into a window or a phone; lengths are in CSS pixels."""
    edge, top, corner = round(bezel * SHARP), round(bar * SHARP), round(rounding * SHARP)
    size = (screen.width + 2 * edge, screen.height + 2 * edge + top)
    colour = BAR if bar else BEZEL
    frame = Image.new("RGBA", size)
    ImageDraw.Draw(frame).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius=corner, fill=colour)
    for dot in range(3 if bar else 0):
        left = edge + (16 + dot * 18) * SHARP
        box = (left, edge + top / 2 - 5 * SHARP, left + 10 * SHARP, edge + top / 2 + 5 * SHARP)
        ImageDraw.Draw(frame).ellipse(box, fill=(158, 176, 180))
    hole = Image.new("L", screen.size)
    inner = max(0, corner - edge)
    ImageDraw.Draw(hole).rounded_rectangle((0, 0, screen.width - 1, screen.height - 1), radius=inner, fill=255)
    if bar:
        ImageDraw.Draw(hole).rectangle((0, 0, screen.width, inner), fill=255)
    frame.paste(screen, (edge, edge + top), hole)
    return frame


def arranged(frames: Sequence[Image.Image]) -> Image.Image:
    """Lay frames side by side on one ground, with soft shadows."""
    gap = round(36 * SHARP)
    width = sum(frame.width for frame in frames) + gap * (len(frames) + 1)
    picture = Image.new("RGB", (width, max(frame.height for frame in frames) + 2 * gap), GROUND)
    left = gap
    for frame in frames:
        top = (picture.height - frame.height) // 2
        shade = Image.new("L", picture.size)
        shade.paste(frame.getchannel("A").point(lambda alpha: alpha // 3), (left, top + round(8 * SHARP)))
        picture.paste((20, 40, 46), mask=shade.filter(ImageFilter.GaussianBlur(12 * SHARP)))
        picture.paste(frame, (left, top), frame)
        left += frame.width + gap
    return picture


def keep(name: str, picture: Image.Image) -> None:
    """Write a picture, small, unless the one that is there looks the same."""
    path = PICTURES / name
    finished = picture.resize((round(picture.width / SHARP), round(picture.height / SHARP)), Image.Resampling.LANCZOS)
    if path.exists() and alike(path, finished):
        return
    if path.suffix == ".png":
        finished.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    else:
        finished.save(path, quality=77, optimize=True, progressive=True)
    sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1024:.0f} kB\n")


def alike(path: Path, picture: Image.Image) -> bool:
    """Return whether a picture looks like the one in a file, but for what its compression did."""
    with Image.open(path) as before:
        if before.size != picture.size:
            return False
        difference = ImageChops.difference(before.convert("RGB"), picture).convert("L")
        return difference.point(lambda value: 255 if value > 64 else 0).getbbox() is None


if __name__ == "__main__":
    main()
