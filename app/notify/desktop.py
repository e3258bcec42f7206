"""The desktop's own notifications. Text is data everywhere: in no script, in no markup."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Final

from app.domain.deliveries import DeliveryFault
from app.domain.rules import Urgency
from app.notify.orders import Order
from app.notify.plain_text import one_line, plain

_MOST_SUBJECT: Final = 200
_MOST_TEXT: Final = 1000
_LOUD: Final = frozenset((Urgency.CALL, Urgency.SALE))

# Starts a program with this input and time limit in seconds; returns its exit code, or None where it is not there.
Runner = Callable[[list[str], bytes, float], int | None]

_OSASCRIPT: Final = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv) sound name (item 3 of argv)",
    "end run",
)
_POWERSHELL: Final = """
$told = [Console]::In.ReadToEnd() | ConvertFrom-Json
[void][Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
[void][Windows.Data.Xml.Dom.XmlDocument, Windows.Data.Xml.Dom.XmlDocument, ContentType = WindowsRuntime]
$kind = [Windows.UI.Notifications.ToastTemplateType]::ToastText02
$xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent($kind)
$texts = $xml.GetElementsByTagName('text')
[void]$texts.Item(0).AppendChild($xml.CreateTextNode($told.subject))
[void]$texts.Item(1).AppendChild($xml.CreateTextNode($told.text))
if ($told.loud) { $xml.DocumentElement.SetAttribute('scenario', 'reminder') }
$app = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'
$toast = [Windows.UI.Notifications.ToastNotification]::new($xml)
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($app).Show($toast)
"""


def run_program(command: list[str], given: bytes, seconds: float) -> int | None:
    """Run a program, its output thrown away."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; what varies is data
            command, input=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=seconds, check=False
        )
    except FileNotFoundError:
        return None
    return done.returncode


def show(order: Order, platform: str = sys.platform, run: Runner = run_program) -> DeliveryFault | None:
    """Show a message on this desktop; return why it was not shown, or None."""
    subject = one_line(order.subject)[:_MOST_SUBJECT]
    text = plain(order.text)[:_MOST_TEXT]
    loud = order.urgency in _LOUD
    try:
        if platform == "darwin":
            code = run(_macos_command(subject, text, loud=loud), b"", order.seconds)
        elif platform == "win32":
            told = json.dumps({"subject": subject, "text": text, "loud": loud}).encode("ascii")
            code = run(["powershell", "-NoProfile", "-NonInteractive", "-Command", _POWERSHELL], told, order.seconds)
        else:
            from app.notify.desktop_bus import show_on_bus  # noqa: PLC0415 - on Linux only

            return show_on_bus(subject, text, loud=loud, seconds=order.seconds)
    except (TimeoutError, subprocess.TimeoutExpired):
        return DeliveryFault.TIMEOUT
    except OSError:
        return DeliveryFault.NO_DESKTOP
    return None if code == 0 else DeliveryFault.NO_DESKTOP


def _macos_command(subject: str, text: str, *, loud: bool) -> list[str]:
    lines = [part for line in _OSASCRIPT for part in ("-e", line)]
    return ["osascript", *lines, "--", subject, text, "Sosumi" if loud else "Glass"]
