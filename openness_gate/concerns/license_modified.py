"""License modified

A license file is the text of an open license with words added or changed.

Why it matters
    A single sentence turns an open license into another one, and readers who know the license do not read it again. The
    name of the license then says something that its text does not.

How it is graded
    limits      a text is made of an open license, and has words that nothing explains: which, and where
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openness_gate.facts.license_files import license_files, license_of
from openness_gate.facts.paths import is_foreign
from openness_gate.messages import say
from openness_gate.model import Assessment, Axis, Concern, Effect, Evidence, Release

CHANGED = ("added_words", "changed_words")
MARK = "LicenseRef-modified-"


def find(release: Release, assessments: Mapping[str, Assessment]) -> Iterator[Evidence]:
    """One limit for each changed text, at the first of the words."""
    for path in license_files(release.repo):
        license_ = license_of(release.repo, path)
        change = next((clause for clause in license_.clauses if clause.id in CHANGED), None)
        if not change or is_foreign(path):
            continue
        names = license_.expression.replace(MARK, "")
        if change.quote:
            says = say('{path} is {name} with other words: "{words}"', path=path, name=names, words=change.quote)
        else:
            says = say("{path} is {name} with words changed or left out", path=path, name=names)
        yield Evidence(says, change.at, Axis.LICENSE, Effect.LIMITS)


CONCERN = Concern(
    name="license-modified",
    title="License modified",
    absent="no license text that was changed",
    advice="Use the license's text as it stands, or give your terms a name of their own.",
    find=find,
)
