"""Which servers and proxies may be named."""

import pytest

from app.domain.errors import ConfigError
from app.services.settings import Settings
from app.services.settings_toml import read_toml, write_toml
from app.services.wallet_servers import check_proxy, check_server, is_electrum, is_onion

ONION = "explorerzydxu5ecjrkwceayqybizmpjjznk5izmitf2modhcusuqlid.onion"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("", ""),
        ("https://mempool.space/api/", "https://mempool.space/api"),
        ("http://umbrel.local:3006/api", "http://umbrel.local:3006/api"),
        (f"http://{ONION}/api", f"http://{ONION}/api"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("ssl://electrum.example.org", "ssl://electrum.example.org:50002"),
        ("ssl://electrum.example.org:443", "ssl://electrum.example.org:443"),
        ("tcp://192.168.1.7", "tcp://192.168.1.7:50001"),
        ("tcp://[::1]:50001", "tcp://[::1]:50001"),
        (f"tcp://{ONION}", f"tcp://{ONION}:50001"),
    ],
)
def test_servers(given: str, used: str) -> None:
    assert check_server(given) == used
    assert check_server(used) == used
    assert is_electrum(used) == used.startswith(("ssl", "tcp"))
    assert is_onion(used) == (ONION in used)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("mempool.space", "must begin with https://"),
        ("ftp://mempool.space", "must begin with https://"),
        ("https:mempool.space", "must begin with https://"),
        ("http://mempool.space/api", "plain http"),
        ("tcp://electrum.example.org:50001", "plain http to the open internet"),
        ("https://me:secret@mempool.space/api", "user name or password"),
        ("ssl://me:secret@electrum.example.org", "user name or password"),
        ("https://mempool.space/api?x=1", "query"),
        ("ssl://electrum.example.org/path", "ends with the port"),
        ("ssl://", "no web address"),
        ("ssl://host:99999", "no web address"),
        ("https://mempool.space/a b", "characters"),
    ],
)
def test_servers_that_cannot_be(given: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        check_server(given)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("given", ["", "socks5h://127.0.0.1:9050", "socks5h://localhost:9150", "socks5h://[::1]:9050"])
def test_proxies(given: str) -> None:
    assert check_proxy(given) == given
    assert check_proxy(f"{given}/" if given else "") == given


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("socks5://127.0.0.1:9050", "names are not looked up in your own network"),
        ("http://127.0.0.1:9050", "like socks5h://127"),
        ("127.0.0.1:9050", "like socks5h://127"),
        ("socks5h://127.0.0.1", "like socks5h://127"),
        ("socks5h://127.0.0.1:9050/x", "like socks5h://127"),
        ("socks5h://me:pw@127.0.0.1:9050", "password"),
        ("socks5h://127.0.0.1:x", "no web address"),
    ],
)
def test_proxies_that_cannot_be(given: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        check_proxy(given)


def test_nobody_is_asked_until_the_user_says_so() -> None:
    assert (Settings().wallet_server, Settings().wallet_second_server, Settings().wallet_proxy) == ("", "", "")


def test_settings_of_wallets_are_read_and_written() -> None:
    settings = read_toml(
        '[wallets]\nserver = "https://mempool.space/api/"\nproxy = "socks5h://127.0.0.1:9050"\n'
        'second_server = "ssl://a.example"\ngap_limit = 100\nrequests_per_second = 0\n'
    )
    assert settings.wallet_server == "https://mempool.space/api"
    assert settings.wallet_second_server == "ssl://a.example:50002"
    assert (settings.wallet_gap_limit, settings.wallet_requests_per_second) == (100, 0)
    assert read_toml(write_toml(settings)) == settings
    with pytest.raises(ConfigError, match=r"wallets\.proxy must be socks5h"):
        read_toml('[wallets]\nproxy = "socks5://127.0.0.1:9050"')
    with pytest.raises(ConfigError, match=r"wallets\.server must be an address in quotes"):
        read_toml("[wallets]\nserver = 5")
