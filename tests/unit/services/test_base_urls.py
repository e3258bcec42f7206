"""Which addresses a source may have."""

import pytest

from app.domain.errors import ConfigError
from app.services.base_urls import check_base_url
from app.services.pricing_settings import DEFAULT_BASE_URLS, PriceSettings

GOOD = [
    "https://api.kraken.com",
    "https://proxy.example:8443/feeds/kraken",
    "http://localhost:3006",
    "http://127.0.0.1:8080/kraken",
    "http://127.9.9.9",
    "http://[::1]:8080",
    "http://umbrel.local:3006",
    "http://mempoolhqx4isw62xs7abwphsq7ldayuidyx2v2oethdhhj6mlo2r6ad.onion",
    "http://192.168.1.20:3006",
    "http://10.0.0.5",
    "http://[fd12::1]/x",
]
BAD = [
    "",
    "api.kraken.com",
    "ftp://api.kraken.com",
    "file:///etc/passwd",
    "https://",
    "https:///path",
    "http://api.kraken.com",
    "http://8.8.8.8",
    "http://0.0.0.0",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "https://user:secret@api.kraken.com",
    "https://api.kraken.com?key=1",
    "https://api.kraken.com/?",
    "https://api.kraken.com#x",
    "https://api.kraken.com:99999",
    "https://api.kraken.com:0",
    "https://api.kraken.com:x",
    "https://api..kraken.com",
    "https://" + "a" * 64 + ".com",
    "https://" + "a." * 200 + "com",
    "https://[::1",
    "https://kräken.com",
    "https://api.kraken.com/a b",
    "https://api.kraken.com\n",
    "https://api.kraken.com\\@evil.example",
]


@pytest.mark.parametrize("url", GOOD)
def test_taken(url: str) -> None:
    assert check_base_url(f"{url}/") == url


@pytest.mark.parametrize("url", BAD)
def test_refused_with_its_place(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_base_url(url, "prices.sources.kraken.base_url")
    assert caught.value.place == "prices.sources.kraken.base_url"


def test_the_defaults_are_sound_and_all_on() -> None:
    settings = PriceSettings()
    assert set(settings.sources) == set(DEFAULT_BASE_URLS)
    for key, one in settings.sources.items():
        assert one.enabled
        assert check_base_url(one.base_url) == DEFAULT_BASE_URLS[key]
