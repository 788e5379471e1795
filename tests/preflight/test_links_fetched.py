"""Looking behind links, before real servers that misbehave in each way: the right verdict for each, and in time."""

from __future__ import annotations

import socket
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from newsletter.preflight.fetch import connection
from newsletter.preflight.fetch import crawler as fetch
from newsletter.preflight.fetch.crawler import Limits, look_behind
from newsletter.preflight.links.status import LinkFact, Verdict
from tests.misbehaving import Site, misbehaving

QUICK = Limits(timeout=0.7, total=20.0, longest_wait=1.5)


def on_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with misbehaving(tmp_path_factory.mktemp("site")) as running:
        yield running


def looked(site: Site, *links: str, **more: Any) -> dict[str, LinkFact]:
    given = {"local": True, "limits": QUICK, "context": site.context, "resolver": on_loopback} | more
    return look_behind(links, **given)


def verdict(site: Site, link: str, **more: Any) -> LinkFact:
    return looked(site, link, **more)[link]


KINDS: dict[str, tuple[Verdict, int]] = {
    "/ok/{n}": (Verdict.OK, 95),
    "/ok/{n}#two": (Verdict.OK, 10),
    "/head/403/{n}": (Verdict.OK, 25),
    "/head/405/{n}": (Verdict.OK, 20),
    "/head/501/{n}": (Verdict.OK, 10),
    "/head/404/{n}": (Verdict.OK, 10),
    "/head/500/{n}": (Verdict.OK, 5),
    "/head-reset/{n}": (Verdict.OK, 10),
    "/to/302/ok/{n}": (Verdict.OK, 15),
    "/to/302/to/301/ok/{n}": (Verdict.OK, 5),
    "/elsewhere/mailto/{n}": (Verdict.OK, 5),
    "/hang-once/{n}": (Verdict.OK, 5),
    "/once/502/{n}": (Verdict.OK, 5),
    "/busy/1/{n}": (Verdict.OK, 10),
    "/huge/{n}": (Verdict.OK, 10),
    "/huge/{n}#nowhere": (Verdict.OK, 5),
    "/to/301/ok/{n}": (Verdict.MOVED, 15),
    "/to/301/to/308/ok/{n}": (Verdict.MOVED, 10),
    "/to/308/to/302/ok/{n}": (Verdict.MOVED, 5),
    "/hang/{n}": (Verdict.SLOW, 15),
    "/drip/{n}": (Verdict.SLOW, 15),
    "/circle/{n}/a": (Verdict.LOOP, 15),
    "/endless/{n}00": (Verdict.LOOP, 5),
    "/to/301/to/301/circle/{n}/a": (Verdict.LOOP, 5),
    "/cookie/{n}": (Verdict.REFUSED, 5),
    "/reset/{n}": (Verdict.BROKEN, 15),
    "/nothing/{n}": (Verdict.BROKEN, 10),
    "/garbage/{n}": (Verdict.BROKEN, 5),
    "/huge-head/{n}": (Verdict.BROKEN, 5),
    "/long-line/{n}": (Verdict.BROKEN, 5),
    "/status/404/{n}": (Verdict.GONE, 25),
    "/status/410/{n}": (Verdict.GONE, 10),
    "/to/301/status/404/{n}": (Verdict.GONE, 5),
    "/status/500/{n}": (Verdict.FAULT, 10),
    "/status/503/{n}": (Verdict.FAULT, 5),
    "/status/403/{n}": (Verdict.REFUSED, 10),
    "/status/999/{n}": (Verdict.REFUSED, 5),
    "/always-busy/1/{n}": (Verdict.REFUSED, 5),
    "/always-busy/3600/{n}": (Verdict.REFUSED, 5),
    "/status/401/{n}": (Verdict.LOGIN, 5),
    "/elsewhere/google/{n}": (Verdict.LOGIN, 5),
    "/elsewhere/microsoft/{n}": (Verdict.LOGIN, 5),
    "/elsewhere/login/{n}": (Verdict.LOGIN, 5),
    "/ok/{n}#nowhere": (Verdict.ANCHOR, 10),
}
"""How a page misbehaves, what is to be said of it, and how many of such links there are."""

