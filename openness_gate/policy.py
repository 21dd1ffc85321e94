"""Reads a policy: sentences over components, named license sets, a ladder of levels. Every error has a file and a line.

Pure: the text comes from whoever calls. The shape is checked against the JSON Schema that ships (`data/schemas/`), the
words against the vocabulary: components, topics, conditions, license sets.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from openness_gate.facts.tables import table
from openness_gate.holding import CONDITIONS
from openness_gate.located import Doc, nearest
from openness_gate.messages import say, tame
from openness_gate.model import Access, Completeness, Component, Kind, LicenseClass
from openness_gate.rules import (
    Acceptance,
    All,
    Condition,
    Engine,
    Files,
    Level,
    LicenseSet,
    Need,
    OneOf,
    Policy,
    Rule,
    Scale,
    Severity,
    Summary,
    WaiverTerms,
)

CLASSES = tuple(cls.value for cls in LicenseClass)
ASKS = ("at_least", "access", "license", "topics")
OF_CONCERNS = frozenset({"severity", "when", "applies_to", "clause", "advice"})
RESERVED = ("score", "result", "level")  #: what a report calls things that are no rule of a policy
ID = re.compile(r"[a-z0-9][a-z0-9-]*")
APPROVALS = ("osi-approved", "fsf-approved")

Components = Mapping[str, Component]


def known_clauses() -> tuple[str, ...]:
    """The ids of what a license can demand or forbid: in a text, or in a sentence about it."""
    return (*table("license_terms")["clauses"], *table("prose")["license"]["restrictions"])


def read(doc: Doc, components: Components, concerns: Collection[str] = ()) -> Policy:
    """The policy in *doc*, which has the shape that the schema asks for; `Malformed` where its words mean nothing."""
    reader = _Reader(doc, components, concerns)
    value = doc.value
    rules = tuple(reader.rule(name) for name in value["rules"])
    levels = tuple(reader.level(name, rules) for name in value.get("levels") or {})
    minimum = value.get("minimum", levels[0].name if levels else "")
    if minimum and not levels:
        raise doc.error(say("there are no levels"), "minimum")
    if levels:
        reader.known(minimum, [level.name for level in levels], "minimum")
    return Policy(
        id=value["policy"],
        title=tame(value["title"]),
        source=tame(value.get("source", "")),
        rules=rules,
        levels=levels,
        minimum=minimum,
        applies_to=frozenset(Kind(kind) for kind in value.get("applies_to", ("model", "adapter"))),
        when_unknown=value.get("when_unknown", "ask"),
        statement=tame(value.get("statement", "")),
        accepted_texts=tuple(reader.acceptance(i) for i in range(len(value.get("accepted_texts", ())))),
        engine=_engine(doc, rules, levels),
        score=reader.scale(rules) if "score" in value else None,
        waivers=reader.waiver_terms(rules),
        enforce=value.get("enforce", False),
    )


def _engine(doc: Doc, rules: tuple[Rule, ...], levels: tuple[Level, ...]) -> Engine | None:
    if "engine" not in doc.value:
        return None
    from openness_gate.engines import engine_of

    return engine_of(doc, rules, levels)


class _Reader:
    """Turns the values of one document into rules; its methods take the keys of what they read."""

    def __init__(self, doc: Doc, components: Components, concerns: Collection[str]) -> None:
        self.doc = doc
        self.components = components
        self.concerns = concerns
        sets = doc.value.get("license_sets") or {}
        for name, value in sets.items():
            for key in value:
                for index, word in enumerate(value[key]):
                    self.known_license(word, "license_sets", name, key, index)
        self.sets = {
            name: LicenseSet(
                name, frozenset(v["includes"]), frozenset(v.get("excludes", ())), frozenset(v.get("asks", ()))
            )
            for name, v in sets.items()
        }

    def known(self, word: str, words: Collection[str], *keys: str | int) -> str:
        if word not in words:
            raise self.doc.error(say("{word!r} is not known; {hint}", word=word, hint=nearest(word, words)), *keys)
        return word

    def known_license(self, word: str, *keys: str | int) -> None:
        """A class, an approval, an SPDX id as it is spelled, or a reference: a slip would accept too much."""
        if word in CLASSES or word in APPROVALS or word.startswith("LicenseRef-"):
            return
        clauses = () if "includes" in keys else known_clauses()
        if word not in clauses:
            self.known(word, [*CLASSES, *APPROVALS, *clauses, *table("licenses")["ids"]], *keys)

    def rule(self, name: str) -> Rule:
        value = self.doc.value["rules"][name]
        keys = ("rules", name)
        if name in RESERVED or not ID.fullmatch(name):
            raise self.doc.error(say("no name for a rule; write lower case letters, digits and hyphens"), *keys)
        instead = value.get("instead", "")
        if instead:
            self.known(instead, self.components, *keys, "instead")
        summary = value.get("summary")
        concern = name if name in self.concerns and not value.keys() - OF_CONCERNS else ""
        if not (summary or concern or value.keys() & ASKS or "files" in value):
            words = say("a rule asks for {asks}, or is named for a concern", asks=", ".join(ASKS))
            raise self.doc.error(f"{words}; {nearest(name, self.concerns)}", *keys)
        return Rule(
            id=name,
            severity=Severity[value.get("severity", "error").upper()],
            at=self.doc.place(*keys),
            need=None if summary or concern or "files" in value else self.need(value, name, *keys),
            summary=Summary(
                self.condition(summary["open"], *keys, "summary", "open"),
                self.condition(summary["partial"], *keys, "summary", "partial"),
            )
            if summary
            else None,
            concern=concern,
            files=self.files(value, *keys) if "files" in value else None,
            for_each=value.get("for_each", ""),
            instead=instead,
            when=self.conditions(value, *keys),
            kinds=frozenset(Kind(kind) for kind in value.get("applies_to", ())),
            clause=tame(value.get("clause", "")),
            advice=tame(value.get("advice", "")),
        )

    def acceptance(self, index: int) -> Acceptance:
        value, keys = self.doc.value["accepted_texts"][index], ("accepted_texts", index)
        try:
            expires = date.fromisoformat(str(value["expires"]))
        except ValueError:
            raise self.doc.error(say("no date like 2027-01-31"), *keys, "expires") from None
        return Acceptance(
            value["sha256"].lower(), tame(value["reason"]), tame(value["owner"]), expires, self.doc.place(*keys)
        )

    def files(self, value: Mapping[str, Any], *keys: str | int) -> Files:
        for index, glob in enumerate(value["files"]):
            if glob.startswith("/") or ".." in glob.split("/") or "\\" in glob:
                raise self.doc.error(say("no path below the folder of a release"), *keys, "files", index)
        return Files(tuple(value["files"]), tuple(value.get("contains", ())))

    def scale(self, rules: Collection[Rule]) -> Scale:
        value, ids = self.doc.value["score"], [rule.id for rule in rules]
        shares = {"open": "1", "partial": "0.5", "closed": "0"} | value
        return Scale(
            tuple(self.known(rule, ids, "score", "rules", i) for i, rule in enumerate(value["rules"])),
            float(shares["open"]),
            float(shares["partial"]),
            float(shares["closed"]),
            float(value["minimum"]) if "minimum" in value else None,
            Severity[value.get("severity", "error").upper()],
            self.doc.place("score"),
            tame(value.get("clause", "")),
        )

    def waiver_terms(self, rules: Collection[Rule]) -> WaiverTerms:
        value, ids = self.doc.value.get("waivers", {}), [*(rule.id for rule in rules), "*", *RESERVED[:1]]
        forbidden = (self.known(r, ids, "waivers", "forbidden", i) for i, r in enumerate(value.get("forbidden", ())))
        return WaiverTerms(value.get("max_days"), frozenset(forbidden))

    def conditions(self, value: Mapping[str, Any], *keys: str | int) -> tuple[str, ...]:
        return tuple(self.known(w, CONDITIONS, *keys, "when", i) for i, w in enumerate(value.get("when", ())))

    def need(self, value: Mapping[str, Any], default: str, *keys: str | int) -> Need:
        named = value.get("require", default)
        self.known(named, self.components, *keys, *(("require",) if "require" in value else ()))
        topics = {
            self.known(topic, self.components[named].topics, *keys, "topics", topic): Completeness[grade.upper()]
            for topic, grade in value.get("topics", {}).items()
        }
        return Need(
            named,
            at_least=Completeness[value["at_least"].upper()] if "at_least" in value else None,
            but_not=Completeness[value["but_not"].upper()] if "but_not" in value else None,
            access=Access[value["access"].upper()] if "access" in value else None,
            licenses=self.license_set(value, "license", *keys),
            some_license=self.license_set(value, "some_license", *keys),
            topics=topics,
            when=self.conditions(value, *keys) if default == "" else (),
            if_released=value.get("if_released", False),
        )

    def license_set(self, value: Mapping[str, Any], key: str, *keys: str | int) -> LicenseSet | None:
        return self.sets[self.known(value[key], self.sets, *keys, key)] if key in value else None

    def condition(self, value: Mapping[str, Any], *keys: str | int) -> Condition:
        """`{all: […]}`, `{any: […]}`, `{every: […components], …}`, `{some: […], …}`, or a need on one component."""
        for word, make in (("all", All), ("any", OneOf)):
            if word in value:
                return make(tuple(self.condition(part, *keys, word, i) for i, part in enumerate(value[word])))
        for word, make in (("every", All), ("some", OneOf)):
            if word in value:
                rest = {key: what for key, what in value.items() if key != word}
                names = [self.known(n, self.components, *keys, word, i) for i, n in enumerate(value[word])]
                return make(tuple(self.need({**rest, "require": name}, "", *keys) for name in names))
        return self.need(value, "", *keys)

    def level(self, name: str, rules: Collection[Rule]) -> Level:
        value = self.doc.value["levels"][name]
        ids = [rule.id for rule in rules]
        named = tuple(self.known(r, ids, "levels", name, "rules", i) for i, r in enumerate(value["rules"]))
        return Level(name, value.get("title", name), named)
