"""The one function that every sentence a user can read goes through, so that it can be translated.

`say` takes the sentence as a literal and the values beside it: a translation may then move the values, and a value that
comes from the repository under test is never read as a pattern. A test holds that no sentence goes another way.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

catalogue: Callable[[str], str] = str
"""From a sentence in English to the same in the user's language."""


def translate(text: str) -> str:
    """*text* in the user's language: for what stands in the code as a constant, like the advice of a component."""
    return catalogue(text)


def say(sentence: str, /, **values: object) -> str:
    """*sentence* in the user's language, with *values* put where it names them."""
    return translate(sentence).format_map({name: tame(str(value)) for name, value in values.items()})


def tame(text: str) -> str:
    """*text* from anywhere on one line, with nothing left that a terminal, a log or a reader could be fooled by.

    Control and bidirectional characters become spaces or escapes; bytes that are no UTF-8 are shown as `\\xNN`.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_tame_character, text))
    return no_command(text)


def no_command(line: str) -> str:
    """*line* with nothing in it that GitHub's runner takes for a command: `::` at its start, or `##[` anywhere.

    The runner trims a line before it looks, and looks at each line that a step writes (`ActionCommand.cs`).
    """
    if "##[" in line:
        line = line.replace("##[", "\\u0023#[")
    if "::" in line and (rest := line.lstrip()).startswith("::"):
        line = f"{line[: len(line) - len(rest)]}\\u003a{rest[1:]}"
    return line


def of_command(text: str) -> str:
    """*text* as the message of a command of GitHub Actions (`actions/toolkit`, command.ts)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _tame_character(character: str) -> str:
    if character in "\t\r\n\v\f\u0085\u2028\u2029":
        return " "
    if "\udc80" <= character <= "\udcff":  # how Python carries a byte that is no UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    return f"\\u{ord(character):04x}" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character
