"""The website's folder: only what changed is written, and nothing but the tool's own files is touched."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from newsletter.archive.output import MANIFEST, SiteFolder
from newsletter.errors import FileAccessError, UsageError
from tests.archives import files_in

FILES = {"index.html": b"home", "2024-02.html": b"february", "media/a.jpg": b"picture", "years/2024.html": b"year"}


def folder(path: Path) -> SiteFolder:
    return SiteFolder(path, "site")


def site(path: Path) -> dict[str, bytes]:
    return {name: data for name, data in files_in(path).items() if name != MANIFEST}


def test_a_new_folder_gets_every_file(tmp_path: Path) -> None:
    result = folder(tmp_path / "a" / "site").write(FILES)
    assert site(tmp_path / "a" / "site") == FILES
    assert set(result.written) == set(FILES)
    assert (result.unchanged, result.deleted, result.kept) == ((), (), ())


def test_the_home_page_is_written_after_what_it_shows(tmp_path: Path) -> None:
    assert folder(tmp_path / "site").write(FILES).written[-1] == "index.html"


def test_only_what_changed_is_written_and_the_rest_keeps_its_time(tmp_path: Path) -> None:
    folder(tmp_path).write(FILES)
    for path in tmp_path.rglob("*"):
        os.utime(path, ns=(1, 1))
    result = folder(tmp_path).write({**FILES, "2024-02.html": b"february, corrected"})
    assert result.written == ("2024-02.html",)
    times = {path.relative_to(tmp_path).as_posix(): path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert {name for name, time in times.items() if time != 1} == {"2024-02.html", MANIFEST}


def test_a_build_without_changes_touches_nothing(tmp_path: Path) -> None:
    folder(tmp_path).write(FILES)
    for path in tmp_path.rglob("*"):
        os.utime(path, ns=(1, 1))
    assert folder(tmp_path).write(FILES).written == ()
    assert {path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == {1}


def test_what_was_damaged_is_written_again(tmp_path: Path) -> None:
    folder(tmp_path).write(FILES)
    (tmp_path / "index.html").write_bytes(b"")
    (tmp_path / "media" / "a.jpg").unlink()
    assert set(folder(tmp_path).write(FILES).written) == {"index.html", "media/a.jpg"}
    assert site(tmp_path) == FILES


def test_a_file_that_is_there_need_not_be_handed_over(tmp_path: Path) -> None:
    folder(tmp_path).write(FILES)
    again = folder(tmp_path)
    assert again.has("media/a.jpg")
    assert not again.has("media/b.jpg")
    again.write({**FILES, "media/a.jpg": None})
    assert site(tmp_path) == FILES
    (tmp_path / "media" / "a.jpg").write_bytes(b"other")
    assert not folder(tmp_path).has("media/a.jpg")


def test_files_of_a_removed_issue_are_deleted_and_so_are_empty_folders(tmp_path: Path) -> None:
    folder(tmp_path).write(FILES)
    result = folder(tmp_path).write({"index.html": b"home"})
    assert set(result.deleted) == set(FILES) - {"index.html"}
    assert site(tmp_path) == {"index.html": b"home"}
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_a_file_that_someone_changed_is_not_deleted(tmp_path: Path) -> None:
    folder(tmp_path).write(FILES)
    (tmp_path / "2024-02.html").write_bytes(b"by hand")
    result = folder(tmp_path).write({"index.html": b"home"})
    assert result.kept == ("2024-02.html",)
    assert site(tmp_path) == {"index.html": b"home", "2024-02.html": b"by hand"}
    assert folder(tmp_path).write({"index.html": b"home"}).kept == (), "it is somebody's own from now on"


def test_files_of_somebody_else_stay(tmp_path: Path) -> None:
    folder(tmp_path).write(FILES)
    (tmp_path / "media" / "own.jpg").write_bytes(b"mine")
    (tmp_path / "CNAME").write_bytes(b"news.example.org")
    folder(tmp_path).write({"index.html": b"home"})
    assert site(tmp_path) == {"index.html": b"home", "media/own.jpg": b"mine", "CNAME": b"news.example.org"}


def test_a_folder_with_foreign_files_is_refused(tmp_path: Path) -> None:
    for number in range(7):
        (tmp_path / f"{number}.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"did not write: 0\.txt, 1\.txt, 2\.txt, 3\.txt, 4\.txt and 2 more") as caught:
        folder(tmp_path)
    assert "archive.folder" in caught.value.hint
    assert len(files_in(tmp_path)) == 7


@pytest.mark.parametrize("name", [".git", "CNAME", ".nojekyll"])
def test_what_a_host_needs_may_be_there_before(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    folder(tmp_path).write({"index.html": b"home"})
    assert (tmp_path / name).read_bytes() == b"x"


def test_a_foreign_file_in_the_way_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    folder(tmp_path).write({"index.html": b"home"})
    (tmp_path / "2024-02.html").write_bytes(b"mine")
    before = files_in(tmp_path)
    with pytest.raises(UsageError, match=r"files of yours where pages of the archive belong: 2024-02\.html"):
        folder(tmp_path).write({**FILES, "index.html": b"changed"})
    assert files_in(tmp_path) == before


def test_a_folder_where_a_page_belongs_is_refused(tmp_path: Path) -> None:
    folder(tmp_path).write({"index.html": b"home"})
    (tmp_path / "2024-02.html").mkdir()
    with pytest.raises(UsageError, match="is where a page of the archive belongs"):
        folder(tmp_path).write(FILES)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is a file, not a folder"):
        folder(tmp_path / "site")


@pytest.mark.parametrize("link", ["media", "index.html"])
def test_nothing_is_written_through_a_link(tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "index.html").write_bytes(b"mine")
    place = tmp_path / "site"
    folder(place).write({"years/2024.html": b"year"})
    (place / link).symlink_to(outside / link if "." in link else outside)
    with pytest.raises(UsageError, match="not written through links"):
        folder(place).write(FILES)
    assert files_in(outside) == {"index.html": b"mine"}


def test_nothing_is_deleted_through_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.jpg").write_bytes(FILES["media/a.jpg"])
    place = tmp_path / "site"
    folder(place).write(FILES)
    (place / "media" / "a.jpg").unlink()
    (place / "media").rmdir()
    (place / "media").symlink_to(outside)
    folder(place).write({"index.html": b"home"})
    assert files_in(outside) == {"a.jpg": b"picture"}


@pytest.mark.parametrize("path", ["../victim.txt", "/etc/hosts", "a/../../victim.txt", "..\\victim.txt"])
def test_a_list_of_files_that_leads_outside_deletes_nothing(tmp_path: Path, path: str) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_bytes(b"home")
    place = tmp_path / "site"
    folder(place).write({"index.html": b"home"})
    told = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    told["files"][path] = told["files"]["index.html"]
    (place / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    assert folder(place).write({"index.html": b"home"}).deleted == ()
    assert victim.read_bytes() == b"home"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 1}', '{"files": {"a": 1}}', "\x00"])
def test_a_damaged_list_of_files_stops_the_build(tmp_path: Path, text: str) -> None:
    folder(tmp_path).write(FILES)
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(FileAccessError, match="cannot be read") as caught:
        folder(tmp_path)
    assert "build the archive anew" in caught.value.hint
    assert site(tmp_path) == FILES


@pytest.mark.parametrize("steps", range(8))
def test_a_build_that_is_interrupted_leaves_whole_files_and_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    old = {"index.html": b"old home", "gone.html": b"gone", "years/2024.html": b"old year"}
    folder(tmp_path).write(old)
    replace, done = Path.replace, iter(range(100))

    def interrupted(self: Path, target: Path) -> Path:
        if next(done) >= steps:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    finished = True
    try:
        folder(tmp_path).write(FILES)
    except KeyboardInterrupt:
        finished = False
    monkeypatch.undo()
    assert finished == (steps >= 6), "four files, and the list before and after"
    for name, data in site(tmp_path).items():
        assert data in {FILES.get(name), old.get(name)}, "no file is half"
    folder(tmp_path).write(FILES)
    assert site(tmp_path) == FILES
    folder(tmp_path).write({"index.html": b"home"})
    assert site(tmp_path) == {"index.html": b"home"}, "all that was written is known as the tool's own"


def test_what_a_killed_build_left_behind_is_deleted(tmp_path: Path) -> None:
    folder(tmp_path).write(FILES)
    old, new = tmp_path / "media" / ".newsletter-draft-aaa", tmp_path / ".newsletter-draft-bbb"
    for one in (old, new):
        one.write_bytes(b"half")
    os.utime(old, (1, 1))
    folder(tmp_path).write(FILES)
    assert not old.exists()
    assert new.exists(), "another build may be writing it"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_explained(tmp_path: Path) -> None:
    folder(tmp_path).write(FILES)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(FileAccessError, match="cannot be written: permission denied"):
            folder(tmp_path).write({**FILES, "index.html": b"changed"})
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("number", [28, 30])
def test_a_full_or_read_only_disk_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def failing(self: Path, data: bytes) -> int:
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(FileAccessError, match=os.strerror(number).lower()) as caught:
        folder(tmp_path / "site").write(FILES)
    assert "-o" in caught.value.hint
    assert files_in(tmp_path) == {}
