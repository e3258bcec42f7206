"""Readers of unit files, written from the formats' own rules: what was written has to come out of them again."""

import re

_ESCAPES = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "t": "\t", "s": " "}


def systemd_words(line: str) -> list[str]:
    """Return the argv of an ``ExecStart=`` value: quotes, escapes, specifiers, variables, in systemd's order."""
    words, position = [], 0
    while position < len(line):
        if line[position] == " ":
            position += 1
            continue
        assert line[position] == '"', f"an unquoted word at {line[position:]!r}"
        word, position = [], position + 1
        while line[position] != '"':
            if line[position] == "\\":
                word.append(_ESCAPES[line[position + 1]])
                position += 2
            else:
                word.append(line[position])
                position += 1
        position += 1
        words.append(_specifiers("".join(word)))
    assert not set(words[0]) & set("\"'\\$"), "a program that it does not start"
    words = [_variables(word) for word in words]
    return words[1:] if words[0] == "/usr/bin/env" else words


def _specifiers(word: str) -> str:
    assert not re.search(r"(?<!%)(?:%%)*%(?!%)", word), f"a specifier in {word!r}"
    return word.replace("%%", "%")


def _variables(word: str) -> str:
    assert not re.search(r"(?<!\$)(?:\$\$)*\$(?!\$)", word), f"a variable in {word!r}"
    return word.replace("$$", "$")


def desktop_words(value: str) -> list[str]:
    """Return the argv of a desktop entry's ``Exec`` value: the string's escapes first, then quotes, then fields."""
    text = desktop_string(value)
    word = r'"((?:[^"\\`$]|\\["`$\\])*)"'
    assert re.fullmatch(f"{word}(?: {word})*", text), f"unquoted signs in {text!r}"
    words = [re.sub(r'\\(["`$\\])', r"\1", found.group(1)) for found in re.finditer(word, text)]
    return [_specifiers(each) for each in words]


def desktop_string(value: str) -> str:
    """Return a desktop entry's value of type string without its escapes."""
    escapes = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
    return re.sub(r"\\(.)", lambda found: escapes[found.group(1)], value)


def windows_words(line: str) -> list[str]:
    """Return the argv that a Windows program sees of a command line (after the rules of its C library)."""
    words: list[str] = []
    for found in re.finditer(r'(?:[^\s"]|"(?:[^"\\]|\\.)*")+', line):
        word, quoted, slashes = "", False, 0
        for sign in found.group():
            if sign == "\\":
                slashes += 1
                continue
            if sign == '"':
                word += "\\" * (slashes // 2)
                if slashes % 2:
                    word += '"'
                else:
                    quoted = not quoted
            else:
                word += "\\" * slashes + sign
            slashes = 0
        words.append(word + "\\" * slashes)
        assert not quoted
    return words
