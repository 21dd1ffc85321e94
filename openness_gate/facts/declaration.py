"""What a release declares of itself: the Model Openness Framework's `MOF.yml`, and `openness-release.yaml`.

A declaration says where components are and under which license; it proves nothing. The license of a component in
`MOF.yml` is its own; else the release's for its type of content; else the release's for the distribution. The word
`unlicensed`, or an empty one, is an answer: nothing stands in for it (as the framework's own evaluator has it).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from openness_gate.facts import fact, file_fact
from openness_gate.facts.paths import base
from openness_gate.facts.tables import table
from openness_gate.facts.values import Said, document, items_at, keys_at, said, value_at
from openness_gate.located import Doc, nearest
from openness_gate.messages import say
from openness_gate.model import NOTHING, Completeness, Component, Evidence, Kind, Place, Release, Repo, raises
from openness_gate.tuples import NamedTuple

MOF_NAMES = ("mof.yml", "mof.yaml", "mof.json")
RELEASE_NAMES = ("openness-release.yaml", "openness-release.yml")
RELEASE_KEYS = frozenset({"path", "name", "kind", "components", "license"})
MOST_RELEASES = 1000
MOST_SAID = 20  #: troubles told of one file
UNLICENSED = "unlicensed"


class DeclaredComponent(NamedTuple):
    """One component as declared."""

    id: str
    at: Place
    location: Said | None = None  #: a path in the repository, or an address
    license: Said | None = None  #: None: it has none
    license_from: str = ""  #: own | code | data | document | distribution | release; "" without a license
    license_path: Said | None = None
    description: str = ""


class Declared(NamedTuple):
    """One release as `MOF.yml` declares it."""

    at: Place
    name: Said | None = None
    version: str = ""
    framework_version: str = ""
    type: str = ""
    architecture: str = ""
    producer: str = ""
    origin: Said | None = None  #: the model it was made from
    licenses: Mapping[str, Said] = NOTHING  #: by distribution, code, data, document
    components: Mapping[str, DeclaredComponent] = NOTHING  #: by our ids
    troubles: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return self.at.path

    @property
    def trouble(self) -> str:
        return "; ".join(self.troubles)


class DeclaredRelease(NamedTuple):
    """One of the releases that `openness-release.yaml` lists."""

    at: Place
    path: str  #: its folder; "." is the root
    name: str = ""
    kind: Kind | None = None
    components: Mapping[str, DeclaredComponent] = NOTHING
    license: Said | None = None


# --- MOF.yml --------------------------------------------------------------------------------------------------------


@fact
def mof(repo: Repo) -> Declared | None:
    """The declaration in the framework's format: the one that is judged, the release's own, or the root's."""
    home = repo.home.strip("/")
    if repo.declaration and base(repo.declaration) not in RELEASE_NAMES:
        return _mof(repo, repo.declaration)
    for folder in dict.fromkeys((home, "")):
        here = {base(path): path for path in repo.paths if path.rpartition("/")[0] == folder}
        for name in MOF_NAMES:
            if name in here:
                return _mof(repo, here[name])
    return None


@file_fact
def _mof(repo: Repo, path: str) -> Declared:
    doc, trouble = document(repo, path)
    troubles: list[str] = [say("{path} cannot be read: {trouble}", path=path, trouble=trouble)] if trouble else []
    if not trouble and value_at(doc, "framework", "name") != table("mof")["framework"]:
        expected = table("mof")["framework"]
        troubles.append(say("{at}: framework.name is not {name!r}", at=doc.place("framework"), name=expected))
    licenses = dict(_licenses(doc))
    components: dict[str, DeclaredComponent] = {}
    for one in _components(doc, licenses, troubles):
        if one.id in components:
            troubles.append(say("{at}: {id} is declared twice; the later one counts", at=one.at, id=one.id))
        components[one.id] = one
    for says in troubles:
        repo.log.notice(says, doc.place())

    def word(*keys: str) -> str:
        found = said(doc, *keys)
        return found.value if found else ""

    return Declared(
        doc.place(),
        said(doc, "release", "name"),
        word("release", "version"),
        word("framework", "version"),
        word("release", "type"),
        word("release", "architecture"),
        word("release", "producer"),
        said(doc, "release", "origin"),
        licenses,
        components,
        tuple(troubles),
    )


def _licenses(doc: Doc) -> Iterator[tuple[str, Said]]:
    """The licenses of the whole release; one word is that of the distribution."""
    keys = ("release", "license")
    if found := said(doc, *keys):
        yield "distribution", found
    for scope in ("distribution", "code", "data", "document"):
        if found := said(doc, *keys, scope, "name") or said(doc, *keys, scope):
            yield scope, found


def _components(doc: Doc, licenses: Mapping[str, Said], troubles: list[str]) -> Iterator[DeclaredComponent]:
    indices = items_at(doc, "release", "components")
    known = {_folded(one["name"]): one for one in table("mof")["components"]}
    if not indices:
        troubles.append(say("{at}: it lists no components", at=doc.place("release", "components")))
    for index in indices[: 10 * len(known)]:
        keys = ("release", "components", index)
        name = said(doc, *keys, "name")
        row = known.get(_folded(name.value)) if name else None
        if row:
            yield _component(doc, row, licenses, *keys)
        elif len(troubles) < MOST_SAID:
            written = name.value[:80] if name else ""
            hint = nearest(written, [one["name"] for one in known.values()])
            at = doc.place(*keys, "name")
            troubles.append(
                say("{at}: {name!r} is no component of the framework; {hint}", at=at, name=written, hint=hint)
            )


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())


