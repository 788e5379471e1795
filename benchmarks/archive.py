"""How long it takes to build the archive of many issues: at first, without a change, and after a change of one issue.

    python benchmarks/archive.py [--issues N]

The issues are those of the sample, each with another title, date and pictures of its own, in a folder of their own; the
command is run as people run it. Prints each time with its limit, and the weight of the heaviest page. Exits with 1
where a limit is exceeded.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
NEWSLETTER = Path(sys.executable).with_name("newsletter")

FIRST, AGAIN = 20.0, 2.0
"""Seconds of one processor for the first build of 200 issues, and for one after a change."""

HEAVIEST = 100_000
"""Bytes of a page with its style sheet and script, without its pictures."""

ARCHIVE = "\narchive: {url: 'https://example.org/newsletter/'}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--issues", type=int, default=200)
    count = parser.parse_args().issues
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay(folder, count)
        share = count / 200
        kept = [
            timed(folder, f"the first build of {count} issues", FIRST * share),
            timed(folder, "a build without a change", AGAIN),
        ]
        place = folder / "issues" / "2024-03.yaml"
        place.write_text(place.read_text(encoding="utf-8").replace("crocuses", "snowdrops"), encoding="utf-8")
        kept.append(timed(folder, "a build after a change of one issue", AGAIN))
        place.unlink()
        kept.append(timed(folder, "a build after one issue was removed", AGAIN))
        kept.append(weight(folder / "site"))
    return 0 if all(kept) else 1


def lay(folder: Path, count: int) -> None:
    """Lay the sample into a folder, with issues until there are so many, each with a picture of its own."""
    for part in ("issues", "templates"):
        shutil.copytree(ROOT / part, folder / part)
    text = (ROOT / "newsletter.yaml").read_text(encoding="utf-8")
    (folder / "newsletter.yaml").write_text(text + ARCHIVE, encoding="utf-8")
    samples = [(ROOT / "issues" / f"{one}.yaml").read_text(encoding="utf-8") for one in ("2024-02", "2024-03")]
    photo = Image.open(ROOT / "issues" / "images" / "spring.jpg")
    day = dt.date(2024, 1, 11)
    for number in range(count - len(samples)):
        picture = io.BytesIO()
        photo.rotate(number % 7 - 3).save(picture, "JPEG", quality=90 - number % 5, comment=str(number).encode())
        (folder / "issues" / "images" / f"{day:%Y-%m}.jpg").write_bytes(picture.getvalue())
        text = re.sub(r"(?m)^title:.*", f'title: "Issue {number} of the archive"', samples[number % 2], count=1)
        text = re.sub(r"(?m)^date:.*", f"date: {day}", text, count=1)
        text = re.sub(r"images/(?:spring|hearts)\.jpg", f"images/{day:%Y-%m}.jpg", text, count=1)
        (folder / "issues" / f"{day:%Y-%m}.yaml").write_text(text, encoding="utf-8")
        day = (day.replace(day=1) - dt.timedelta(days=1)).replace(day=11)


def timed(folder: Path, what: str, limit: float) -> bool:
    """Judge the processor's time, as other programs on the computer are not ours; what passed is told as well."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([NEWSLETTER, "archive", "build", "--all"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    passed, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{what}: {taken:.2f} s, limit {limit:.1f} s ({taken / limit:.0%}); {passed:.2f} s passed")
    return taken <= limit


def weight(site: Path) -> bool:
    shared = sum((site / name).stat().st_size for name in ("site.css", "site.js"))
    heaviest = max(site.rglob("*.html"), key=lambda path: path.stat().st_size)
    size = heaviest.stat().st_size + shared
    print(f"the heaviest page, {heaviest.name}: {size:,} bytes, limit {HEAVIEST:,} ({size / HEAVIEST:.0%})")
    return size <= HEAVIEST


if __name__ == "__main__":
    sys.exit(main())
