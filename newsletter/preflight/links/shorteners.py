"""Sites that only lead on to others."""

from __future__ import annotations

_SHORTENERS = frozenset({
    "bit.ly", "bitly.com", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "buff.ly", "is.gd", "v.gd", "t.ly", "rb.gy",
    "cutt.ly", "shorturl.at", "shorturl.com", "tiny.cc", "tiny.one", "bl.ink", "rebrand.ly", "lnkd.in", "dlvr.it",
    "soo.gd", "s.id", "short.gy", "snip.ly", "adf.ly", "trib.al", "shorter.me", "tr.ee", "qr.ae", "qrco.de", "j.mp",
    "amzn.to", "fb.me", "ift.tt", "bitly.ws", "l.ead.me", "hubs.ly", "hubs.la", "wp.me", "zpr.io", "t2m.io", "urlz.fr",
})  # fmt: skip
_LASTING = frozenset({
    "doi.org", "dx.doi.org", "hdl.handle.net", "purl.org", "w3id.org", "n2t.net", "orcid.org", "youtu.be", "forms.gle",
    "maps.app.goo.gl", "photos.app.goo.gl", "forms.office.com", "aka.ms", "g.page", "wa.me", "t.me",
})  # fmt: skip


def is_shortener(host: str) -> bool:
    """Say whether a host is one of the services that make short addresses of long ones."""
    return host.lower().removeprefix("www.") in _SHORTENERS


def is_lasting(host: str) -> bool:
    """Say whether a host leads on by design, its own addresses being the ones to hand out."""
    return host.lower().removeprefix("www.") in _LASTING
