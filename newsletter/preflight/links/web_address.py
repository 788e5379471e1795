"""A web address taken apart, as it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from newsletter.model.domains import encode_domain, encode_link

_KEPT = "%/:?#[]@!$&'()*+,;=~|"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An http or https address; who is to sign in with it (`user:password@`) is left out."""

    scheme: str
    host: str
    """The host's name in ASCII, or its number without brackets."""
    port: int
    path: str
    """Path and query, percent-encoded."""
    fragment: str = ""

    @classmethod
    def of(cls, url: str) -> WebAddress:
        """Take an address apart; raise ValueError where it is none that a browser opens."""
        try:
            parts = urlsplit(encode_link(url.strip()))
            scheme, host = parts.scheme.lower(), encode_domain(parts.hostname or "").lower()
            port = parts.port or _PORTS.get(scheme, 0)
        except ValueError as error:
            raise ValueError(f"this is no web address: {url}") from error
        if scheme not in _PORTS or not host:
            raise ValueError(f"this is no web address: {url}")
        path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        return cls(scheme, host, port, quote(path, safe=_KEPT), parts.fragment)

    @property
    def is_secure(self) -> bool:
        """Return whether it is an https address."""
        return self.scheme == "https"

    @property
    def netloc(self) -> str:
        """Return host and port as they stand in an address and in the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def page(self) -> str:
        """Return the address without the place in the page."""
        return f"{self.scheme}://{self.netloc}{self.path}"

    @property
    def url(self) -> str:
        """Return the whole address."""
        return f"{self.page}#{self.fragment}" if self.fragment else self.page

    def to(self, location: str) -> WebAddress:
        """Return where a redirect leads; the place in the page goes along. Raise ValueError where it is no address."""
        # what is not ASCII in a header is UTF-8, read as Latin-1
        try:
            written = location.encode("latin-1").decode()
        except UnicodeError:
            written = location
        found = WebAddress.of(urljoin(self.page, written))
        return found if found.fragment or not self.fragment else found.at(self.fragment)

    def at(self, fragment: str) -> WebAddress:
        """Return the same page at another place."""
        return WebAddress(self.scheme, self.host, self.port, self.path, fragment)

    @property
    def anchor(self) -> str:
        """Return the name of a place that the page itself must have; empty where a program makes the place."""
        name = unquote(self.fragment)
        return "" if name.casefold() == "top" or set(name) & set("=/:!~? ") else name
