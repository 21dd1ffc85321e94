"""Base model's license

The model was made from another one whose license is known by its name, and is licensed otherwise.

Why it matters
    A model that was tuned from another one stays under that one's terms: conditions on users, uses or names pass on.
    A permissive license on the result promises what its authors cannot give.

How it is graded
    limits      the base model's license restricts, and the release calls its own parameters open or less restricted;
                the release names another version of the base model's license
    unknown     the base model's license restricts, and nothing is said of the parameters here
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from openness_gate.facts.license_name import by_name, strictest
from openness_gate.facts.licensing import covering
from openness_gate.facts.releases import base_models
from openness_gate.facts.tables import table
from openness_gate.messages import say
from openness_gate.model import Assessment, Axis, Concern, Effect, Evidence, License, LicenseClass, Place, Release


def find(release: Release, assessments: Mapping[str, Assessment]) -> Iterator[Evidence]:
    """For each base model whose license its name gives away: what does not fit."""
    weights = assessments["model-parameters-final"]
    own = strictest(weights.licenses or covering(release.repo, weights.component, (), True))
    for base, at in base_models(release.repo):
        license_ = of_model(base, at)
        if license_ and license_.expression not in own.expression and (found := _against(own, license_)):
            effect, why = found
            says = say("made from {base}, under {name}: {why}", base=base, name=_name(license_), why=why)
            yield Evidence(says, at, Axis.LICENSE, effect)


def _against(own: License, base: License) -> tuple[Effect, str] | None:
    if own.cls in (LicenseClass.UNSTATED, LicenseClass.UNKNOWN):
        return Effect.UNKNOWN, say("which license are these parameters under?")
    if _family(own.expression) == _family(base.expression):
        return Effect.LIMITS, say("these parameters are under another version, {own}", own=own.expression)
    demanded = {clause.id for clause in own.clauses}
    lost = [clause.id for clause in base.clauses if clause.blocking and clause.id not in demanded]
    if not lost:
        return None
    return Effect.LIMITS, say("these are under {own}, without {what}", own=own.expression, what=", ".join(lost))


def of_model(name: str, at: Place) -> License | None:
    """The license that all models with such a name are under (`data/model_licenses.json`)."""
    words = re.findall(r"[^\W\d_]+|\d+", name.lower())
    for begin in range(len(words)):
        for known, id_ in table("model_licenses")["names"]:
            size = known.count(" ") + 1
            follows = words[begin + size : begin + size + 2]
            if words[begin : begin + size] == known.split() and not (
                follows[:1] and follows[0].isdigit() and not _is_size(follows)
            ):
                return by_name(id_, at)
    return None


def _is_size(words: list[str]) -> bool:
    """Whether a number is how large a model is, and not part of its version: `7b`."""
    return words[1:2] in (["b"], ["m"]) or len(words[0]) > 1


def _family(expression: str) -> str:
    return re.sub(r"[\d.-]+$", "", expression)


def _name(license_: License) -> str:
    return str(table("licenses")["ids"][license_.expression]["name"])


CONCERN = Concern(
    name="base-model-license",
    title="Base model's license",
    absent="no license that the base model's license rules out",
    advice="Put the parameters under the license of the base model, and add your own terms only where it lets you.",
    find=find,
)
