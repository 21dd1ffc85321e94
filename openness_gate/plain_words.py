"""Licenses and their clauses in plain words: what one may, must and may not do, with the sections. Pure.

The words are ours (`data/license_terms.json`); of a license that is not there only its class and its clauses are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openness_gate.facts.license_name import by_name, spdx_list
from openness_gate.facts.tables import table
from openness_gate.messages import say, translate
from openness_gate.model import LicenseClass

CLASSES = {
    LicenseClass.OPEN_SOURCE: "open source: approved by the OSI, or free by the FSF",
    LicenseClass.OPEN_DATA: "open, for data",
    LicenseClass.OPEN_CONTENT: "open, for documents and other content",
    LicenseClass.OPEN_MODEL: "open, for models; the OSI has not approved it",
    LicenseClass.NOT_APPROVED: "known, and approved by nobody",
    LicenseClass.RESTRICTED: "not open: it restricts who may use it, or for what",
    LicenseClass.MODIFIED: "an open license with other words",
    LicenseClass.UNKNOWN: "it depends on what its name leaves open",
}
HEADS = (("allows", "You may"), ("demands", "You must"), ("gives_no", "It does not give"))
LEFT = (
    (("non_commercial", "research_only"), "use it in commerce"),
    (("no_modification",), "change it"),
    (("no_redistribution",), "pass on copies"),
    (("no_training_others",), "train other models with its outputs"),
)
"""What one may do where a license for models has none of some clauses."""
NOT_ADVICE = "This is a reading aid, not legal advice: the text of the license decides."


def clauses() -> tuple[str, ...]:
    return tuple(table("license_terms")["clauses"])


def is_license(name: str) -> bool:
    return by_name(name, None).recognised_by == "name" and " OR " not in name and " AND " not in name


def clause(id_: str) -> Iterator[str]:
    """What a clause means, why it is not open, and which licenses have it."""
    title, means, why = table("license_terms")["clauses"][id_]
    yield f"{id_}: {translate(title)}"
    yield f"    {translate(means)}"
    yield ""
    yield say("A license with it is not open: {why}", why=why) if why else say("A license with it may still be open.")
    having = [i for i, row in _ids().items() if any(c[0] == id_ for c in row.get("clauses", ()))]
    yield ""
    yield say("Licenses that have it: {n}", n=len(having))
    yield from (f"    {i:<42} {_section(i, id_)}".rstrip() for i in having)
    yield ""
    yield translate(NOT_ADVICE)


def license_(name: str) -> Iterator[str]:
    """What a license allows, demands and forbids."""
    found = by_name(name, None)
    row, terms = _ids().get(found.expression, {}), table("license_terms")
    yield f"{found.expression}: {row.get('name', '')}"
    yield f"    {translate(CLASSES[found.cls])}"
    if row.get("deprecated"):
        yield "    " + say("SPDX calls this id deprecated")
    if shared := row.get("shared"):
        yield "    " + say("its text is also that of {other}; a text alone is taken for the stricter", other=shared)
    plain = terms["licenses"].get(found.expression.replace("-or-later", "-only"), {})
    for key, head in HEADS:
        if plain.get(key):
            yield ""
            yield translate(head)
            yield from (f"    {translate(words):<72} {section}" for words, section in plain[key])
    yield from _left(found.expression, row)
    yield from _clauses(row)
    if not plain and not row.get("clauses"):
        yield ""
        yield say("Nothing more is known of it here; read its text.")
    yield ""
    yield say("Facts: SPDX license list {version}", version=spdx_list())
    yield translate(NOT_ADVICE)


def _left(id_: str, row: dict[str, Any]) -> Iterator[str]:
    """What a license for models leaves free: that nothing in it forbids it was read in the text, clause by clause."""
    has = {c[0] for c in row.get("clauses", ())}
    if not id_.startswith("LicenseRef-ai-") or not any(len(c) > 2 for c in row.get("clauses", ())):
        return
    free = [words for without, words in LEFT if has.isdisjoint(without)]
    if free:
        yield ""
        yield say("You may, within the limits below")
        yield from (f"    {translate(words)}" for words in free)


def _clauses(row: dict[str, Any]) -> Iterator[str]:
    for head, open_ in (("What makes it not open", False), ("What else it demands", True)):
        rows = [c for c in row.get("clauses", ()) if bool(table("license_terms")["clauses"][c[0]][2]) is not open_]
        if rows:
            yield ""
            yield translate(head)
        for id_, section, *_ in rows:
            where = say("section {section}", section=section) if section else ""
            yield f"    {id_:<20} {where}".rstrip()
            yield f"        {translate(table('license_terms')['clauses'][id_][1])}"


def _section(license_id: str, clause_id: str) -> str:
    section = next((c[1] for c in _ids()[license_id]["clauses"] if c[0] == clause_id), "")
    return say("section {section}", section=section) if section else ""


def _ids() -> dict[str, dict[str, Any]]:
    ids: dict[str, dict[str, Any]] = table("licenses")["ids"]
    return ids
