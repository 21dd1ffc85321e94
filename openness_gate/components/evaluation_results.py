"""Evaluation results

What was measured, and how well the model did.

Why it matters
    The Model Openness Framework asks for them in class III, the European index for documentation.

How it is graded
    mentioned   a section of that name without figures
    described   figures in prose
    complete    a table, or machine-readable results: `model-index`, `.eval_results`, files of results
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.documents import documents
from openness_gate.facts.paths import base, is_foreign
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Place, Release, raises

FOLDERS = ("eval", "results", "benchmark")


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    for document in documents(repo):
        if document.meta.get("model-index") and document.front:
            says = say("results in the front matter")
            yield raises(Completeness.COMPLETE, says, document.front.place("model-index"))
        for section in document.about("evaluation"):
            digits = sum(line.count("|") >= 2 and any(c.isdigit() for c in line) for _, line in section.lines)
            if digits >= 2:
                yield raises(Completeness.COMPLETE, say("a table of results"), section.at)
            elif any(c.isdigit() for c in section.body):
                yield raises(Completeness.DESCRIBED, say("figures"), section.at)
            else:
                yield raises(Completeness.MENTIONED, say("a section without figures"), section.at)
    for path in [p for p in repo.paths if _is_result(p)][:3]:
        yield raises(Completeness.COMPLETE, say("results as a file"), Place(path))


def _is_result(path: str) -> bool:
    lower = path.lower()
    if is_foreign(path) or not lower.endswith((".json", ".yaml", ".yml", ".csv")):
        return False
    return (
        ".eval_results/" in lower
        or (any(part in lower for part in FOLDERS) and "result" in lower)
        or (base(path).startswith(("eval", "results")))
    )


COMPONENT = Component(
    name="evaluation-results",
    title="Evaluation results",
    group=Group.DOCUMENT,
    advice="Publish the evaluation results with the benchmarks, their versions and settings.",
    detect=detect,
    where="sections on evaluation, model-index, .eval_results, files of results",
)
