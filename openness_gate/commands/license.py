"""Say what license texts are: which license, which class, and which clauses make it not open.

A text that is known to the word is answered by its digest, before anything is imported that compares texts: this
command may run at every commit.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from openness_gate import digests
from openness_gate.facts.license_digest import by_digest
from openness_gate.messages import say, tame
from openness_gate.model import Command, License, LicenseClass

if TYPE_CHECKING:
    import argparse
    from datetime import date

FORMATS = ("text", "json")
LIMIT = 1 << 20  #: bytes read of a file
OURS = ("added_words", "changed_words")  #: clauses that say where a text was changed; shown as a note


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help=say("files that hold license texts"))
    parser.add_argument("--format", default="text", choices=FORMATS, help=say("how to say it (text)"))


def run(args: argparse.Namespace, today: date) -> int:
    """Exit code: 0; 3 where a file could not be read, or only in part."""
    return answer(args.files, args.format)


def quick(argv: Sequence[str]) -> int | None:
    """The same without a parser of arguments; None where one is needed: for help, and for what is wrong."""
    files, form = [], "text"
    for i, word in enumerate(argv):
        if word == "--format" and argv[i + 1 : i + 2]:
            form = argv[i + 1]
        elif i and argv[i - 1] == "--format":
            continue
        elif word.startswith("-"):
            return None
        else:
            files.append(word)
    return answer(files, form) if files and form in FORMATS else None


def answer(files: Sequence[str], form: str) -> int:
    entries = [_entry(file) for file in files]
    if form == "json":
        sys.stdout.write(json.dumps([entry for entry, _ in entries], indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for entry, _ in entries for line in _lines(entry)))
    return 0 if all(read for _, read in entries) else 3


def _entry(file: str) -> tuple[dict[str, Any], bool]:
    """What is said of one argument, and whether all of it was read."""
    try:
        with open(file, "rb") as opened:
            content = opened.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        return _shown(file, _nothing(say("cannot be read: {why}", why=why)), b""), False
    license_ = identify_bytes(content[:LIMIT], file)
    if len(content) > LIMIT:
        note = say("larger than {n} MiB, of which the beginning was read", n=LIMIT >> 20)
        return _shown(file, license_._replace(note=note), content), False
    return _shown(file, license_, content), True


def identify_bytes(content: bytes, path: str) -> License:
    """The license in the bytes of a file."""
    from openness_gate.facts.content import decode

    if content.startswith(b"%PDF-"):
        return _nothing(say("a PDF, which is not read"))
    text = decode(content)
    if text.count("\0") * 20 > len(text):
        return _nothing(say("no text"))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if known := by_digest(text, path):
        return known
    from openness_gate.facts.license_text import identify

    return identify(text, path)


def _nothing(note: str) -> License:
    return License("LicenseRef-unknown", LicenseClass.UNKNOWN, recognised_by="nothing", note=note)


def _shown(file: str, license_: License, content: bytes) -> dict[str, Any]:
    clauses = [c for c in license_.clauses if c.id not in OURS]
    changed = [
        say("words that nothing explains, line {n}: {quote}", n=c.at.line, quote=c.quote)
        for c in license_.clauses
        if c.id in OURS and c.quote
    ]
    return {
        "file": file,
        "expression": license_.expression,
        "class": license_.cls.value,
        "clauses": [
            {
                "id": c.id, "path": tame(c.at.path), "line": c.at.line, "section": tame(c.section),
                "quote": tame(c.quote), "blocking": c.blocking,
            }
            for c in clauses
        ],
        "recognised_by": license_.recognised_by,
        "note": "; ".join(part for part in (license_.note, *changed) if part),
        "sha256": None if license_.cls.open or len(content) > LIMIT else digests.of(content),
    }  # fmt: skip


def _lines(entry: dict[str, Any]) -> Iterator[str]:
    yield f"{tame(entry['file'])}: {entry['expression']} ({entry['class']})"
    if entry["note"]:
        yield f"  {entry['note']}"
    for clause in entry["clauses"]:
        sign = "✗" if clause["blocking"] else "·"
        section = say(" section {section}", section=clause["section"]) if clause["section"] else ""
        yield f"  {sign} {clause['id']:<20} " + say("line {n}{section}", n=clause["line"], section=section)
        if clause["quote"]:
            yield f"      “{clause['quote']}”"


COMMAND = Command("license", "say what license texts are, and what makes them not open", arguments, run)