CERTIFICATES: dict[str, tuple[Verdict, int]] = {
    "old": (Verdict.CERTIFICATE, 3),
    "other": (Verdict.CERTIFICATE, 3),
    "homemade": (Verdict.CERTIFICATE, 3),
    "unknown": (Verdict.REFUSED, 2),
    "soon": (Verdict.EXPIRING, 2),
    "brief": (Verdict.OK, 2),
}


def five_hundred(site: Site) -> dict[str, Verdict]:
    """Return 500 links at 400 hosts and more, half of them https, each with what is to be said of it."""
    links = {}
    for path, (told, count) in KINDS.items():
        for n in range(count):
            number = len(links)
            waits = path.startswith(("/hang", "/drip", "/busy", "/always", "/status/503"))
            host = f"{'w' if waits else 'h'}{number if waits else number % 97}.sites.test"
            make = site.https if number % 2 else site.http
            links[make(host, path.format(n=n + 1))] = told
    for kind, (told, count) in CERTIFICATES.items():
        links |= {site.https(f"h{n}.{kind}.test", "/ok"): told for n in range(count)}
    return links


def test_five_hundred_links_that_misbehave(site):
    expected = five_hundred(site)
    assert len(expected) == 500
    steps = []
    found = looked(site, *expected, limits=Limits(timeout=5.0), step=lambda: steps.append(1))
    wrong = {link: found[link] for link, told in expected.items() if found[link].verdict is not told}
    assert wrong == {}
    assert len(steps) == 500
    assert Counter(fact.verdict for fact in found.values()) == Counter(expected.values())


def test_a_page_that_moved_for_good_tells_its_new_address_as_far_as_it_is_for_good(site):
    link = site.http("h.sites.test", "/to/308/to/302/ok/1#two")
    assert verdict(site, link) == LinkFact(Verdict.MOVED, moved_to=site.http("h.sites.test", "/to/302/ok/1#two"))
    assert verdict(site, site.http("h.sites.test", "/to/302/to/301/ok/2")) == LinkFact(Verdict.OK)


def test_a_certificate_that_ends_soon_is_told_with_its_day(site):
    fact = verdict(site, site.https("h.soon.test", "/ok"))
    assert fact.verdict is Verdict.EXPIRING
    assert fact.detail.startswith("its certificate expires on ")


@pytest.mark.parametrize(
    ("kind", "words"), [("old", "has expired"), ("other", "for a different site"), ("homemade", "trusted authority")]
)
def test_what_is_wrong_with_a_certificate_is_told(site, kind, words):
    assert words in verdict(site, site.https(f"h.{kind}.test", "/ok")).detail


