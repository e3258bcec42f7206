"""Makes the sending service of an address: ``apprise`` with our manners.

Only the module of the service that is needed is loaded, because loading all of them takes longer than sending.
"""

from importlib import import_module
from typing import Any, Final

from apprise import AppriseAsset
from apprise.common import OverflowMode
from apprise.exception import AppriseException
from apprise.plugins.base import NotifyBase

from app.notify.faults import BadAddressError

_MODULES: Final = {
    "json": "custom_json:NotifyJSON",
    "jsons": "custom_json:NotifyJSON",
    "mailto": "email:NotifyEmail",
    "mailtos": "email:NotifyEmail",
    "ntfy": "ntfy:NotifyNtfy",
    "ntfys": "ntfy:NotifyNtfy",
    "tgram": "telegram:NotifyTelegram",
    "slack": "slack:NotifySlack",
    "workflow": "workflows:NotifyWorkflows",
    "workflows": "workflows:NotifyWorkflows",
    "discord": "discord:NotifyDiscord",
    "pover": "pushover:NotifyPushover",
}
# Services whose own web addresses people paste.
_PASTED: Final = ("slack:NotifySlack", "workflows:NotifyWorkflows", "discord:NotifyDiscord")
# They reach no person that is away, and start programs or speak to the system's own services.
_LOCAL: Final = frozenset(("dbus", "qt", "kde", "glib", "gio", "gnome", "windows", "macosx", "syslog", "blink1"))
_INSECURE: Final = "insecure"


def service_of(address: str, *, internal: bool, timeout: tuple[float, float]) -> NotifyBase:
    """Return the service that an address names.

    A mail address without TLS gets it, unless it may lead into the own network.

    Args:
        address: in apprise's form, or one that apprise knows as a service's own.
        internal: whether TLS may be left out, because it stays in the own network.
        timeout: seconds to connect, and for each read.

    Raises:
        BadAddressError: it names none, or asks for certificates not to be verified.
    """
    scheme, separator, rest = address.partition("://")
    scheme = scheme.lower()
    if not separator or scheme in _LOCAL:
        raise BadAddressError
    if scheme == "mailto" and not internal:
        address = f"mailtos://{rest}"
    service = _made(scheme, address)
    if not service.verify_certificate or (getattr(service, "secure_mode", "") == _INSECURE and not internal):
        raise BadAddressError
    service.redirects = False
    service.overflow_mode = OverflowMode.TRUNCATE
    service.socket_connect_timeout = service.socket_read_timeout = timeout[1]
    return service


def hosts_of(service: NotifyBase) -> tuple[str, ...]:
    """Return the hosts that a service's address names itself."""
    names = (getattr(service, "smtp_host", None), getattr(service, "host", None))
    return tuple(name for name in names if isinstance(name, str) and name)


def _made(scheme: str, address: str) -> NotifyBase:
    # Pictures would let the receiving service fetch them from elsewhere.
    asset = AppriseAsset(
        app_id="Plimsoll",
        app_desc="Plimsoll",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        http_redirects=False,
        async_mode=False,
        storage_mode="memory",
    )
    try:
        service = _lean(_MODULES[scheme], address, asset) if scheme in _MODULES else _unlisted(address, asset)
    except (AppriseException, TypeError, ValueError, AttributeError, KeyError, IndexError):
        raise BadAddressError from None
    if not isinstance(service, NotifyBase):
        raise BadAddressError
    return service


def _plugin(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(f"apprise.plugins.{module}"), name)


def _lean(place: str, address: str, asset: AppriseAsset) -> object:
    plugin = _plugin(place)
    # A bare "#" in a path begins a channel's name; apprise's own reader of addresses does the same.
    parts = plugin.parse_url(address.replace("/#", "/%23"))
    return plugin(**{**parts, "asset": asset}) if parts else None


def _unlisted(address: str, asset: AppriseAsset) -> object:
    if address.lower().startswith("https://"):
        for plugin in map(_plugin, _PASTED):
            parts = plugin.parse_native_url(address)
            if parts:
                return plugin(**{**parts, "asset": asset})
    from apprise import Apprise  # noqa: PLC0415 - loads all services

    return Apprise.instantiate(address, asset=asset, suppress_exceptions=False)
