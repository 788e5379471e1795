"""Check for links and buttons that do not say where they go: “click here”, “read more”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.sentences import plain_words

NO_AIM = warning("NL719", name="vague-link-text")

_AIMLESS = frozenset(
    tuple(words.split())
    for words in """
here|click here|click|just click here|please click here|click on this link|click this link|click the link|click below
read more|read more here|read on|read|more|more here|learn more|find out more|find out more here|discover more
see more|view more|see here|view here|go here|tap here|press here|look here|right here|over here|from here
this link|this|this page|this website|this site|this one|link|the link|follow this link|the following link|at this link
more info|more information|further information|info|details|more details|for more information|website|webpage|url
continue|continue reading|go|submit|open|see|visit|download|download here|book here|sign up here
register here|apply here
aquí|haga clic aquí|haz clic aquí|clic aquí|pulse aquí|pulsa aquí|pinche aquí|pincha aquí|haciendo clic aquí
leer más|lea más|lee más|más|más información|más info|ver más|saber más|seguir leyendo|este enlace|enlace|el enlace
yma|cliciwch yma|clicia yma|clic yma|darllen mwy|darllenwch fwy|darllenwch ragor|rhagor|mwy|mwy yma|y ddolen hon|dolen
mwy o wybodaeth|rhagor o wybodaeth|gweld mwy|dysgu mwy
هنا|اضغط هنا|انقر هنا|اضغطوا هنا|انقروا هنا|اقرأ المزيد|اقرؤوا المزيد|المزيد|هذا الرابط|الرابط|رابط|اعرف المزيد
للمزيد|لمزيد من المعلومات|مزيد من المعلومات
""".strip()
    .replace("\n", "|")
    .split("|")
)
_CLICK = re.compile(r"(?:please |just )?(?:click|tap|press)(?: on)? (?:here|this)\b", re.IGNORECASE)


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield each link and button whose text would fit any link."""
    for run in subject.runs:
        for link in run.links:
            if not link.bare and _is_aimless(link.words):
                start = run.text.find(link.words, link.start)
                words = f"The link text is only “{link.words}”."
                yield subject.in_text(NO_AIM, run, start, start + len(link.words), words)
        if run.field == "label" and _is_aimless(run.text):
            hint = "Say what the button does: “Read the whole story”, “Book your place”."
            yield subject.in_text(NO_AIM, run, 0, len(run.text), f"The button says only “{run.text}”.", hint=hint)


def _is_aimless(words: str) -> bool:
    plain = re.sub(r"[*_>»→›…]", " ", words)
    return plain_words(plain) in _AIMLESS or _CLICK.match(plain.strip()) is not None


CHECKS = (Checker("link text", (NO_AIM,), look),)