def test_a_site_is_called_by_its_name_and_told_nothing_but_the_address(site, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@127.0.0.1:9")
    monkeypatch.setenv("NETRC", "/dev/null")
    link = site.https("user:secret@Named.Sites.test", "/ok/söme thing?a=ü&b=%20#part")
    del site.asked[:], site.headers[:], site.names[:]
    assert verdict(site, link).verdict is Verdict.ANCHOR
    assert site.asked == [("GET", "named.sites.test", "/ok/s%C3%B6me%20thing?a=%C3%BC&b=%20")]
    assert site.names == ["named.sites.test"]
    (headers,) = site.headers
    assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
    assert "secret" not in str(headers)
    assert headers["User-Agent"].startswith("newsletter/")


def test_a_page_is_asked_for_only_where_its_head_does_not_tell_enough(site):
    del site.asked[:]
    looked(site, site.http("h.sites.test", "/ok/head"), site.http("h.sites.test", "/head/405/page"))
    assert sorted(site.asked) == [
        ("GET", "h.sites.test", "/head/405/page"),
        ("HEAD", "h.sites.test", "/head/405/page"),
        ("HEAD", "h.sites.test", "/ok/head"),
    ]


def test_a_page_that_comes_drop_by_drop_ends_at_the_time_and_is_there(site):
    del site.ended[:]
    assert verdict(site, site.http("h.sites.test", "/drip-body/1#y")).verdict is Verdict.OK
    assert site.ended == []


def test_a_host_that_does_not_answer_is_not_asked_for_each_of_its_pages(site):
    links = [site.http("tired.sites.test", f"/hang/tired{n}") for n in range(12)]
    del site.asked[:]
    found = looked(site, *links)
    assert {fact.verdict for fact in found.values()} == {Verdict.SLOW}
    assert len(site.asked) <= 6


def test_no_more_than_two_requests_to_one_host_are_under_way(site, monkeypatch):
    under_way, most = 0, 0
    ask = connection.ask

    def counted(*given: Any, **more: Any) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        time.sleep(0.15)
        try:
            return ask(*given, **more)
        finally:
            under_way -= 1

    monkeypatch.setattr("newsletter.preflight.fetch.request.ask", counted)
    looked(site, *(site.http("one.sites.test", f"/ok/{n}") for n in range(6)))
    assert most == 2


def test_it_ends_when_its_time_is_over(site):
    links = [site.http(f"late{n}.sites.test", f"/hang/late{n}") for n in range(3)]
    del site.ended[:]
    found = looked(site, *links, limits=Limits(timeout=600.0, total=0.5))
    assert site.ended == []
    assert {fact.verdict for fact in found.values()} == {Verdict.SLOW}


@pytest.mark.parametrize("path", ["/packed/gzip/1", "/packed/deflate/1", "/chunked/1"])
def test_a_page_that_comes_packed_or_in_pieces_is_read(site, path):
    link = site.http("h.sites.test", path)
    assert verdict(site, f"{link}#two").verdict is Verdict.OK
    assert verdict(site, f"{link}#nowhere").verdict is Verdict.ANCHOR


@pytest.mark.parametrize("path", ["/packed/broken/1", "/packed/br/1", "/bomb/1"])
def test_a_page_that_cannot_be_read_whole_proves_nothing(site, path):
    assert verdict(site, site.http("h.sites.test", f"{path}#nowhere")).verdict is Verdict.OK


def test_a_site_may_name_the_hour_until_which_it_is_busy(site):
    assert verdict(site, site.http("h.sites.test", "/busy-until/1")).verdict is Verdict.OK


def test_a_site_that_speaks_no_encryption_there_is_unclear(site):
    assert verdict(site, f"https://h.sites.test:{site.plain}/ok/1").verdict is Verdict.REFUSED


def test_a_site_that_shows_programs_something_else_is_not_believed(site):
    for path in ("/status/404/shy", "/status/500/shy", "/elsewhere/login/shy"):
        fact = verdict(site, site.http("www.facebook.com", path))
        assert fact == LinkFact(Verdict.REFUSED, "www.facebook.com does not show automatic checks what people see")


def test_a_name_that_cannot_be_one_is_told(site):
    def resolver(host: str, port: int) -> list[str]:
        raise UnicodeError("label too long")

    assert verdict(site, f"http://{'x' * 70}.sites.test/", resolver=resolver).verdict is Verdict.BROKEN


PRIVATE = {
    "metadata": "169.254.169.254", "ten": "10.1.2.3", "sixteen": "172.16.0.9", "home": "192.168.1.1",
    "carrier": "100.64.0.1", "loopback": "127.0.0.1", "six": "::1", "unique": "fd00::1", "near": "fe80::1",
    "mapped": "::ffff:10.0.0.1", "translated": "64:ff9b::a00:1", "nothing": "0.0.0.0", "azure": "168.63.129.16",
}  # fmt: skip


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every connection that is attempted; none of them is made."""
    made: list[object] = []

    def connect(self: socket.socket, address: object) -> None:
        made.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return made


@pytest.mark.parametrize("kind", PRIVATE)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_means_a_private_address_is_not_asked(kind, scheme, attempts):
    link = f"{scheme}://{kind}.example.org/"
    for numbers in ([PRIVATE[kind]], ["93.184.215.14", PRIVATE[kind]]):
        found = look_behind([link], limits=QUICK, resolver=lambda host, port, numbers=numbers: numbers)
        assert found[link].verdict is Verdict.LOCAL
    assert attempts == []


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "127.1", "0177.0.0.1", "intranet", "printer.local",
     "10.0.0.1", "[fd00::1]", "[::ffff:127.0.0.1]", "wiki.internal", "localhost.", "ⓛocalhost"],
)  # fmt: skip
def test_an_address_of_ones_own_network_is_not_even_looked_up(host, attempts):
    def resolver(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    link = f"http://{host}/"
    assert look_behind([link], limits=QUICK, resolver=resolver)[link].verdict is Verdict.LOCAL
    assert attempts == []


@pytest.mark.parametrize("place", ["metadata", "ten", "loopback", "six", "unique", "rebinds"])
def test_a_redirect_into_a_network_of_ones_own_is_not_followed(site, place, monkeypatch):
    """The first site stands for one on the internet: its address is let through, and no other."""
    monkeypatch.setattr("newsletter.preflight.fetch.request.is_public", lambda number: number == "127.0.0.1")

    def resolver(host: str, port: int) -> list[str]:
        return ["169.254.169.254"] if host.startswith("rebinds") else ["127.0.0.1"]

    called = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        called.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    link = site.http("h.sites.test", f"/elsewhere/{place}/x")
    assert verdict(site, link, local=False, resolver=resolver).verdict is Verdict.LOCAL
    assert called == [("127.0.0.1", site.plain)]


def test_the_connection_is_made_to_the_address_that_was_looked_at(attempts):
    """A name that means something else the second time gains nothing: it is asked for once."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])
    links = ["http://changing.example.org/a", "http://changing.example.org/b"]
    found = look_behind(links, limits=QUICK, resolver=lambda host, port: next(answers))
    assert {fact.verdict for fact in found.values()} == {Verdict.BROKEN}
    assert set(attempts) == {("93.184.215.14", 80)}


def nobody(host: str, port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def away(host: str, port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


@pytest.mark.parametrize("resolver", [nobody, away])
def test_without_a_connection_no_link_counts_as_dead(resolver):
    links = [f"https://site{n}.example.org/page" for n in range(30)]
    found = look_behind(links, limits=QUICK, resolver=resolver)
    assert {fact.verdict for fact in found.values()} == {Verdict.OFFLINE}


def test_a_name_that_nobody_has_is_gone_where_there_is_a_connection():
    def resolver(host: str, port: int) -> list[str]:
        return ["93.184.215.14"] if host == fetch.PROBE else nobody(host, port)

    found = look_behind(["https://gmial.example.org/"], limits=QUICK, resolver=resolver)
    assert found["https://gmial.example.org/"] == LinkFact(Verdict.GONE, "there is no site called gmial.example.org")


def test_a_network_without_a_way_out_is_no_connection(monkeypatch):
    def connect(self: socket.socket, address: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", connect)
    links = [f"https://site{n}.example.org/page" for n in range(3)]
    found = look_behind(links, limits=QUICK, resolver=lambda host, port: ["93.184.215.14"])
    assert {fact.verdict for fact in found.values()} == {Verdict.OFFLINE}


def test_what_is_no_address_is_told_and_not_asked():
    found = look_behind(["https:///nowhere", "http://[broken/", "https://x.example.org:port/"], limits=QUICK)
    assert {fact.verdict for fact in found.values()} == {Verdict.BROKEN}


def test_a_closed_door_is_told(site):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        link = f"http://h.sites.test:{closed.getsockname()[1]}/"
        assert verdict(site, link).verdict is Verdict.BROKEN


def test_another_address_of_the_same_name_is_tried(site):
    link = site.http("two.sites.test", "/ok/two")
    assert verdict(site, link, resolver=lambda host, port: ["::1", "127.0.0.1"]).verdict is Verdict.OK


def test_a_fault_of_our_own_is_not_hidden(site, monkeypatch):
    monkeypatch.setattr("newsletter.preflight.fetch.request._judged", lambda *_given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        verdict(site, site.http("h.sites.test", "/ok/fault"))


def test_a_site_of_ones_own_network_is_no_proof_of_a_connection(site):
    link, outside = site.http("h.sites.test", "/status/404/inside"), "https://charity.example.org/"

    def resolver(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "h.sites.test" else away(host, port)

    found = looked(site, link, outside, resolver=resolver)
    assert [found[link].verdict, found[outside].verdict] == [Verdict.GONE, Verdict.OFFLINE]
