"""What was made of a picture is kept by its content, and the place where it is kept is never a reason to fail."""

from __future__ import annotations

import io
import threading

import pytest
from PIL import Image

from newsletter.render import images
from newsletter.workflow.image_cache import preparer


def picture(colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (50, 40), colour).save(out, "TIFF")
    return out.getvalue()


@pytest.fixture
def made(monkeypatch):
    """Count how often a picture is really prepared."""
    calls = []
    real = images.prepare

    def counted(data):
        calls.append(len(data))
        return real(data)

    monkeypatch.setattr(images, "prepare", counted)
    return calls


def test_the_second_time_it_is_found(tmp_path, made):
    first = preparer(tmp_path / "new" / "pictures")(picture())
    again = preparer(tmp_path / "new" / "pictures")(picture())
    assert first == again
    assert len(made) == 1
    preparer(tmp_path / "new" / "pictures")(picture("blue"))
    assert len(made) == 2


@pytest.mark.parametrize("harm", [b"", b"\x89PNG\r\n\x1a\n", b"half of it"])
def test_a_damaged_one_is_made_anew(tmp_path, made, harm):
    first = preparer(tmp_path)(picture())
    [kept] = tmp_path.iterdir()
    kept.write_bytes(harm)
    assert preparer(tmp_path)(picture()) == first
    assert len(made) == 2
    assert preparer(tmp_path)(picture()) == first
    assert len(made) == 2


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path):
    in_the_way = tmp_path / "pictures"
    in_the_way.write_text("a file")
    assert preparer(in_the_way)(picture()).content_type == "image/png"


def test_two_at_once_do_not_meet(tmp_path):
    results = []
    threads = [threading.Thread(target=lambda: results.append(preparer(tmp_path)(picture()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(results)) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_new_way_of_preparing_does_not_take_the_old_ones(tmp_path, made, monkeypatch):
    preparer(tmp_path)(picture())
    monkeypatch.setattr(images, "VERSION", images.VERSION + 1)
    preparer(tmp_path)(picture())
    assert len(made) == 2
