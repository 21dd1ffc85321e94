"""Which license covers which component.

A license file covers the files beneath it and never what is linked. Of statements about one thing the most specific
counts; of equally specific ones the strictest. The license of a model (a text written for models) covers the model
wherever it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import fact
from openness_gate.facts.citation import citations
from openness_gate.facts.content import text
from openness_gate.facts.data_information import public_data
from openness_gate.facts.declaration import declared_component, mof
from openness_gate.facts.documents import Document, documents
from openness_gate.facts.hub_ids import name_words
from openness_gate.facts.license_files import DOCUMENTS, license_files, license_of, terms_files
from openness_gate.facts.license_name import by_name, strictest
from openness_gate.facts.license_prose import prose_terms
from openness_gate.facts.license_tags import tags_of
from openness_gate.facts.license_text import restrictions
from openness_gate.facts.manifest import manifests
from openness_gate.facts.model_config import model_configs
from openness_gate.facts.packaging import package_license
from openness_gate.facts.paths import base, folder, is_card, is_foreign, stem
from openness_gate.facts.releases import kind_of
from openness_gate.facts.tables import table
from openness_gate.facts.terms import Rank, Terms
from openness_gate.facts.weights import weights
from openness_gate.located import Doc, strings
from openness_gate.messages import say
from openness_gate.model import Component, Group, Kind, License, LicenseClass, Place, Repo

NAMED_FOR = {
    Group.PARAMETERS: ("model", "weight", "checkpoint"),
    Group.CODE: ("code", "software", "src"),
    Group.DATA: ("data",),
    Group.DOCUMENT: ("doc",),
}
THIRD_PARTIES = ("third", "3rd", "dependenc", "vendor", "bundled")
HELD = frozenset({Group.CODE, Group.DATA, Group.PARAMETERS})
OF_MODELS = "LicenseRef-ai-"
OPENING = 600  #: characters of a section that say what stands in it
MOST_FILES = 40  #: of a component whose licenses are looked at one by one


@fact
def all_terms(repo: Repo) -> tuple[Terms, ...]:
    """Every statement about licenses in a release."""
    said = prose_terms(repo)
    if kind_of(repo)[0] not in (Kind.MODEL, Kind.ADAPTER):  # what is forbidden of a work without parameters
        said = tuple(t._replace(groups=HELD) if t.of_work else t for t in said)
    return (*_files(repo), *_terms_files(repo), *said, *_front_matter(repo), *_metadata(repo))


def _files(repo: Repo) -> Iterator[Terms]:
    found = [p for p in license_files(repo) if not is_foreign(p) and not _is_store(p)]
    for path in found:
        license_ = license_of(repo, path)
        groups = frozenset(g for g, words in NAMED_FOR.items() if any(w in _hint(path) for w in words))
        beside = [p for p in found if p != path and folder(p) == folder(path)]
        if groups == {Group.CODE} and all(_hint(p).strip(" -_.") for p in beside):
            groups |= {Group.DOCUMENT}  # of a repository that has no license but those of its parts
        if groups:
            names = ", ".join(sorted(group.value for group in groups))
            scope = say("{groups}, by the name of {path}", groups=names, path=path)
            yield Terms(license_._replace(scope=scope), groups, _reach(path, license_), Rank.NAMED_FILE)
        elif beside and _is_for_models(license_):
            scope = say("the model, by the text of {path}", path=path)
            yield Terms(license_._replace(scope=scope), frozenset({Group.PARAMETERS}), None, Rank.NAMED_FILE)
        else:
            scope = say("the files under {folder}", folder=folder(path) or ".")
            yield Terms(license_._replace(scope=scope), frozenset(Group), _reach(path, license_), Rank.NEAREST)
            if _names_weights(repo, path, license_):
                scope = say("the weights, by the words of {path}", path=path)
                yield Terms(license_._replace(scope=scope), frozenset({Group.PARAMETERS}), None, Rank.NEAREST)


def _terms_files(repo: Repo) -> Iterator[Terms]:
    """A policy of use beside the license counts for what it forbids, and never opens anything."""
    for path in terms_files(repo):
        if clauses := restrictions(text(repo, path), path):
            scope = say("what it speaks of, by the text of {path}", path=path)
            license_ = License("LicenseRef-unknown", LicenseClass.RESTRICTED, Place(path, 1), scope, clauses)
            made = frozenset({Group.PARAMETERS, Group.DATA})
            yield Terms(license_, made, None, Rank.NAMED_FILE, always=True)


def _is_store(path: str) -> bool:
    """It keeps texts for others to point to, or speaks of somebody else's code."""
    return "licenses" in path.lower().split("/")[:-1] or any(word in _hint(path) for word in THIRD_PARTIES)


