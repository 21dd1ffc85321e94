"""What the documents say in words of which license covers what: sentences, list items, rows of tables."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from openness_gate.facts import fact
from openness_gate.facts.license_files import license_files, license_of
from openness_gate.facts.license_name import by_name, mentions, unresolved
from openness_gate.facts.license_text import identify, restrictions
from openness_gate.facts.links import URL
from openness_gate.facts.paths import folder, is_card, stem
from openness_gate.facts.sentences import Sentence, sentences
from openness_gate.facts.tables import table
from openness_gate.facts.terms import Rank, Terms
from openness_gate.messages import say
from openness_gate.model import Clause, Group, License, LicenseClass, Place, Repo

WORD = re.compile(r"[^\W\d_]+")
ANOTHER = re.compile(
    r"(?:[A-Z][\w.+-]*\s+){1,6}(?:License|Licence|Agreement)\b|《[^》]{0,40}(?:协议|许可|条款)[^》]{0,10}》"
)
SIZE = re.compile(r"\b\d+(?:\.\d+)?b\b")  #: 7b, 1.5b: how models are called

NAME = re.compile(r"[A-Z][\w.+-]*(?: [\w.+-]+){0,5}")  #: in a cell: no sign, no link, no word like "none"
BARE = 40  #: characters of a name that stands alone
MOST_ROWS = 500  #: above one, that are looked through for the head of its table
TAG = re.compile(r"<[^<>]{0,200}>")
UNSEEN = dict.fromkeys(map(ord, "*_`~\u00ad\u200b\u200c\u200d\u2060\ufeff"))
QUOTE = 160  #: characters of a sentence that are quoted
SHORTEST = 4  #: letters of a name in a title that are told from chance
MOST_FILES = 50  #: license files that a sentence is held against


@fact
def prose_terms(repo: Repo) -> tuple[Terms, ...]:
    """What the documents say of licenses and of what one may not do, in the order of the text."""
    return tuple(terms for sentence in sentences(repo) if _is_of_ours(sentence) for terms in _stated_in(repo, sentence))


@fact
def restricted_model(repo: Repo) -> Place | None:
    """Where the README at the root says of this model, and of no other, what one may not do with it."""
    own = table("prose")["license"]["of_this_model"]
    for sentence in sentences(repo):
        if folder(sentence.at.path) != repo.home or not sentence.has(own) or not _is_of_ours(sentence):
            continue
        of_base = sentence.has(table("prose")["base"]) or sentence.has(("base model", "original model"))
        if not of_base and _is_of_the_release(sentence.at.path) and any(_restriction(sentence)):
            return sentence.at
    return None


def _stated_in(repo: Repo, sentence: Sentence) -> Iterator[Terms]:
    known = table("prose")["license"]
    if sentence.text.rstrip(" *_").endswith("?"):
        pass  # what is asked is not stated; it may still name what is forbidden
    elif sentence.section.about("license") or sentence.has(known["cues"]) or _is_in_column(sentence):
        yield from _terms(repo, sentence)
    elif sentence.has(known["names"]):
        yield from _named_in_passing(repo, sentence)
    if _is_of_the_release(sentence.at.path):
        yield from _restriction(sentence)


def _named_in_passing(repo: Repo, sentence: Sentence) -> Iterator[Terms]:
    """A license named of a subject in a sentence or row that does not speak of licenses: "the weights are under X"."""
    found = list(mentions(sentence.text))
    groups = _subjects(_masked(sentence.text, found)) or _context(sentence)
    for _, _, license_ in found:
        if license_.cls.open:  # to open takes more than to restrict
            groups = groups - {Group.CODE} if " under " in sentence.lower else frozenset()
        if groups:
            yield from _stated(repo, license_, groups, sentence)


def _is_of_ours(sentence: Sentence) -> bool:
    known = table("prose")
    if "SPDX-License-Identifier" in sentence.text:  # the header of that file, which is read as such
        return False
    if sentence.section.about(*known["not_ours"]["sections"]):
        return False
    return not sentence.has(known["not_ours"]["phrases"]) and not sentence.has(known["license"]["not_ours"])


def _restriction(sentence: Sentence) -> Iterator[Terms]:
    """What a sentence forbids, whatever license stands beside it: "the weights may only be used for research"."""
    known = table("prose")["license"]
    plain = _plain(sentence.lower)
    if any(word in plain for word in known["harmless"]):
        return
    for clause, words in known["restrictions"].items():
        said = any(word in plain for word in words["of"]) and any(word in plain for word in words["said"])
        if said or any(word in plain for word in words["phrases"]):
            groups = _subjects(sentence.text) - {Group.DOCUMENT}
            of_work = not groups and (sentence.section.about("license") or _is_of_this_work(sentence, plain))
            clear = bool(groups) or of_work
            cls = LicenseClass.RESTRICTED if clear else LicenseClass.UNKNOWN
            groups = groups or frozenset({Group.PARAMETERS})
            scope = say("{groups}, by the sentence at {at}", groups=_named(groups), at=sentence.at)
            quoted = Clause(clause, sentence.at, quote=sentence.text[:QUOTE])
            license_ = License("LicenseRef-unknown", cls, sentence.at, scope, (quoted,))
            yield Terms(license_, groups, None, Rank.SENTENCE, always=True, of_work=of_work)
            return


def _is_of_this_work(sentence: Sentence, plain: str) -> bool:
    """Its subject is this work, or the name in the title; or it has none: "For research use only."."""
    known = table("prose")["license"]
    name = _plain(sentence.document.title.lower()).partition(":")[0].strip()
    begins = ("for ", "only for ", "not for ", "no commercial", *([f"{name} "] if len(name) >= SHORTEST else []))
    return sentence.has(known["of_this_work"]) or plain.lstrip("> -").startswith(begins)


def _plain(text: str) -> str:
    """*text* without marks of emphasis, tags and what nobody sees, in which a phrase could hide."""
    kept = TAG.sub(" ", text).translate(UNSEEN)
    return " ".join(kept.split())


def _named(groups: frozenset[Group]) -> str:
    return ", ".join(sorted(group.value for group in groups))


def _terms(repo: Repo, sentence: Sentence) -> Iterator[Terms]:
    found = list(mentions(sentence.text))
    text = _masked(sentence.text, found)
    everything = _subjects(text) or _context(sentence)
    limited = bool(found) and bool(restrictions(text, sentence.at.path))
    for index, (start, _end, license_) in enumerate(found):
        own = _subjects(text[found[index - 1][1] if index else 0 : start])
        more_is_said = limited and license_.cls.open
        yield from _stated(repo, _unknown(sentence) if more_is_said else license_, own or everything, sentence)
    if found and everything and ANOTHER.search(URL.sub(" ", text)):  # "Apache 2.0 and the Acme Community License"
        yield from _stated(repo, _unknown(sentence), everything, sentence)
    if not found:
        for license_ in _bare(sentence):
            yield from _stated(repo, license_, everything, sentence)
            return
        if everything and _is_unheard_of(sentence):
            yield from _stated(repo, _unknown(sentence), everything, sentence)
            return
    if not found and everything and (file := _extended(repo, sentence)):
        yield from _stated(repo, license_of(repo, file), everything, sentence)
        return
    if not found and unresolved(sentence.text) and not _links_to_text(repo, sentence):
        if quoted := _quoted_below(sentence):
            yield from _stated(repo, quoted, everything, sentence)
        elif everything and (sentence.has(table("prose")["license"]["statements"]) or _is_field_of_card(sentence)):
            yield from _stated(repo, _unknown(sentence), everything, sentence)


def _extended(repo: Repo, sentence: Sentence) -> str:
    """The license file at the root, where a sentence says without conditions that the license covers more than it."""
    known = table("prose")["license"]
    if not sentence.has(known["extends"]) or sentence.has(known["conditions"]):
        return ""
    return next((path for path in license_files(repo) if "/" not in path), "")


def _bare(sentence: Sentence) -> Iterator[License]:
    """A name that stands alone under the heading "License", or in a cell of a column of licenses."""
    if not sentence.section.about("license") and not _is_in_column(sentence):
        return
    for cell in sentence.text.split("|"):
        name = cell.strip(" *`_[].-")
        if 0 < len(name) <= BARE and (license_ := by_name(name, sentence.at)).cls is not LicenseClass.UNKNOWN:
            yield license_


def _is_unheard_of(sentence: Sentence) -> bool:
    """The column of licenses holds a name in this row, and no license is known by it."""
    if not _is_in_column(sentence):
        return False
    head, cells = ([cell.strip("\t *`") for cell in row.split("|")] for row in (_header(sentence), sentence.text))
    at = next(i for i, cell in enumerate(head) if "licen" in cell.lower())
    return len(head) == len(cells) and cells[at] != head[at] and bool(NAME.fullmatch(cells[at]))


def _is_in_column(sentence: Sentence) -> bool:
    """It is a row of a table with a column of licenses."""
    return sentence.text.startswith("|") and "licen" in _header(sentence).lower()


def _unknown(sentence: Sentence) -> License:
    return License("LicenseRef-unknown", LicenseClass.UNKNOWN, sentence.at)


def _is_field_of_card(sentence: Sentence) -> bool:
    """What stands under the heading "License" of a model card names the model's license, whatever its words."""
    return is_card(sentence.at.path) and "license" in sentence.section.roles


