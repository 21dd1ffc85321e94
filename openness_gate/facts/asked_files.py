"""Files that an organization asks for in a rule of its own: by their names, and by what they say."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from openness_gate.facts.content import text
from openness_gate.facts.documents import document, is_document
from openness_gate.messages import say
from openness_gate.model import Axis, Completeness, Evidence, Place, Release, Repo, limits, raises, unknown
from openness_gate.rules import Files

MOST = 50  #: files that are read for one rule


def asked(release: Release, files: Files) -> Iterator[Evidence]:
    """What raises is a file that says all that it should, what limits one that does not; nothing: there is none."""
    repo, home = release.repo, "" if release.path == "." else f"{release.path}/"
    named = [p for p in repo.paths if p.startswith(home) and any(fits(p[len(home) :], g) for g in files.globs)]
    for path in named[:MOST]:
        missing = [phrase for phrase in files.contains if not _says(repo, path, phrase)]
        at = Place(path, 1)
        if path in repo.log.unread:
            yield unknown(Axis.COMPLETENESS, say("{path} could not be read", path=path), at)
        elif missing or not text(repo, path).strip():
            what = ", ".join(map(repr, missing)) or say("anything")
            yield limits(Completeness.ABSENT, say("{path} does not say {what}", path=path, what=what), at)
        else:
            yield raises(Completeness.COMPLETE, say("{path} is there", path=path), at)
    if len(named) > MOST:
        says = say("only the first {n} of {all} files were read", n=MOST, all=len(named))
        yield unknown(Axis.COMPLETENESS, says, Place(named[MOST]))


def fits(path: str, glob: str) -> bool:
    """Whether *path* is one of those that *glob* means: `*` and `?` within a name, `**` for any folders."""
    names, reached = path.split("/"), {0}
    *folders, last = glob.split("/")
    if last == "**":  # any file beneath
        folders, last = [*folders, "**"], "*"
    for part in (*folders, last):
        if part == "**":
            reached = {n for start in reached for n in range(start, len(names))}
        else:
            reached = {n + 1 for n in reached if n < len(names) and fnmatchcase(names[n], part)}
    return len(names) in reached


def _says(repo: Repo, path: str, phrase: str) -> bool:
    """Whether the file has the phrase, or, after `#`, a section with that title and something in it."""
    if phrase.startswith("#"):
        return is_document(path) and _has_section(repo, path, _plain(phrase.lstrip("#")))
    return _plain(phrase) in _plain(text(repo, path))


def _has_section(repo: Repo, path: str, title: str) -> bool:
    sections = document(repo, path).sections
    for index, section in enumerate(sections):
        if section.level and _plain(section.title) == title:
            below = sections[index + 1 :]
            end = next((i for i, s in enumerate(below) if s.level <= section.level), len(below))
            return any(s.words or s.code for s in (section, *below[:end]))
    return False


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())