def _hint(path: str) -> str:
    """The words of a license file's name beside "license" itself."""
    return "" if base(path) in DOCUMENTS else stem(path).replace("license", " ").replace("licence", " ")


def _names_weights(repo: Repo, path: str, license_: License) -> bool:
    """Terms of its own at the root that restrict, and say that they cover weights: wherever those are kept."""
    if folder(path) or license_.cls is not LicenseClass.RESTRICTED or license_.expression != "LicenseRef-unknown":
        return False
    said = text(repo, path).lower()
    return any(word in said for word in table("prose")["license"]["covers_weights"])


def _is_for_models(license_: License) -> bool:
    return license_.expression.startswith((OF_MODELS, "OpenMDW", "LicenseRef-OpenMDW"))


def _reach(path: str, license_: License) -> str | None:
    """A file named for the model, or a text written for models, speaks of the model wherever it is kept."""
    named = any(word in _hint(path) for word in NAMED_FOR[Group.PARAMETERS] + NAMED_FOR[Group.DATA])
    return None if named or (_is_for_models(license_) and not folder(path)) else path


def _front_matter(repo: Repo) -> Iterator[Terms]:
    """The license of what the card is about, of the card, and of code beside it; never of data that a model names."""
    what = Group.DATA if kind_of(repo)[0] is Kind.DATASET else Group.PARAMETERS
    made = frozenset({what, Group.DOCUMENT})
    for document in documents(repo):
        own = folder(document.path) == repo.home and (
            is_card(document.path) or base(document.path).startswith("readme")
        )
        if not own:
            continue  # a page of a guide speaks for itself
        if document.trouble:
            at = Place(document.path, document.trouble_line)
            scope = say("front matter that cannot be read")
            yield Terms(License("LicenseRef-unknown", LicenseClass.UNKNOWN, at, scope), made, None, Rank.FRONT_MATTER)
        elif document.front and (stated := list(_declared(repo, document, document.front))):
            license_ = strictest(stated)
            scope = say("the {what} and the card, by front matter", what=what.value)
            yield Terms(license_._replace(scope=scope), made, None, Rank.FRONT_MATTER)
            scope = say("the code beside the card, by front matter")
            yield Terms(license_._replace(scope=scope), frozenset({Group.CODE}), document.path, Rank.NEAREST)


def _declared(repo: Repo, document: Document, front: Doc) -> Iterator[License]:
    """What every key of the front matter says that speaks of a license, and the text of the tree that it points to."""
    for key, value in document.meta.items():
        at = front.place(key)
        if "licen" in key.lower() and not key.lower().endswith(("link", "url")):
            names = [name for name in strings(value) if name.lower() not in ("other", "unknown")]
            yield from (by_name(name, at) for name in names)
            if not list(strings(value)):
                yield License("LicenseRef-unknown", LicenseClass.UNKNOWN, at)
        elif key == "tags":
            yield from (by_name(tag[8:], at) for tag in strings(value) if tag.lower().startswith("license:"))
    links = [f"{folder(document.path)}/{name}".lstrip("/") for name in strings(document.meta.get("license_link"))]
    yield from (license_of(repo, path) for path in links if path in repo.paths)
    other = [name for name in strings(document.meta.get("license")) if name.lower() in ("other", "unknown")]
    if other and not any(path in repo.paths for path in links) and (links or "license_name" not in document.meta):
        yield License("LicenseRef-unknown", LicenseClass.UNKNOWN, front.place("license"))


def _metadata(repo: Repo) -> Iterator[Terms]:
    """What packages, data manifests and weight files say of themselves."""
    name, at = package_license(repo) or ("", None)
    if name and at:
        license_ = by_name(name, at)._replace(scope=say("the code, by its package"))
        yield Terms(license_, frozenset({Group.CODE}), at.path, Rank.NEAREST)
    for citation in citations(repo):
        if citation.license:
            license_ = by_name(citation.license.value, citation.license.at)
            scope = say("the code, by {path}", path=citation.at.path)
            yield Terms(license_._replace(scope=scope), frozenset({Group.CODE}), citation.at.path, Rank.NEAREST)
    for config in model_configs(repo):
        if config.license:
            license_ = by_name(config.license.value, config.license.at)
            scope = say("the weights, by {path}", path=config.at.path)
            yield Terms(license_._replace(scope=scope), frozenset({Group.PARAMETERS}), None, Rank.FRONT_MATTER)
    for manifest in manifests(repo):
        if manifest.license:
            at = manifest.license_at or manifest.at
            license_ = by_name(manifest.license, at)._replace(scope=say("the data, by {path}", path=at.path))
            yield Terms(license_, frozenset({Group.DATA}), None, Rank.FRONT_MATTER)
    for weight in weights(repo):
        if declared := weight.metadata.get("general.license") or weight.metadata.get("license"):
            scope = say("the weights, by {path}", path=weight.path)
            license_ = by_name(declared, Place(weight.path))._replace(scope=scope)
            yield Terms(license_, frozenset({Group.PARAMETERS}), weight.path, Rank.FRONT_MATTER)


