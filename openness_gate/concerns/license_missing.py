"""License missing

Something is published and nobody says under which license, or the license file only points somewhere else.

Why it matters
    Without a license all rights are reserved: nobody may use, change or share what is published. A link may lead
    anywhere tomorrow; terms that are not in the release cannot be held against it.

How it is graded
    limits      code, parameters, data or a document is here or linked and its license is unstated; a license file is
                empty, a link, or only the name of a license
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openness_gate.facts.license_files import license_files, license_of
from openness_gate.facts.paths import is_foreign
from openness_gate.messages import say
from openness_gate.model import Assessment, Axis, Completeness, Concern, Effect, Evidence, LicenseClass, Release

ASKED = {
    "model-parameters-final": Completeness.LINKED,
    "training-code": Completeness.PARTIAL,
    "inference-code": Completeness.PARTIAL,
    "datasets": Completeness.PARTIAL,
    "model-card": Completeness.DESCRIBED,
}
"""What needs a license, and from which grade on: data that is only linked may be somebody else's."""


def find(release: Release, assessments: Mapping[str, Assessment]) -> Iterator[Evidence]:
    """One limit for each component without a license, and for each license file without terms."""
    for name, least in ASKED.items():
        found = assessments[name]
        if found.completeness < least:
            continue
        for license_ in found.licenses:
            if license_.cls is LicenseClass.UNSTATED:
                at = license_.at or next((e.at for e in found.evidence if e.effect is Effect.RAISES and e.at), None)
                says = say("no license is stated for {name}: {what}", name=name, what=license_.scope)
                unread = release.repo.log.unread  # it may be said in what could not be read
                yield Evidence(says, at, Axis.LICENSE, Effect.UNKNOWN if unread else Effect.LIMITS)
                break
    for path in license_files(release.repo):
        license_ = license_of(release.repo, path)
        if not is_foreign(path) and license_.recognised_by == "nothing" and license_.note:
            yield Evidence(
                say("{path}: {note}", path=path, note=license_.note), license_.at, Axis.LICENSE, Effect.LIMITS
            )


CONCERN = Concern(
    name="license-missing",
    title="License missing",
    absent="nothing that is published without its license in the release",
    advice="Put the text of a license beside what it covers, and name what it covers in the README.",
    find=find,
)
