"""Settings as TOML text: read with the line of a fault, changed without disturbing what the user wrote."""

import re
import tomllib
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from app.domain.errors import ConfigError
from app.services.settings import Settings, flat, help_of, parse_settings

_HEADER: Final = re.compile(r"\s*\[\s*([A-Za-z0-9_.\-\s\"']+?)\s*\]\s*(?:#.*)?$", re.ASCII)
_ASSIGNMENT: Final = re.compile(r"(\s*)([A-Za-z0-9_.\-]+)(\s*=\s*)(.*)$", re.ASCII)
_VALUE: Final = re.compile(r"(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s#]+)(\s*(?:#.*)?)$")


def read_toml(text: str) -> Settings:
    """Return the settings that ``text`` stands for.

    Raises:
        ConfigError: the place is ``line N`` where it can be told; the problem names the key.
    """
    try:
        document = tomllib.loads(text, parse_float=_decimal)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(str(error), text) from None
    except (ValueError, RecursionError):
        raise ConfigError("is not a configuration file that can be read; correct or remove it") from None
    try:
        return parse_settings(document)
    except ConfigError as error:
        line = line_of(text, error.place)
        raise ConfigError(f"{error.place} {error.problem}", f"line {line}" if line else "") from None


def edit_toml(text: str, settings: Settings) -> str | None:
    """Return ``text`` changed so that it stands for ``settings``; comments and order stay as they are.

    None where the text is written in a way that this cannot change safely (dotted keys, tables in braces).
    """
    try:
        before = flat(read_toml(text))
    except ConfigError:
        return None
    lines = text.splitlines()
    for key, value in flat(settings).items():
        if value != before[key]:
            lines = _with_value(lines, key, _literal(value))
    result = "\n".join(lines) + "\n" if lines else ""
    try:
        return result if flat(read_toml(result)) == flat(settings) else None
    except ConfigError:
        return None


def write_toml(settings: Settings) -> str:
    """Return a whole configuration file that says what differs from the defaults, each with its line of help."""
    defaults = flat(Settings())
    lines = ["# Plimsoll's settings. What is not said here has its default."]
    section = ""
    for key, value in flat(settings).items():
        if value == defaults[key]:
            continue
        table, _, name = key.rpartition(".")
        if table != section:
            lines += ["", f"[{table}]"]
            section = table
        lines += [f"# {help_of(key)}", f"{name} = {_literal(value)}"]
    return "\n".join(lines) + "\n"


def line_of(text: str, key: str) -> int | None:
    """Return the line (from 1) on which ``key`` is set, or the table's header, or None where it cannot be told."""
    section, header = "", None
    for number, line in enumerate(text.splitlines(), 1):
        found = _HEADER.match(line)
        if found:
            section = re.sub(r"[\s\"']", "", found.group(1))
            if section == key or section.startswith(f"{key}."):
                header = header or number
            continue
        assigned = _ASSIGNMENT.match(line)
        if assigned:
            full = f"{section}.{assigned.group(2)}" if section else assigned.group(2)
            if full == key or key.startswith(f"{full}."):
                return number
    return header


def _with_value(lines: list[str], key: str, literal: str) -> list[str]:
    table, _, name = key.rpartition(".")
    start = next((i for i, line in enumerate(lines) if _header_of(line) == table), None)
    if start is None:
        gap = [""] if lines and lines[-1].strip() else []
        return [*lines, *gap, f"[{table}]", f"{name} = {literal}"]
    end = next((i for i in range(start + 1, len(lines)) if _header_of(lines[i])), len(lines))
    for index in range(start + 1, end):
        assigned = _ASSIGNMENT.match(lines[index])
        if assigned and assigned.group(2) == name:
            rest = _VALUE.match(assigned.group(4))
            tail = rest.group(2) if rest else ""
            changed = f"{assigned.group(1)}{name}{assigned.group(3)}{literal}{tail}"
            return [*lines[:index], changed, *lines[index + 1 :]]
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return [*lines[:end], f"{name} = {literal}", *lines[end:]]


def _header_of(line: str) -> str:
    found = _HEADER.match(line)
    return re.sub(r"[\s\"']", "", found.group(1)) if found else ""


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}" if "." in f"{value:f}" else f"{value:f}.0"
    if isinstance(value, (str, StrEnum)):
        text = str(value).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{text}"'
    return str(value)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text.replace("_", ""))
    except InvalidOperation:
        raise ValueError(text) from None


def _syntax_error(message: str, text: str) -> ConfigError:
    """Return the parser's complaint with its place in front; it names the line at the end, if at all."""
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    problem = message[: found.start()] if found else message.removesuffix(" (at end of document)")
    line = found.group(1) if found else str(max(len(text.splitlines()), 1))
    return ConfigError(f"{problem[:1].lower()}{problem[1:]}; this is not valid TOML", f"line {line}")
