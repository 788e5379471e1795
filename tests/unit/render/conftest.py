"""An issue, a house and the templates, to render with."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import pytest
from PIL import Image

from newsletter.model.branding import Brand, Presentation, Sender
from newsletter.model.campaign import Message
from newsletter.model.issue import Issue
from newsletter.render.pipeline import render
from newsletter.render.templates import template_loader

TEMPLATES = Path(__file__).parents[3] / "templates"


def png(width: int = 1200, height: int = 600) -> bytes:
    """Return a white picture."""
    out = io.BytesIO()
    Image.new("1", (width, height), 1).save(out, "PNG")
    return out.getvalue()


def make_house(**changes: Any) -> Presentation:
    """Return a house; its brand's fields are changed by `brand=`."""
    brand = {"name": "Example Trust", "address": "Example Trust, 1 High Street, Sampletown", **changes.pop("brand", {})}
    return Presentation(
        brand=Brand.model_validate(brand), sender=Sender(name="Example Trust", email="news@example.org"), **changes
    )


def make_issue(*sections: Mapping[str, Any], **fields: Any) -> Issue:
    """Return an issue of February 2024 with these sections."""
    given = sections or ({"kind": "coming_up", "items": ["A walk"]},)
    return Issue.model_validate({"title": "A title", "date": "2024-02-12", "sections": list(given), **fields})


Render = Callable[..., Message]


HOUSE = make_house()


@pytest.fixture(scope="session")
def loader() -> jinja2.BaseLoader:
    return template_loader([TEMPLATES])


@pytest.fixture
def rendered(loader: jinja2.BaseLoader) -> Render:
    """Render an issue made of sections and fields."""

    def run(
        *sections: Mapping[str, Any], house: Presentation = HOUSE, templates: Any = loader, **fields: Any
    ) -> Message:
        return render(
            make_issue(*sections, **fields), house, key="2024-02", templates=templates, assets=lambda _: png()
        )

    return run
