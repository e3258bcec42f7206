"""Which resolved addresses a message may go to."""

import pytest

from app.notify.reachable import may_reach

PUBLIC = ("93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8", "64:ff9b::808:808")
OWN = (
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.254",
    "198.18.0.1",
    "::1",
    "fd12:3456::1",
    "fc00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
)
NEVER = (
    "169.254.169.254",
    "169.254.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "0.0.0.0",  # noqa: S104 - an address to compare with, none is bound
    "0.1.2.3",
    "::",
    "::ffff:0.0.0.0",
    "224.0.0.1",
    "239.255.255.250",
    "ff02::1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.51.100.7",
    "203.0.113.9",
    "2001:db8::1",
    "2001::7f00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "::127.0.0.1",
    "fec0::1",
    "no address",
    "",
)


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_open(text: str) -> None:
    assert may_reach(text, internal=False)
    assert may_reach(text, internal=True)


@pytest.mark.parametrize("text", OWN)
def test_the_own_network_is_open_to_channels_that_say_so(text: str) -> None:
    assert not may_reach(text, internal=False)
    assert may_reach(text, internal=True)


@pytest.mark.parametrize("text", NEVER)
def test_credentials_of_clouds_and_odd_addresses_are_never_open(text: str) -> None:
    assert not may_reach(text, internal=False)
    assert not may_reach(text, internal=True)