def _stated(repo: Repo, license_: License, groups: frozenset[Group], sentence: Sentence) -> Iterator[Terms]:
    license_ = license_._replace(at=sentence.at)
    path, below = sentence.at.path, _is_of_folder(repo, sentence.at.path)
    if groups:
        scope = say("{groups}, by the sentence at {at}", groups=_named(groups), at=sentence.at)
        license_ = license_._replace(scope=scope)
        here = groups & {Group.CODE} if below else frozenset()
        if here:  # code is where it is spoken of; data and weights may be linked from anywhere
            yield Terms(license_, here, path, Rank.SENTENCE)
        if groups - here:
            yield Terms(license_, groups - here, None, Rank.SENTENCE)
        return
    badge = "<img" in sentence.text or "![" in sentence.text
    if sentence.section.about("license") or badge or below or not _is_of_the_release(path):
        scope = say("the files of this release, by {at}", at=sentence.at)
        yield Terms(license_._replace(scope=scope), frozenset(Group), path, Rank.NEAREST)
        if not below or badge or sentence.section.about("license"):
            return
    scope = say("the release, by {at}", at=sentence.at)
    linked = {Group.DATA} if license_.cls.open else {Group.DATA, Group.PARAMETERS}
    groups = frozenset(linked if below else Group)
    yield Terms(license_._replace(scope=scope), groups, None, Rank.FRONT_MATTER)


