"""Each picture that `newsletter render` writes has a file of its own."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from newsletter.model.branding import Sender
from newsletter.model.campaign import InlineImage, Message, Variant
from newsletter.workflow.render_issue import MEDIA, files_of


def message(*names: str, **changes: object) -> Message:
    """Return a message with pictures of these names, each with bytes of its own."""
    images = tuple(
        InlineImage(cid=f"{number}@x", name=name, content_type="image/png", data=f"picture {number}".encode())
        for number, name in enumerate(names)
    )
    html = "".join(f'<img src="cid:{one.cid}">' for one in images)
    sender = Sender(name="A", email="a@example.org")
    given = {"title": "t", "subject": "s", "preheader": "", "html": html, "text": "", "sender": sender}
    return Message.model_validate({**given, "images": images, **changes})


def shown(files: dict[str, bytes], page: str) -> list[bytes]:
    return [files[unquote(one)] for one in re.findall('src="([^"]+)"', files[page].decode())]


@pytest.mark.parametrize(
    "names",
    [
        ("photo.png", "photo.png"),
        ("photo.png", "Photo.png"),
        ("photo.png", "PHOTO.PNG", "photo.png"),
        ("caf\u00e9.jpg", "cafe\u0301.jpg"),
        ("stra\u00dfe.jpg", "STRASSE.jpg"),
        ("a b.png", "a#b.png", "a%23b.png", "a?b.png", "a&amp;b.png", 'a"b.png'),
        ("photo", "photo"),
        (".png", ".png"),
    ],
)
def test_no_picture_is_written_over_another(names: tuple[str, ...]) -> None:
    files = files_of("x", message(*names))
    assert shown(files, "x.html") == [f"picture {number}".encode() for number in range(len(names))]
    folded = [one.casefold() for one in files]
    assert len(set(folded)) == len(folded)
    published = [data for one, data in files.items() if one.startswith(MEDIA)]
    assert sorted(published) == sorted(f"picture {number}".encode() for number in range(len(names)))


def test_names_that_are_not_shared_stay() -> None:
    files = files_of("2024-02", message("photo.png", "hearts.jpg"))
    assert {"2024-02-photo.png", "2024-02-hearts.jpg"} <= set(files)
    assert 'src="2024-02-photo.png"' in files["2024-02.html"].decode()


def test_the_first_of_a_name_keeps_it() -> None:
    names = [one for one in files_of("x", message("photo.png", "photo.png")) if one.startswith("x-")]
    assert names[0] == "x-photo.png"
    assert re.fullmatch(r"x-photo-[0-9a-f]{10}\.png", names[1])


def test_the_page_of_a_segment_keeps_to_its_own_pictures() -> None:
    """`for-members-photo.png` of the issue and `photo.png` of the page for members would be one file."""
    given = message("for-members-photo.png", "photo.png")
    both = given.model_copy(
        update={"variants": (Variant(segments=("members",), html='<img src="cid:1@x"><img src="cid:0@x">', text=""),)}
    )
    files = files_of("x", both)
    assert shown(files, "x-for-members.html") == [b"picture 1", b"picture 0"]
    assert shown(files, "x.html") == [b"picture 0", b"picture 1"]
