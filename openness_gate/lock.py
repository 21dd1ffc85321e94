"""`openness.lock`: the policies of other repositories that a policy builds on, with commit, digest and text. Pure.

It lies beside the policy, is written by `policy update` and read whenever the policy is: what it holds is not asked for
again, so that a hook works without a network and a change elsewhere is a change here, which somebody reviews.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openness_gate import digests, located
from openness_gate.located import Doc
from openness_gate.messages import say
from openness_gate.tuples import NamedTuple

NAME = "openness.lock"
HEAD = "# Written by `openness-gate policy update`. Read it in review; do not edit it.\n"
KEYS = ("commit", "sha256", "text")


class Locked(NamedTuple):
    """One policy of another repository."""

    commit: str
    sha256: str
    text: str


def read(text: str, path: str) -> Mapping[str, Locked]:
    """By reference; `Malformed` where it is no lock, or a text is not what its digest says."""
    doc = located.parse(text, path)
    value = doc.value
    if not isinstance(value, dict) or value.get("version") != 1 or not isinstance(value.get("policies", {}), dict):
        raise doc.error(say("no lock: it has `version: 1` and `policies`"))
    return {reference: _locked(doc, reference) for reference in value.get("policies", {})}


def _locked(doc: Doc, reference: str) -> Locked:
    one: Any = doc.value["policies"][reference]
    keys = ("policies", reference)
    if not isinstance(one, dict) or not all(isinstance(one.get(key), str) for key in KEYS):
        raise doc.error(say("it has {keys}, each of them words", keys=", ".join(KEYS)), *keys)
    if digests.of(one["text"].encode("utf-8", "surrogateescape")) != one["sha256"]:
        raise doc.error(say("the text was changed: it is not what its sha256 says"), *keys, "sha256")
    return Locked(one["commit"], one["sha256"], one["text"])


def written(policies: Mapping[str, Locked]) -> str:
    """The text of a lock."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes a text of several lines as one reads it."""

    def words(dumper: Any, value: str) -> Any:
        style = "|" if "\n" in value else '"' if value[:1].isdigit() else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, words)
    value = {"version": 1, "policies": {name: one._asdict() for name, one in sorted(policies.items())}}
    return HEAD + str(yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1000))
