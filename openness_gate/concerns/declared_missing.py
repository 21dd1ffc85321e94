"""Declared and missing

The release's own declaration (`MOF.yml`, `openness-release.yaml`) lists a component that is not in the release.

Why it matters
    A declaration is a pointer. Others take it at its word: catalogues compute classes from it. One that points to
    nothing says more than there is.

How it is graded
    limits      a component is declared and nothing of it was found, or it is declared at a path that is not there
    unknown     it is declared at an address that nobody looked up, or at a path where nothing of it was recognised, or
                something could not be read
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openness_gate.facts.declaration import DeclaredComponent, declared_releases, mof
from openness_gate.facts.values import present
from openness_gate.messages import say
from openness_gate.model import Assessment, Axis, Completeness, Concern, Effect, Evidence, Release, Repo

FOUND = Completeness.MENTIONED  #: the least that is more than nothing


def find(release: Release, assessments: Mapping[str, Assessment]) -> Iterator[Evidence]:
    """One for each component that is declared and not found; nothing where the declaration is all there is."""
    repo = release.repo
    if repo.declaration:
        return
    for one in _declared(repo):
        found = assessments.get(one.id)
        if found and (missing := _missing(repo, one, found.completeness >= FOUND)):
            says, effect = missing
            yield Evidence(says, one.at, Axis.COMPLETENESS, Effect.UNKNOWN if repo.log.unread else effect)


def _declared(repo: Repo) -> Iterator[DeclaredComponent]:
    if declared := mof(repo):
        yield from declared.components.values()
    for release in declared_releases(repo):
        if release.path == (repo.home or "."):
            yield from release.components.values()


def _missing(repo: Repo, one: DeclaredComponent, found: bool) -> tuple[str, Effect] | None:
    """What is wrong with one declared component, if anything is."""
    where = one.location.value if one.location else ""
    if not where:
        says = say("{component} is declared, and nothing of it was found", component=one.id)
        return None if found else (says, Effect.LIMITS)
    if "://" in where or where.startswith("doi:"):
        says = say("{component} is declared at {where}, which was not looked up", component=one.id, where=where[:200])
        return None if found else (says, Effect.UNKNOWN)
    if not _is_there(repo, where):
        says = say("{component} is declared at {where}, which is not there", component=one.id, where=where[:200])
        return says, Effect.LIMITS
    says = say("{component} is declared at {where}, where nothing of it was found", component=one.id, where=where[:200])
    return None if found else (says, Effect.UNKNOWN)


def _is_there(repo: Repo, where: str) -> bool:
    """Whether a file or a folder has that path, from the root or from the release's own folder. Of a pattern the part
    before its first star is looked for."""
    where, star, _ = where.partition("*")
    parts = [part for part in where.partition("#")[0].split("/") if part not in ("", ".")]
    home = [part for part in repo.home.split("/") if part]
    for path in ("/".join(parts), "/".join([*home, *parts])):
        begins = path if star and not where.endswith("/") else path + "/"
        if not path or path in present(repo) or any(one.startswith(begins) for one in repo.paths):
            return True
    return False


CONCERN = Concern(
    name="declared-missing",
    title="Declared and missing",
    absent="nothing that is declared and not there",
    advice="Publish what the declaration lists, or take it off the list.",
    find=find,
)
