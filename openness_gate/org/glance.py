"""Whether a repository holds a release, from a first look: names down to two levels, and the few files that tell most.

The same engine as `check` looks, at what there is; beside it count names of files that speak of training, and libraries
that the repository depends on. A look that cannot tell says yes: the whole tree is then read. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from openness_gate.facts.content import decode
from openness_gate.facts.releases import find
from openness_gate.facts.tables import table
from openness_gate.messages import say
from openness_gate.model import Kind, Repo, Unreadable
from openness_gate.org.shelf import Glance

TELLING = (
    "README.md", "README.rst", "README", "MODEL_CARD.md", "MOF.yml", "openness-release.yaml", ".github/openness.yml",
    "requirements.txt", "pyproject.toml", "setup.py", "environment.yml", "CITATION.cff",
)  # fmt: skip
"""The files that are read at a first look, where they are."""
TOPICS = frozenset(
    ("model", "models", "llm", "large-language-model", "pretrained-models", "foundation-model", "deep-learning",
     "machine-learning", "language-model", "transformers", "diffusion-models", "model-weights", "dataset")
)  # fmt: skip


def glance(paths: Iterable[str], texts: Mapping[str, bytes], topics: Iterable[str]) -> Glance:
    """*paths*: the names that are known; *texts*: the content of some of them."""
    if told := sorted(TOPICS & {topic.lower() for topic in topics}):
        return Glance(True, say("its topic is {topic}", topic=told[0]))

    def read(path: str, limit: int) -> bytes:
        if path in texts:
            return texts[path][:limit]
        raise Unreadable(say("{path} was not read", path=path))

    repo = Repo("", tuple(sorted(paths)), read, lambda path: len(texts.get(path, b"")))
    for release in find(repo):
        if release.kind is not Kind.NONE:
            return Glance(True, release.why.says if release.why else str(release.kind))
    return next(_signs(repo.paths, texts), Glance(False, say("nothing at its top speaks of a model or of data")))


def _signs(paths: Iterable[str], texts: Mapping[str, bytes]) -> Iterator[Glance]:
    known = table("glance")
    for path, content in texts.items():
        text = decode(content).lower()
        looked_for = (*known["libraries"], *(known["words"] if path.lower().startswith("readme") else ()))
        if found := _words(tuple(looked_for)).search(text):
            yield Glance(True, say("{path} says {word!r}", path=path, word=found[0]))
    names = frozenset(known["names"])
    for path in paths:
        if named := names & set(re.split(r"[^a-z0-9]+", path.lower().rpartition(".")[0] or path.lower())):
            yield Glance(True, say("{path} is named for {word}", path=path, word=min(named)))


@cache
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of them as a whole word; what is not written in Latin letters has no words to be whole."""
    latin, others = [w for w in words if w.isascii()], [w for w in words if not w.isascii()]
    whole = rf"(?<![\w-])(?:{'|'.join(map(re.escape, latin))})(?![\w])"
    return re.compile("|".join((whole, *map(re.escape, others))))
