"""The steps that documents show commands for: installation, data, training, evaluation, inference."""

from __future__ import annotations

from openness_gate.facts import fact
from openness_gate.facts.documents import Section, documents
from openness_gate.facts.tables import table
from openness_gate.model import Place, Repo

STEPS = tuple(table("topics")["code-steps"])
LOADS, RUNS = "from_pretrained", "inference"  #: a call whose name has the word of another step, and its own


@fact
def steps(repo: Repo) -> dict[str, Place]:
    """Each step that a document shows a command for, where it shows it first."""
    found: dict[str, Place] = {}
    for document in documents(repo):
        for section in document.sections:
            if section.code and not section.about("citation", "acknowledgements", "plan"):
                for step in _steps(section):
                    found.setdefault(step, section.at)
    return {step: found[step] for step in STEPS if step in found}


def _steps(section: Section) -> list[str]:
    code = section.code.lower()
    plain = code.replace(LOADS, "")
    return [
        step
        for step, words in table("topics")["code-steps"].items()
        if any(w in (code if step == RUNS else plain) for w in words)
    ]
