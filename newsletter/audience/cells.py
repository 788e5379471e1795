"""What one cell says about a person: yes, no, a date, nothing, or a status in a word, in ten languages."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from newsletter.audience.words import INVISIBLE, phrases, plain
from newsletter.compiled_patterns import compile_pattern
from newsletter.model.audience import SubscriberStatus

_FORMULA = compile_pattern(r"'*(?:[=@\t\r＝＋－＠-]|\+(?!\d[\d ]*\Z))")
"""How a cell begins that a spreadsheet program may run; a telephone number is none."""


def guard_cell(text: str) -> str:
    """Return a cell as text that no spreadsheet program takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard_cell(text: str) -> str:
    """Return a cell as it was before it was guarded."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


class CellMeaning(Enum):
    """What a cell says."""

    YES = "yes"
    NO = "no"
    DATE = "date"
    NOTHING = "nothing"
    STATUS = "status"
    UNKNOWN = "unknown"


class Cell(NamedTuple):
    """What a cell says, and the status where it says one."""

    meaning: CellMeaning
    status: SubscriberStatus | None = None


_YES = phrases(
    "yes|y|true|t|1|1 0|x|on|ok|checked|ticked|given|granted|accepted|agreed|allowed|yes please",
    "ja|j|wahr|erteilt",
    "oui|o|vrai",
    "si|s|verdadero|cierto",
    "sì|vero",
    "sim|verdadeiro",
    "waar",
    "tak|prawda",
    "ydw|ydy|ie|oes|do|gwir|cywir",
    "نعم|صحيح",
)
_NO = phrases(
    "no|n|false|f|0|0 0|off|never|declined|refused|unchecked|not given|no thanks|no thank you",
    "nein|falsch",
    "non|faux",
    "falso",
    "nao|não",
    "nee|onwaar",
    "nie|fałsz",
    "nac ydw|nac ydy|nage|na|nac oes|naddo|anghywir|ffug",
    "لا|كلا|خطأ",
)
_MARKS = phrases("", "x|t|o|s|on|ok|do|given|granted")
"""Yes under a heading that asks something; under `Status` they say nothing for certain."""

_NOTHING = phrases("null|none|nil|undefined|nan|NaN|nat|NaT|n a|not set|empty|0000 00 00|0000 00 00 00 00 00")
_WORDS = ((_NOTHING, CellMeaning.NOTHING), (_YES, CellMeaning.YES), (_NO, CellMeaning.NO))
_SIGNS = {
    **dict.fromkeys(("", "-", "\u2013", "\u2014", "[]", "{}"), CellMeaning.NOTHING),
    **dict.fromkeys(("✓", "✔", "✔\ufe0f", "☑", "✅", "☒"), CellMeaning.YES),
    **dict.fromkeys(("✗", "✘", "❌", "☐", "□"), CellMeaning.NO),
}

_SUBSCRIBED = phrases(
    "subscribed|subscribe|active|confirmed|enabled|optedin|optin|member|not suppressed|express|explicit|implied|"
    "implicit|marketing contact|single|double|single optin|double optin|regular|verified",
    "angemeldet|aktiv|abonniert|bestätigt|eingetragen|abonnent",
    "inscrit|inscrite|abonné|abonnée|actif|active|confirmé",
    "suscrito|suscrita|activo|activa|confirmado",
    "iscritto|iscritta|attivo|attiva|confermato",
    "inscrito|inscrita|ativo|ativa",
    "ingeschreven|aangemeld|actief|bevestigd",
    "zapisany|zapisana|aktywny|aktywna|potwierdzony",
    "wedi tanysgrifio|tanysgrifiwyd|gweithredol|tanysgrifiwr",
    "مشترك|مشتركة|نشط|مؤكد",
)
_GONE = phrases(
    "unsubscribed|unsubscribe|unsub|inactive|left|removed|disabled|optedout|optout|pending|unconfirmed|blocked|"
    "blocklisted|blacklisted|archived|transactional|non subscribed|nonsubscribed|not subscribed|never subscribed|"
    "cancelled|canceled|deleted|suppressed|user suppressed|unactivated|churned|expired|pending confirmation|"
    "awaiting confirmation|temp hold|requires verification|non marketing contact|do not email|do not contact|"
    "do not mail|no consent|withdrawn|revoked|deceased|on hold|on hold opt out|optout hold|dormant|lapsed|stopped|"
    "by user|by admin|by bounces|by moderator|nomail",
    "abgemeldet|ausgetragen|abbestellt|inaktiv|gesperrt|gelöscht|unbestätigt|ausstehend|widerrufen|deaktiviert",
    "désinscrit|désinscrite|désabonné|désabonnée|inactif|inactive|bloqué|supprimé|en attente|non confirmé",
    "desuscrito|baja|dado de baja|dada de baja|cancelado|cancelada|inactivo|bloqueado|eliminado|pendiente",
    "disiscritto|disiscritta|cancellato|cancellata|inattivo|bloccato|in attesa|non confermato",
    "descadastrado|descadastrada|desinscrito|cancelado|inativo|bloqueado|removido|pendente",
    "uitgeschreven|afgemeld|inactief|geblokkeerd|verwijderd|opgezegd|in behandeling|onbevestigd",
    "wypisany|wypisana|nieaktywny|nieaktywna|zablokowany|usunięty|oczekujący|niepotwierdzony|zrezygnował",
    "wedi dad danysgrifio|dad danysgrifiwyd|wedi gadael|anweithredol|wedi blocio|dilewyd|heb gadarnhau",
    "غير مشترك|ملغى|ملغي|ألغى الاشتراك|غير نشط|محظور|محذوف|معلق",
)
_BOUNCED = phrases(
    "bounced|bounce|hard bounce|hard bounced|cleaned|invalid|invalid email|undeliverable|unreachable|on hold bounce|"
    "email disabled",
    "unzustellbar|ungültig",
    "rejeté|rebond|invalide",
    "rebotado|inválido",
    "rimbalzato|non valido",
    "devolvido",
    "onbestelbaar|ongeldig",
    "odbity|nieprawidłowy",
    "annilys",
    "مرتد|غير صالح",
)
_COMPLAINED = phrases("complained|complaint|spam|spam complaint|abuse|junk|reported spam|marked as spam")

_STATUSES = {
    **dict.fromkeys(_SUBSCRIBED, SubscriberStatus.SUBSCRIBED),
    **dict.fromkeys(_GONE, SubscriberStatus.UNSUBSCRIBED),
    **dict.fromkeys(_BOUNCED, SubscriberStatus.BOUNCED),
    **dict.fromkeys(_COMPLAINED, SubscriberStatus.COMPLAINED),
}
_DATE = compile_pattern(
    r"(?:(?:19|20)\d\d[-./]?[01]?\d[-./]?[0-3]?\d|[0-3]?\d[-./][0-3]?\d[-./](?:(?:19|20)\d\d|\d\d)"
    r"|[A-Za-z]{3,9}\.? [0-3]?\d,? (?:19|20)\d\d|[0-3]?\d\.? [^\W\d]{3,12}\.? (?:19|20)\d\d)"
    r"(?:(?:,? | at |T)\d{1,2}[:.]?\d\d.{0,30})?|1\d{9}(?:\d{3})?"
)
_LONGEST = 60
"""Letters; a longer cell is no flag, no date and no status."""


@lru_cache(maxsize=8192)
def read_cell(text: str) -> Cell:
    """Return what a cell says in a column that decides who gets an issue."""
    text = INVISIBLE.sub("", text).strip()
    if text in _SIGNS:
        return Cell(_SIGNS[text])
    if len(text) > _LONGEST:
        return Cell(CellMeaning.UNKNOWN)
    words = plain(text)
    if words in _STATUSES:
        return Cell(CellMeaning.STATUS, _STATUSES[words])
    says = next((meaning for known, meaning in _WORDS if words in known), CellMeaning.UNKNOWN)
    return Cell(CellMeaning.DATE) if says is CellMeaning.UNKNOWN and _DATE.fullmatch(text) else Cell(says)


def read_status(text: str) -> SubscriberStatus | None:
    """Return the status that a word of a status column stands for, nothing meaning subscribed; None if unknown."""
    if not text.strip():
        return SubscriberStatus.SUBSCRIBED
    cell = read_cell(text)
    if cell.meaning is CellMeaning.YES and plain(text) not in _MARKS:
        return SubscriberStatus.SUBSCRIBED
    return SubscriberStatus.UNSUBSCRIBED if cell.meaning is CellMeaning.NO else cell.status


def is_answer(text: str) -> bool:
    """Return whether a cell reads like the answer to a question that can be answered with yes or no."""
    if read_cell(text).meaning in {CellMeaning.YES, CellMeaning.NO, CellMeaning.STATUS}:
        return True
    first = plain(text[:_LONGEST]).partition(" ")[0]
    return first in _YES or first in _NO


TELLS = compile_pattern(
    r"unsubscri|opt(?:ed)?[- ]?out|block-?list|black-?list|do not (?:e-?mail|contact|write)"
    r"|do ?n['\u2019]?t (?:e-?mail|contact)"
    r"|(?:remove|take) (?:\w+ )?(?:from|off) (?:the |our )?(?:mailing )?list|hard[- _]bounce|no consent"
    r"|abgemeldet|abbestell|ausgetragen|d[ée]sinscri|d[ée]sabonn|desuscri|dad[oa] de baja|disiscri|descadastr"
    r"|uitgeschreven|afgemeld|wypisan|dad-?danysgrif|[إا]لغاء الاشتراك|[أا]لغى الاشتراك",
    re.IGNORECASE,
)
"""Words that say, wherever they stand, that somebody may have left."""
