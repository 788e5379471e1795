"""Which addresses are everybody's."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.preflight.links.ip_ranges import is_example_host, is_local_host, is_public

OWN = [
    ipaddress.ip_network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
OWN_SIX = [ipaddress.ip_network(one) for one in ("::/127", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8")]


def within(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> st.SearchStrategy[str]:
    kind = ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address
    first, last = int(network.network_address), int(network.broadcast_address)
    return st.integers(first, last).map(lambda number: str(kind(number)))


own = st.one_of([within(network) for network in OWN])


@given(own)
def test_no_address_of_ones_own_network_is_public_however_it_is_wrapped(number):
    value = int(ipaddress.IPv4Address(number))
    assert not is_public(number)
    for wrapped in (
        f"::ffff:{number}", f"64:ff9b::{number}", f"::{number}",
        str(ipaddress.IPv6Address((0x2002 << 112) | (value << 80) | 1)),
    ):  # fmt: skip
        assert not is_public(wrapped), wrapped
        assert is_local_host(f"[{wrapped}]")


@given(st.one_of([within(network) for network in OWN_SIX]))
def test_no_ipv6_address_of_ones_own_network_is_public(number):
    assert not is_public(number)


@given(st.ip_addresses())
def test_an_address_is_public_only_where_the_registries_say_so(ip):
    if is_public(str(ip)):
        assert ip.is_global or ip.version == 6
        assert not any([ip.is_private, ip.is_loopback, ip.is_link_local, ip.is_multicast, ip.is_unspecified])


@given(st.integers(0, 2**32 - 1), st.sampled_from(["{}", "0x{:x}", "0{:o}"]))
@example(2130706433, "{}")
@example(0x7F000001, "0x{:x}")
def test_a_number_in_any_spelling_is_what_the_system_takes_it_for(value, spelling):
    host = spelling.format(value)
    number = socket.inet_ntoa(socket.inet_aton(host))
    assert is_local_host(host) is not is_public(number)


@pytest.mark.parametrize("host", ["127.1", "10.1", "0x7f.0.0.1", "0", "0177.1", "192.168.257", "99999999999"])
def test_short_and_odd_numbers_of_ones_own_network_are_known(host):
    assert is_local_host(host)


@given(st.text(max_size=30))
def test_any_host_has_an_answer(host):
    assert is_local_host(host) in {True, False}


@pytest.mark.parametrize(
    "number", ["168.63.129.16", "169.254.169.254", "100.100.100.200", "fd00:ec2::254", "192.0.0.192"]
)
def test_the_inner_services_of_clouds_are_not_public(number):
    assert not is_public(number)


@pytest.mark.parametrize(
    "number", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::808:808"]
)
def test_what_everybody_reaches_is_public(number):
    assert is_public(number)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "wiki", "nas.local", "wiki.lan", "a.home.arpa", "app.localhost"]
)
def test_names_of_ones_own_network(host):
    assert is_local_host(host)


@pytest.mark.parametrize("host", ["example.org", "local.gov.uk", "www.home.co.uk", "lan.example.org", "8.8.8.8"])
def test_names_of_everybodys(host):
    assert not is_local_host(host)


def test_names_for_examples():
    assert is_example_host("www.Example.org.")
    assert is_example_host("a.test")
    assert not is_example_host("myexample.org")
    assert not is_example_host("test.org")
