"""`newsletter render` writes what a browser can open."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from PIL import Image

from newsletter.render.mjml import compile_mjml
from newsletter.sending.campaign_draft import ImageHosting
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.ledger.uploads import Uploads
    from newsletter.providers.campaign import CampaignProvider


def test_the_page_and_its_pictures_lie_side_by_side(folder: Path, cli: Any) -> None:
    done = cli("render", "2024-02", "-o", "page")
    assert (done.code, done.err) == (0, "")
    page = (folder / "page" / "2024-02.html").read_text(encoding="utf-8")
    sources = re.findall(r'<img[^>]*\bsrc="([^"]+)"', page)
    assert sources
    for source in sources:
        assert source.startswith("https://") or (folder / "page" / source).is_file(), source
    assert "Hello" in (folder / "page" / "2024-02.txt").read_text(encoding="utf-8") or page
    assert "kB" in done.out


def test_build_is_the_folder_where_none_is_named(folder: Path, cli: Any) -> None:
    assert cli("render").code == 0
    assert (folder / "build" / "2024-03.html").is_file()
    assert (folder / "build" / "2024-03.txt").is_file()


def test_a_dash_prints_the_html_alone(folder: Path, cli: Any) -> None:
    done = cli("render", "2024-02", "-o", "-")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("<!DOCTYPE html>")
    assert not (folder / "build").exists()


def test_json_lists_the_files(folder: Path, cli: Any) -> None:
    data = json.loads(cli("render", "2024-02", "--json").out)
    assert data["issue"] == "2024-02"
    assert [Path(file["path"]).name for file in data["files"]][:2] == ["2024-02.html", "2024-02.txt"]
    for file in data["files"]:
        assert Path(file["path"]).stat().st_size == file["bytes"]


def test_rendering_twice_gives_the_same(folder: Path, cli: Any) -> None:
    first = json.loads(cli("render", "2024-02", "--json", "-o", "a").out)["fingerprint"]
    assert first == json.loads(cli("render", "2024-02", "--json", "-o", "b").out)["fingerprint"]
    for path in (folder / "a").rglob("*.*"):
        assert path.read_bytes() == (folder / "b" / path.relative_to(folder / "a")).read_bytes()


def test_a_folder_that_cannot_be_is_told(folder: Path, cli: Any) -> None:
    (folder / "page").write_text("", encoding="utf-8")
    done = cli("render", "-o", "page")
    assert done.code == 2
    assert "cannot be written" in done.said


def test_an_issue_with_mistakes_is_not_rendered(folder: Path, cli: Any) -> None:
    (folder / "issues" / "2024-04.yaml").write_text("title: x\n", encoding="utf-8")
    done = cli("render")
    assert (done.code, done.out) == (3, "")
    assert "2024-04.yaml:" in done.err
    assert not (folder / "build").exists()


def test_a_picture_that_is_missing_is_told_where_it_is_named(folder: Path, cli: Any) -> None:
    (folder / "issues" / "images" / "hearts.jpg").unlink()
    done = cli("render", "2024-02")
    assert done.code == 3
    assert "images/hearts.jpg" in done.err
    assert re.search(r"2024-02\.yaml:\d+:\d+", done.err)


def photo(path: Path, orientation: int = 1, form: str = "JPEG") -> None:
    """Write a large photo as a phone does: on its side, with the place where it was taken."""
    noise = Image.effect_noise((3000, 2000), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "A camera of the finder's"
    noise.save(path, form, quality=95, exif=exif)


def test_a_photo_from_a_phone_leaves_small_and_upright(folder: Path, cli: Any) -> None:
    photo(folder / "issues" / "images" / "hearts.jpg", orientation=6)
    photo(folder / "issues" / "images" / "garden.webp", form="WEBP")
    issue = folder / "issues" / "2024-02.yaml"
    text = issue.read_text("utf-8").replace("intro: >", "intro: |\n  ![The garden](images/garden.webp)\n\n ", 1)
    issue.write_text(text, "utf-8")
    found = json.loads(cli("check", "2024-02", "--json").out)
    assert found["passed"], found
    assert cli("render", "2024-02").code == 0
    for name in ("2024-02-hearts.jpg", "2024-02-garden.jpg"):
        data = (folder / "build" / name).read_bytes()
        assert b"finder" not in data
        with Image.open(folder / "build" / name) as picture:
            assert (picture.format, picture.width) == ("JPEG", 1200)
            assert picture.height == 800, "and the tall hero is cropped"
    assert len(list((folder / "build" / "media").iterdir())) == 3


def test_a_picture_that_cannot_be_used_is_told_with_its_line(folder: Path, cli: Any) -> None:
    (folder / "issues" / "images" / "hearts.jpg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    done = cli("check", "2024-02")
    assert done.code == 3
    assert "issues/2024-02.yaml:8:10 error NL302" in done.said
    assert "it is an SVG drawing, which email clients do not show: save it as PNG" in done.said


def test_a_missing_picture_in_a_text_is_told_with_its_line(folder: Path, cli: Any) -> None:
    issue = folder / "issues" / "2024-02.yaml"
    issue.write_text(
        issue.read_text("utf-8").replace("intro: >", "intro: |\n  ![The garden](images/gone.jpg)\n\n ", 1), "utf-8"
    )
    done = cli("check", "2024-02")
    assert done.code == 3
    assert "issues/2024-02.yaml:13:3 error NL301" in done.said


def test_services_look_for_pictures_under_the_names_that_are_written(folder: Path, cli: Any) -> None:
    images = folder / "issues" / "images"
    (images / "hearts.jpg").rename(images / "Our héarts (1) & more.jpg")
    issue = folder / "issues" / "2024-02.yaml"
    issue.write_text(issue.read_text("utf-8").replace("images/hearts.jpg", "images/Our héarts (1) & more.jpg"), "utf-8")
    settings = folder / "newsletter.yaml"
    settings.write_text(f"{settings.read_text('utf-8')}media_url: https://example.org/our/media/\n", "utf-8")
    done = cli("render", "2024-02")
    assert "upload build/media the emails load these pictures from https://example.org/our/media/" in done.said
    workspace = Workspace.find(folder)
    message = workspace.render(workspace.load("2024-02"))
    # neither is asked where the pictures have an address of the house's own
    gallery = ImageHosting(cast("CampaignProvider", None), cast("Uploads", None), str(workspace.settings.media_url))
    links = gallery.links(message)
    assert [f"cid:{cid}" in message.html for cid in links] == [True, True]
    image = message.images[0]
    link = links[image.cid]
    name = link.removeprefix("https://example.org/our/media/")
    assert re.fullmatch(r"[\w.%-]+", name), "a link of plain letters"
    assert (folder / "build" / "media" / unquote(name)).read_bytes() == image.data
    written = {unquote(one.rpartition("/")[2]) for one in links.values()}
    assert {path.name for path in (folder / "build" / "media").iterdir()} == written


def test_the_page_for_the_web_is_whole_and_has_no_merge_tags(folder: Path, cli: Any) -> None:
    settings = folder / "newsletter.yaml"
    text = settings.read_text("utf-8")
    assert "\nlinks:" not in text
    settings.write_text(f"{text}\nlinks: {{view_online: 'https://example.org/{{month}}.html'}}\n", "utf-8")
    issue = folder / "issues" / "2024-02.yaml"
    text = issue.read_text("utf-8")
    issue.write_text(text.replace("intro: >\n", "intro: >\n  Hello {first_name|there},\n\n", 1), "utf-8")
    done = cli("render", "2024-02")
    assert done.code == 0
    assert "build/online" in done.out
    assert "{first_name|there}" in (folder / "build" / "2024-02.html").read_text("utf-8")
    page = (folder / "build" / "online" / "2024-02.html").read_text("utf-8")
    assert "Hello there," in page
    assert re.findall(r"\{[a-z_]+(?:\|[^}]*)?\}", re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)) == []
    for source in re.findall(r'<img[^>]*\bsrc="([^"]+)"', page):
        assert source.startswith("https://") or (folder / "build" / "online" / source).is_file(), source


def test_a_calendar_file_is_newer_after_a_correction_and_stays_without_one(folder: Path, cli: Any) -> None:
    issue = folder / "issues" / "2024-03.yaml"
    assert cli("render", "2024-03").code == 0
    files = sorted((folder / "build").glob("*.ics"))
    first = {path: path.read_bytes() for path in files}
    os.utime(issue, (issue.stat().st_mtime + 60, issue.stat().st_mtime + 60))
    assert cli("render", "2024-03").code == 0
    assert {path: path.read_bytes() for path in files} == first
    # corrected on another computer, whose copy of the file is older than what was published here
    text = issue.read_text("utf-8")
    [hour] = re.findall(r"when: \d{4}-\d\d-\d\d (\d\d:\d\d)", text)[:1]
    issue.write_text(text.replace(f" {hour}", " 09:45", 1), "utf-8")
    os.utime(issue, (1_600_000_000, 1_600_000_000))
    assert cli("render", "2024-03").code == 0
    changed = [path for path in files if path.read_bytes() != first[path]]
    assert changed

    def revision(content: bytes) -> int:
        return max(int(one) for one in re.findall(rb"SEQUENCE:(\d+)", content))

    assert all(revision(path.read_bytes()) > revision(first[path]) for path in changed)


def test_mjml_is_written_alone_and_compiles(folder: Path, cli: Any) -> None:
    done = cli("render", "2024-02", "--mjml", "-o", "made")
    assert (done.code, done.err) == (0, "")
    assert [path.name for path in (folder / "made").iterdir()] == ["2024-02.mjml"]
    mjml = (folder / "made" / "2024-02.mjml").read_text(encoding="utf-8")
    assert "<h1" in compile_mjml(mjml)
    printed = cli("render", "2024-02", "--mjml", "-o", "-")
    assert (printed.code, printed.out) == (0, mjml)
    told = json.loads(cli("render", "2024-02", "--mjml", "-o", "made", "--json").out)
    assert told["files"] == [{"path": str(Path("made") / "2024-02.mjml"), "bytes": len(mjml.encode())}]


def test_mjml_that_is_invalid_is_written_too(folder: Path, cli: Any) -> None:
    sections = folder / "templates" / "sections"
    sections.mkdir(parents=True, exist_ok=True)
    (sections / "coming_up.mjml.j2").write_text("<mj-section><mj-colum></mj-colum></mj-section>", encoding="utf-8")
    assert cli("render", "2024-02").code == 3
    assert cli("render", "2024-02", "--mjml").code == 0
    assert "<mj-colum>" in (folder / "build" / "2024-02.mjml").read_text(encoding="utf-8")
