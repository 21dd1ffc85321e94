"""A declaration of what was found, in the format of the Model Openness Framework 1.0 (`MOF.yml`).

Read by the Model Openness Tool (its `schema/mof_schema.json`) and by `check MOF.yml --policy mof-1.0`. It is never more
open than what was found: a component is listed if it is as complete as `mof-1.0` asks; its license has an id that the
tool takes for open only if that policy accepts it. What is left out stands in comments, with why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openness_gate import mof as engine
from openness_gate.evaluate import evaluate
from openness_gate.facts.declaration import mof as declaration
from openness_gate.facts.license_name import by_name
from openness_gate.facts.tables import table
from openness_gate.holding import Case
from openness_gate.messages import say, tame
from openness_gate.model import Assessment, Axis, Completeness, Effect, Evidence, GateError, License, LicenseClass
from openness_gate.report import Finding, Judgement, Report, Reporter, Status, Style

POLICY = "mof-1.0"
FRAMEWORK_DATE = "2024-12-15"  #: of version 1.0, as the tool writes it (`ModelSerializer.php`)
MOST_WORDS = 300  #: characters of a description


def render(reports: Sequence[Report], style: Style) -> str:
    """One YAML document; `GateError` unless there is one release, and more of it than a declaration."""
    judgements = [judgement for report in reports for judgement in report.judgements]
    if len(judgements) != 1:
        names = ", ".join(judgement.release.path for judgement in judgements)
        says = say("a declaration is of one release, and these are {n}: {names}", n=len(judgements), names=names)
        raise GateError(says + "; " + say("check one of them alone"))
    judgement = judgements[0]
    if judgement.release.repo.declaration:
        raise GateError(say("{label} is a declaration already", label=reports[0].label))
    listed, left_out = _components(judgement)
    head = say("Made by openness-gate of what it found in {label}; nobody has confirmed it.", label=reports[0].label)
    return "".join(f"# {line}\n" for line in (head, *left_out)) + _yaml(_document(judgement, reports[0].label, listed))


def _yaml(document: Mapping[str, Any]) -> str:
    import yaml

    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
    return text


def _document(judgement: Judgement, label: str, components: list[dict[str, str]]) -> dict[str, Any]:
    """All that the tool's schema requires, and the version where the release's own declaration has one."""
    release = judgement.release
    declared = declaration(release.repo)
    version = declared.version if declared else ""
    return {
        "framework": {
            "name": table("mof")["framework"],
            "version": table("mof")["version"],
            "date": FRAMEWORK_DATE,
        },
        "release": {
            "name": tame(release.name),
            **({"version": tame(version)} if version else {}),
            "license": {},
            "producer": tame(declared.producer if declared and declared.producer else _owner(label)),
            "components": components,
        },
    }


def _owner(label: str) -> str:
    """Who keeps a release that lies on a forge: of `gh:owner/name` the owner; "" for any other."""
    scheme, _, path = label.partition(":")
    return path.split("/")[-2] if scheme in ("gh", "hf") and "/" in path else ""


# --- components -----------------------------------------------------------------------------------------------------


def _components(judgement: Judgement) -> tuple[list[dict[str, str]], list[str]]:
    """The entries, and for each component that is left out though something was found of it, why."""
    findings = _findings(judgement)
    listed: list[dict[str, str]] = []
    left_out: list[str] = []
    for row in table("mof")["components"]:
        found = judgement.components[row["id"]]
        if found.completeness is Completeness.ABSENT:
            continue
        if why := _why_not(findings, found):
            left_out.append(say("{component} is left out: {why}", component=row["id"], why=why))
        else:
            listed.append(_entry(row["name"], found, findings[row["id"]].status is Status.MET))
    return listed, left_out


def _findings(judgement: Judgement) -> dict[str, Finding]:
    """What the rules of the framework's policy say, whatever policy the release was held to."""
    from openness_gate.policy_sources import policy

    loaded = policy(POLICY)
    loaded = loaded._replace(rules=tuple(rule for rule in loaded.rules if rule.need))
    judged = evaluate(Case(judgement.release, judgement.components), loaded, "never")
    return {finding.rule.id: finding for finding in judged.findings}


def _why_not(findings: Mapping[str, Finding], found: Assessment) -> str:
    """Why a component is not listed; "" for one that is."""
    finding = findings[found.component.name]
    need = finding.rule.need
    assert need and need.at_least is not None
    if found.completeness < need.at_least or found.completeness is need.but_not:
        return say("it is {grade}, and {least} is asked for", grade=found.completeness, least=need.at_least)
    if finding.status is Status.ASK:
        return say("a person has to answer: {got}", got=finding.got)
    report = findings[engine.REPORT]
    if found.component.name == engine.PAPER and finding.status is Status.MET and report.status is not Status.MET:
        return say("the tool would take it for the technical report, which does not count here")
    return ""


def _entry(name: str, found: Assessment, met: bool) -> dict[str, str]:
    seen = _seen(found)
    entry = {"name": name}
    if seen:
        at = str(seen.at or "")
        entry["description"] = say(
            "{grade}: {says} ({at})", grade=found.completeness, says=seen.says[:MOST_WORDS], at=at
        )
    entry["license"] = _license(found, met)
    if found.license.at and found.license.at.path and entry["license"] != engine.UNLICENSED:
        entry["license_path"] = tame(found.license.at.path)
    if seen and seen.at and found.completeness is not Completeness.LINKED:
        entry["component_path"] = tame(seen.at.path)
    return entry


def _seen(found: Assessment) -> Evidence | None:
    """The evidence that raises the component furthest."""
    raising = [e for e in found.evidence if e.effect is Effect.RAISES and e.axis is Axis.COMPLETENESS and not e.topic]
    return max(raising, key=lambda e: e.grade or 0, default=None)


# --- licenses -------------------------------------------------------------------------------------------------------


def _license(found: Assessment, met: bool) -> str:
    """The license as the tool would compare it; one that it takes for open only where all that applies is open."""
    name = tame(found.license.expression)
    if not name or found.license.cls is LicenseClass.UNSTATED:
        return engine.UNLICENSED
    if met and all(one.cls.open for one in found.licenses):
        return next(_choices(found.license), name)
    if any(engine.is_open(engine.corrected(one)) for one in (name, *_choices(found.license))):
        return f"LicenseRef-{found.license.cls}-{name.replace(' ', '-')}"
    return name


def _choices(license_: License) -> Iterator[str]:
    """Of licenses that one may choose from, those that are open here and to the tool: it compares single ids."""
    names = license_.expression.split(" OR ")
    yield from (name for name in names if engine.is_open(name) and by_name(name, None).cls.open)


REPORTER = Reporter("mof", "a declaration (MOF.yml) of what was found, for the Model Openness Tool", render)