def _is_of_folder(repo: Repo, path: str) -> bool:
    """A README below that of the release: it speaks of the folder that it lies in, unless that holds its guides."""
    guides = folder(path).rpartition("/")[2].lower() in ("doc", "docs")
    return folder(path) != repo.home and stem(path).startswith("readme") and not guides


def _is_of_the_release(path: str) -> bool:
    """What the README or a model card says without a subject, it says of the release; a guide, of its own folder."""
    return is_card(path) or stem(path).startswith("readme")


def _masked(text: str, found: list[tuple[int, int, License]]) -> str:
    for start, end, _ in reversed(found):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _subjects(text: str) -> frozenset[Group]:
    """What a piece of a sentence speaks of."""
    known = table("prose")["license"]
    lower = URL.sub(" ", text.lower())
    for phrase in known["not_subjects"]:
        lower = lower.replace(phrase, " ")
    words = set(WORD.findall(lower))
    found = {
        Group(name)
        for name, subjects in known["subjects"].items()
        if any(subject in words if subject.isascii() else subject in lower for subject in subjects)
    }
    if SIZE.search(lower):
        found.add(Group.PARAMETERS)
    return frozenset(found)


def _context(sentence: Sentence) -> frozenset[Group]:
    """What a sentence without a subject is about: its heading, or the header of its table."""
    if sentence.text.startswith("|"):
        header = _header(sentence).lower()
        if any(word in header for word in table("prose")["license"]["tables_of_models"]):
            return frozenset({Group.PARAMETERS})
        return frozenset({Group.DATA}) if "data" in header else frozenset()
    if "license" not in sentence.section.roles:
        return frozenset()
    if is_card(sentence.at.path):
        return frozenset({Group.PARAMETERS})
    return _subjects(sentence.section.title.lower().replace("license", " ").replace("licence", " "))


def _header(sentence: Sentence) -> str:
    """The first row of the table that a row stands in."""
    lines = sentence.section.lines
    last = bisect_right(lines, sentence.at.line, key=lambda line: line[0])
    header = ""
    for _, line in reversed(lines[max(0, last - MOST_ROWS) : last]):
        if not line.strip().startswith("|"):
            break
        header = line
    return header


def _links_to_text(repo: Repo, sentence: Sentence) -> bool:
    """It points to a license file of this tree, which speaks for itself."""
    return any(path in sentence.text for path in license_files(repo)[:MOST_FILES])


@lru_cache(maxsize=64)
def _identified(text: str, path: str) -> License:
    return identify(text, path)


def _quoted_below(sentence: Sentence) -> License | None:
    """The license text or notice that stands in a code block under "the following license …"."""
    if "following" not in sentence.lower or not sentence.section.code:
        return None
    found = _identified(sentence.section.code, sentence.at.path)
    return None if found.cls is LicenseClass.UNKNOWN else found