def _component(doc: Doc, row: Mapping[str, str], licenses: Mapping[str, Said], *keys: str | int) -> DeclaredComponent:
    own = next((key for key in ("license", "license_name") if isinstance(value_at(doc, *keys, key), str)), "")
    license_, source = said(doc, *keys, own) if own else None, "own"
    if not own:  # absent or null: another license stands in; an empty word is an answer
        source = next((scope for scope in (row["content_type"], "distribution") if scope in licenses), "")
        license_ = licenses.get(source)
    if license_ and license_.value.casefold() == UNLICENSED:
        license_ = None
    about = said(doc, *keys, "description")
    return DeclaredComponent(
        row["id"],
        doc.place(*keys),
        said(doc, *keys, "component_path") or said(doc, *keys, "location"),
        license_,
        source if license_ else "",
        said(doc, *keys, "license_path"),
        about.value if about else "",
    )


def declared_component(repo: Repo, name: str) -> DeclaredComponent | None:
    """What a declaration that is judged alone says of the component *name*."""
    if declared := mof(repo):
        return declared.components.get(name)
    here = [release for release in declared_releases(repo) if release.path == (repo.home or ".")]
    return here[0].components.get(name) if here else None


def declared_evidence(release: Release, component: Component) -> Iterator[Evidence]:
    """That a declaration that is judged alone lists *component*; nobody verified it."""
    if one := declared_component(release.repo, component.name):
        yield raises(Completeness.COMPLETE, say("declared, not verified"), one.at)


# --- openness-release.yaml ------------------------------------------------------------------------------------------


@fact
def declared_releases(repo: Repo) -> tuple[DeclaredRelease, ...]:
    """The releases that `openness-release.yaml` at the root lists; what is wrong with it is in the log."""
    declared = (repo.declaration,) if base(repo.declaration) in RELEASE_NAMES else RELEASE_NAMES
    path = next((path for path in declared if path in repo.paths), "")
    return _releases(repo, path) if path else ()


@file_fact
def _releases(repo: Repo, path: str) -> tuple[DeclaredRelease, ...]:
    doc, trouble = document(repo, path)
    if trouble:
        repo.log.notice(say("{path} cannot be read: {trouble}", path=path, trouble=trouble), doc.place())
        return ()
    for says in islice(_wrong(doc), MOST_SAID):
        repo.log.notice(says, doc.place())
    indices = items_at(doc, "releases")[:MOST_RELEASES]
    return tuple(found for index in indices if (found := _release(doc, index)))


def _release(doc: Doc, index: int) -> DeclaredRelease | None:
    keys = ("releases", index)
    path = _inside(said(doc, *keys, "path"))
    if not path:
        return None
    name, kind, license_ = (said(doc, *keys, key) for key in ("name", "kind", "license"))
    components = {}
    for id_ in keys_at(doc, *keys, "components"):
        location = said(doc, *keys, "components", id_)
        if id_ in _known() and location:
            at = doc.place(*keys, "components", id_)
            components[id_] = DeclaredComponent(id_, at, location, license_, "release" if license_ else "")
    known = {one.value: one for one in Kind}
    return DeclaredRelease(
        doc.place(*keys),
        path,
        name.value if name else "",
        known.get(kind.value) if kind else None,
        components,
        license_,
    )


def _inside(path: Said | None) -> str:
    """A folder below the root, as the program writes it; "" for one that is not."""
    parts = path.value.split("/") if path else [".."]
    if ".." in parts or (path and path.value.startswith("/")):
        return ""
    return "/".join(part for part in parts if part not in ("", ".")) or "."


def _known() -> frozenset[str]:
    """The ids of all components: the framework's, and those of the program."""
    from openness_gate.registry import names

    return frozenset((*names("components"), *(one["id"] for one in table("mof")["components"])))


def _wrong(doc: Doc) -> Iterator[str]:
    """What the schema would refuse; a generator, as a hostile file can have any number of wrong keys."""
    yield from _unknown(doc, frozenset({"version", "releases"}))
    if not items_at(doc, "releases"):
        yield say("{at}: it lists no releases", at=doc.place("releases"))
    for index in items_at(doc, "releases"):
        keys = ("releases", index)
        yield from _unknown(doc, RELEASE_KEYS, *keys)
        yield from _unknown(doc, _known(), *keys, "components")
        if not _inside(said(doc, *keys, "path")):
            yield say("{at}: path must be a folder below the root", at=doc.place(*keys, "path"))
        kind = value_at(doc, *keys, "kind")
        if kind is not None and kind not in [one.value for one in Kind]:
            kinds = ", ".join(one.value for one in Kind)
            yield say("{at}: kind must be one of {kinds}", at=doc.place(*keys, "kind"), kinds=kinds)


def _unknown(doc: Doc, known: frozenset[str], *keys: str | int) -> Iterator[str]:
    for key in keys_at(doc, *keys):
        if key not in known:
            hint = nearest(key[:80], known)
            yield say("{at}: unknown key {key!r}; {hint}", at=doc.place(*keys, key), key=key[:80], hint=hint)
