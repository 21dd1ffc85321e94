"""Data metadata

Machine-readable facts about data: Croissant, a data package, a data manifest, the front matter of a data card.

Why it matters
    Search engines, loaders and this program can find, read and compare only what has a fixed form.

How it is graded
    promised    a file of that form that cannot be read
    partial     the front matter of a data card
    complete    Croissant, a data package or a data manifest
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.cards import data_cards
from openness_gate.facts.manifest import manifests
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Release, raises

PIPELINES = ("dvc",)  #: forms that tell how data is made, and not what it is


def detect(release: Release) -> Iterator[Evidence]:
    for manifest in manifests(release.repo):
        if manifest.trouble:
            yield raises(Completeness.PROMISED, manifest.trouble, manifest.at)
        elif manifest.form not in PIPELINES:
            yield raises(Completeness.COMPLETE, say("metadata in the form {form}", form=manifest.form), manifest.at)
    for card in data_cards(release.repo):
        if card.front and card.meta:
            yield raises(Completeness.PARTIAL, say("front matter"), card.front.place())


COMPONENT = Component(
    name="data-metadata",
    title="Data metadata",
    group=Group.DATA,
    advice="Add metadata that tools can read, such as Croissant, a data package or a data manifest.",
    detect=detect,
    where="Croissant, datapackage.json, data-manifest.yaml, front matter of data cards",
)