def covering(repo: Repo, component: Component, inside: tuple[str, ...], linked: bool) -> tuple[License, ...]:
    """The licenses of a component of which the files *inside* are in the tree, and some is *linked*."""
    if repo.declaration:
        return _declared_alone(repo, component)
    found: dict[License, None] = {}
    for path in inside[:MOST_FILES]:
        found.update(dict.fromkeys(_of_file(repo, component, path)))
    if linked:
        terms = [t for t in all_terms(repo) if component.group in t.groups and t.folder is None]
        found.update(dict.fromkeys(_most_specific(terms)))
        if not terms and not (component.group is Group.DATA and prepares_others(repo)):
            scope = say("what is linked")
            found[License("", LicenseClass.UNSTATED, None, scope)] = None
    found.update(dict.fromkeys(_declared_closed(repo, component)))
    return tuple(found)


@fact
def prepares_others(repo: Repo) -> bool:
    """It calls itself code that prepares data, and what it links are data sets of a hub that do not bear its name."""
    said = (
        f"{d.title} {s.body[:OPENING]}".lower() for d in documents(repo) if "/" not in d.path for s in d.sections[:2]
    )
    if not any(word in text for text in said for word in table("prose")["prepares_data"]):
        return False
    own = name_words(repo)
    return all(
        "/" in name and "://" not in name and not any(w in name.lower() for w in own) for name in public_data(repo)
    )


def _declared_closed(repo: Repo, component: Component) -> Iterator[License]:
    """A declaration opens nothing; where it says that something is not open, that counts."""
    declared = mof(repo)
    one = declared.components.get(component.name) if declared else None
    if one and one.license and not (license_ := by_name(one.license.value, one.license.at)).cls.open:
        yield license_._replace(scope=say("{name}, as declared", name=component.name))


def _declared_alone(repo: Repo, component: Component) -> tuple[License, ...]:
    """What a declaration that is judged alone says of a component's license."""
    one = declared_component(repo, component.name)
    if one and one.license and one.license.value:
        scope = say("{name}, as declared", name=component.name)
        return (by_name(one.license.value, one.license.at)._replace(scope=scope),)
    return (License("", LicenseClass.UNSTATED, one.at if one else None, say("{name}", name=component.name)),)


def _of_file(repo: Repo, component: Component, path: str) -> tuple[License, ...]:
    terms = [t for t in all_terms(repo) if component.group in t.groups and _reaches(t, path)]
    if tags := tags_of(repo, path):
        return (*tags, *(t.license for t in terms if t.always))
    return _most_specific(terms) or (License("", LicenseClass.UNSTATED, None, say("{path}", path=path)),)


def _reaches(terms: Terms, path: str) -> bool:
    above = folder(terms.folder) if terms.folder is not None else ""
    return not above or path.startswith(above + "/")


def _most_specific(terms: list[Terms]) -> tuple[License, ...]:
    """Those of the best rank, and what words cannot lift: a restriction that is said, a license text that is not open.

    Front matter and the nearest file speak of the same thing, so both count.
    """
    stated = [t for t in terms if not t.always]
    if not stated:
        return tuple(t.license for t in terms)
    best = min(t.rank for t in stated)
    near = [t for t in stated if t.rank is Rank.NEAREST and t.folder is not None]
    deepest = max((len(folder(t.folder or "")) for t in near), default=0)
    nearest = [t for t in stated if t.rank is Rank.NEAREST]
    nearest = [t for t in nearest if t not in near or len(folder(t.folder or "")) == deepest]
    counted = [t for t in stated if t.rank == best and t.rank is not Rank.NEAREST]
    if best is Rank.SENTENCE:
        more = [t for t in stated if t.rank is Rank.FRONT_MATTER]
        counted += [t for t in (*more, *nearest) if not t.license.cls.open]
    elif best >= Rank.FRONT_MATTER:
        counted += nearest
    return tuple(t.license for t in (*counted, *(t for t in terms if t.always)))
