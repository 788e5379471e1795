"""Pictures as files: made here, small and large, still and moving, and looked at as readers would get them."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from newsletter.preflight.rule import Example
from newsletter.preflight.rules.html import image_files
from newsletter.testing.checks import findings_of
from tests.preflight.example_templates import story

CHECKS = image_files.CHECKS
HERO = "hero: {image: images/garden.jpg, alt: Twelve people around a bonfire}"
STORY = "sections: [{kind: story, image: a.jpg, alt: Twelve people around a bonfire, text: It snowed.}]"
PERSON = (
    "sections: [{kind: people, thanks: [{name: Everyone, image: a.jpg, alt: Twelve people who wave, text: Thanks.}]}]"
)


def png(width: int, height: int) -> Callable[[str], bytes]:
    data = io.BytesIO()
    Image.new("RGB", (width, height), "#667788").save(data, "PNG")
    return lambda _name: data.getvalue()


def gif(frames: int) -> Callable[[str], bytes]:
    data = io.BytesIO()
    first, *rest = (Image.new("RGB", (800, 500), (9 * number, 99, 99)) for number in range(frames))
    first.save(data, "GIF", save_all=frames > 1, append_images=rest)
    return lambda _name: data.getvalue()


def codes(issue: str, picture: Callable[[str], bytes], **more: object) -> list[str]:
    return [one.code for one in findings_of(Example(issue, picture=picture, **more), CHECKS)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("issue", "picture", "expected"),
    [
        (HERO, png(1200, 600), []),
        (HERO, png(540, 400), []),
        (HERO, png(500, 400), ["NL871"]),
        (HERO, png(90, 60), ["NL871"]),
        (HERO, png(1, 1), []),
        (STORY, png(300, 200), []),
        (STORY, png(200, 150), ["NL871"]),
        (PERSON, png(120, 120), []),
        (STORY, png(800, 1601), ["NL872"]),
        (STORY, png(800, 1600), []),
        (HERO, png(800, 1601), []),  # it is cropped
        (HERO, png(1200, 190), ["NL872"]),
        (HERO, png(1200, 210), []),
        (HERO, gif(3), ["NL876"]),
        (HERO, gif(1), []),
    ],
)  # fmt: skip
def test_size_and_shape(issue, picture, expected):
    assert codes(issue, picture) == expected


@pytest.mark.parametrize(
    ("width", "natural", "expected"),
    [(500, 1200, []), (500, 500, []), (500, 495, []), (500, 400, ["NL870"]), (300, 250, ["NL870"])],
)
def test_a_picture_shown_larger_than_it_is(width, natural, expected):
    image = f'<mj-image src="{{{{ picture(section.image).src }}}}" alt="{{{{ section.alt }}}}" width="{width}px" />'
    found = findings_of(Example(STORY, picture=png(natural, 400), templates=story(image)), CHECKS)
    assert [one.code for one in found] == expected
    assert all("story.mjml.j2" in one.place.path and f'width="{width}px"' in one.excerpt for one in found)


def test_the_weight_of_all_pictures_is_told_at_the_heaviest():
    def noisy(name: str) -> bytes:
        data = io.BytesIO()
        side = 1100 if name == "b.jpg" else 900
        noise = Image.effect_noise((side, side), 120)
        Image.merge("RGB", (noise, noise.rotate(90), noise.rotate(180))).save(data, "JPEG", quality=95)
        return data.getvalue()

    names = ["a.jpg", "b.jpg", "c.jpg"]
    lines = [f"  - {{kind: story, image: {name}, alt: What {name[0]} saw, text: It snowed.}}" for name in names]
    (found,) = findings_of(Example("sections:\n" + "\n".join(lines), picture=noisy), CHECKS)
    assert found.code == "NL873"
    assert "image: b.jpg" in found.excerpt


def test_a_picture_on_ones_own_website_is_not_told_of():
    hero = "hero: {{image: 'https://{host}/a.jpg', alt: A bonfire}}"
    assert codes(hero.format(host="example.org"), png(9, 9)) == []
    assert codes(hero.format(host="www.example.org"), png(9, 9)) == []
    assert codes(hero.format(host="example.net"), png(9, 9)) == ["NL877"]


def test_eleven_pictures_are_many_and_ten_are_not():
    lines = [f"  - {{kind: story, image: {n}.jpg, alt: What {n} saw, text: It snowed.}}" for n in range(11)]
    assert codes("sections:\n" + "\n".join(lines), png(1200, 600)) == ["NL875"]
    assert codes("sections:\n" + "\n".join(lines[1:]), png(1200, 600)) == []
