"""Data manifests: what a machine-readable file says of the data that a model was made from.

Read are Croissant (mlcommons.org/croissant 1.0 and 1.1, with its RAI vocabulary), Frictionless data packages, DVC, and
`data-manifest.yaml`, a plain form of our own (data/schemas/data-manifest.schema.json). Each field counts for a topic of
the data information that the Open Source AI Definition 1.0 asks for. A placeholder says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from openness_gate.facts import content, fact, file_fact
from openness_gate.facts.headings import words
from openness_gate.facts.paths import base
from openness_gate.facts.values import (
    Said,
    address,
    all_said,
    aside,
    deep_said,
    document,
    filled,
    first_said,
    items_at,
    keys_at,
    said,
    value_at,
)
from openness_gate.located import Doc, nearest
from openness_gate.messages import say
from openness_gate.model import NOTHING, Access, Place, Repo
from openness_gate.tuples import NamedTuple

SNIFFED = 64 << 10  #: bytes in which a JSON file must show that it is a manifest
MOST_SAID = 5  #: troubles told of one file

CROISSANT = {
    "provenance": ("creator", "wasDerivedFrom", "wasGeneratedBy", "isBasedOn", "dataCollection"),
    "scope": ("description", "dataUseCases", "dataLimitations"),
    "how-obtained": ("dataCollection", "dataCollectionType", "dataCollectionTimeframe", "dataCollectionRawData"),
    "labelling": ("dataAnnotationProtocol", "dataAnnotationPlatform", "dataAnnotationAnalysis", "annotationsPerItem",
                  "annotatorDemographics", "machineAnnotationTools"),
    "processing": ("dataPreprocessingProtocol", "dataManipulationProtocol", "dataImputationProtocol"),
}  # fmt: skip
PLAIN = {
    "provenance": ("provenance",),
    "scope": ("description", "size"),
    "how-obtained": ("how_obtained", "selection"),
    "processing": ("processing",),
    "labelling": ("labelling",),
}
ABOUT_DATA = {"name", "license", "description", "provenance", "how_obtained", "selection", "processing", "labelling"}
PLAIN_KEYS = ABOUT_DATA | {"version", "datasets", "contact"}
DATASET_KEYS = ABOUT_DATA | {"kind", "url", "size", "why_not_shared"}
KINDS = {"open", "public", "obtainable", "unshareable"}


class Told(NamedTuple):
    """Where a manifest speaks of a topic, and in how many words (of a list of data: those that have an address)."""

    place: Place
    words: int


class DataSource(NamedTuple):
    """One body of data."""

    name: str
    place: Place
    url: str = ""
    license: str = ""
    description: str = ""
    kind: str = ""  #: open | public | obtainable | unshareable, where the manifest says it
    access: Access = Access.UNKNOWN


class Stage(NamedTuple):
    """One step of a pipeline, as DVC records it."""

    name: str
    command: str
    place: Place
    needs: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()


class Manifest(NamedTuple):
    """One data manifest."""

    at: Place
    form: str  #: croissant | frictionless | dvc | plain
    license: str = ""  #: of the data
    license_at: Place | None = None
    own_license: str = ""  #: of the manifest itself
    sources: tuple[DataSource, ...] = ()
    topics: Mapping[str, Told] = NOTHING
    gaps: Mapping[str, tuple[str, ...]] = NOTHING  #: topic to the data sets that leave it out
    stages: tuple[Stage, ...] = ()
    trouble: str = ""

    @property
    def path(self) -> str:
        return self.at.path


@fact
def manifests(repo: Repo) -> tuple[Manifest, ...]:
    """Every data manifest in the tree; none that only serves tests."""
    paths = (path for path in repo.paths if _reader(path) and not aside(repo, path))
    found = [manifest for path in paths if (manifest := _manifest(repo, path))]
    return tuple(_with_remote(repo, one) if one.form == "dvc" else one for one in found)


def _reader(path: str) -> Callable[[Doc], Manifest] | None:
    """What reads a file of that name, if anything does."""
    name = base(path)
    if name in ("data-manifest.yaml", "data-manifest.yml"):
        return _plain
    if name == "datapackage.json":
        return _frictionless
    if name in ("dvc.yaml", "dvc.lock") or (name.endswith(".dvc") and name != ".dvc"):
        return _dvc
    is_json = name.endswith((".json", ".jsonld")) and ("metadata" in name or "croissant" in name or "dataset" in name)
    return _croissant if is_json or name.endswith(".jsonld") else None


@file_fact
def _manifest(repo: Repo, path: str) -> Manifest | None:
    read = _reader(path)
    assert read
    if read is _croissant:
        start = content.decode(content.head(repo, path, SNIFFED))
        if '"@type"' not in start or "ataset" not in start:
            return None
    doc, trouble = document(repo, path)
    found = read(doc)._replace(trouble=trouble) if trouble else read(doc)
    if read is _croissant and not trouble and not is_croissant(doc):
        return None
    if found.trouble:
        repo.log.notice(say("{path}: {trouble}", path=path, trouble=found.trouble), found.at)
    return found


# --- topics ----------------------------------------------------------------------------------------------------------


def _source(place: Place, terms: str, name: str, url: str, about: str) -> DataSource:
    return DataSource(name, place, address(url), terms, about, access=_public(address(url)))


def _public(url: str) -> Access:
    return Access.PUBLIC if url.startswith(("http://", "https://", "ftp://")) else Access.UNKNOWN


def _topics(fields: Mapping[str, Iterable[Said]]) -> dict[str, Told]:
    """The topics that *fields* speak of, each at the first place that does."""
    topics = {}
    for topic, each in fields.items():
        told = [Told(one.at, words(one.value)) for one in each if filled(one.value)]
        if told:
            topics[topic] = Told(told[0].place, sum(one.words for one in told))
    return topics


def _listed(sources: Iterable[DataSource]) -> Iterator[Said]:
    """The lines of a list of data: what each that has an address is called, and what is said of it."""
    for one in sources:
        if one.url and filled(one.name or one.url):
            yield Said(f"{one.name or one.url} {one.description}", one.place)


# --- Croissant ------------------------------------------------------------------------------------------------------


def is_croissant(doc: Doc) -> bool:
    """By what it conforms to, or as a data set with files or records."""
    plain = {_local(key): key for key in keys_at(doc)}
    conforms = " ".join(one.value for one in deep_said(doc, plain.get("conformsTo", "")))
    if "mlcommons.org/croissant" in conforms:
        return True
    is_data = any(_local(one.value) == "Dataset" for one in all_said(doc, "@type"))
    return is_data and not plain.keys().isdisjoint({"distribution", "recordSet"})


def _local(name: str) -> str:
    """A term without its vocabulary: `rai:dataBiases`, `https://schema.org/name`."""
    return name.rpartition("/")[2].rpartition("#")[2].rpartition(":")[2]


def _croissant(doc: Doc) -> Manifest:
    plain = {_local(key): key for key in keys_at(doc)}

    def told(*names: str) -> list[Said]:
        return [one for name in names for one in deep_said(doc, plain.get(name, ""))]

    fields = {topic: told(*names) for topic, names in CROISSANT.items()}
    license_ = next((one for one in told("license") if filled(one.value)), None)
    terms, files = license_.value if license_ else "", plain.get("distribution", "")
    whole = (first_said(doc, key) for key in ("name", "url", "description"))
    sources = [_source(doc.place("name"), terms, *whole)]
    for index in items_at(doc, files):
        part = (first_said(doc, files, index, key) for key in ("name", "contentUrl", "description"))
        sources.append(_source(doc.place(files, index), terms, *part))
    kept = tuple(one for one in sources if one.url or (one is sources[0] and one.name))
    fields["public-list"] = list(_listed(kept))
    at, own = license_.at if license_ else None, first_said(doc, plain.get("sdLicense", ""))
    return Manifest(doc.place(), "croissant", terms, at, own, kept, _topics(fields))


# --- Frictionless ---------------------------------------------------------------------------------------------------


def _frictionless(doc: Doc) -> Manifest:
    terms = next((one for one in (*_licenses(doc, "licenses"), *deep_said(doc, "license")) if filled(one.value)), None)
    name = first_said(doc, "name") or first_said(doc, "title")
    whole = (name, first_said(doc, "homepage"), first_said(doc, "description"))
    own = _source(doc.place("name"), terms.value if terms else "", *whole)
    sources = [own] if own.name else []
    sources += [_resource(doc, own.license, "resources", index) for index in items_at(doc, "resources")]
    sources += [_resource(doc, "", "sources", index) for index in items_at(doc, "sources")]
    listed = [one for one in sources if one.name or one.url]
    fields = {
        "provenance": [*deep_said(doc, "sources"), *deep_said(doc, "contributors")],
        "scope": [Said(one.description, one.place) for one in listed],
        "public-list": list(_listed(listed)),
    }
    trouble, at = "" if items_at(doc, "resources") else say("it lists no resources"), terms.at if terms else None
    return Manifest(doc.place(), "frictionless", own.license, at, "", tuple(listed), _topics(fields), trouble=trouble)


def _licenses(doc: Doc, *keys: str | int) -> Iterator[Said]:
    for index in items_at(doc, *keys):
        for key in ("name", "path", "title"):
            if found := said(doc, *keys, index, key):
                yield found
                break


def _resource(doc: Doc, terms: str, *keys: str | int) -> DataSource:
    own = next((one.value for one in _licenses(doc, *keys, "licenses")), terms)
    paths = [one.value for key in ("path", "url") for one in all_said(doc, *keys, key)]
    url = next((path for path in paths if address(path)), "")
    name = first_said(doc, *keys, "name") or first_said(doc, *keys, "title") or (paths[0] if paths else "")
    return _source(doc.place(*keys), own, name, url, first_said(doc, *keys, "description"))


# --- DVC ------------------------------------------------------------------------------------------------------------


def _dvc(doc: Doc) -> Manifest:
    """A `.dvc` pointer (outs, and where they were imported from), or a pipeline (stages and artifacts)."""
    stages = tuple(_stage(doc, name) for name in keys_at(doc, "stages"))
    sources = [_artifact(doc, name) for name in keys_at(doc, "artifacts")]
    sources += [_out(doc, index) for index in items_at(doc, "outs")]
    listed = tuple(one for one in sources if one and one.name)
    fields = {"scope": [Said(one.description, one.place) for one in listed], "public-list": list(_listed(listed))}
    trouble = "" if stages or listed else say("it names no outputs and no stages")
    return Manifest(doc.place(), "dvc", sources=listed, topics=_topics(fields), stages=stages, trouble=trouble)


def _stage(doc: Doc, name: str) -> Stage:
    keys = ("stages", name)
    command = " && ".join(one.value for one in all_said(doc, *keys, "cmd"))
    needs, makes = (tuple(_paths(doc, *keys, part)) for part in ("deps", "outs"))
    return Stage(name, command, doc.place(*keys), needs, makes)


def _paths(doc: Doc, *keys: str | int) -> Iterator[str]:
    """Paths as DVC writes them: words, mappings from the path to settings, or mappings with a `path`."""
    for index in items_at(doc, *keys):
        if found := said(doc, *keys, index) or said(doc, *keys, index, "path"):
            yield found.value
        elif names := keys_at(doc, *keys, index):
            yield names[0]


def _artifact(doc: Doc, name: str) -> DataSource | None:
    keys = ("artifacts", name)
    if first_said(doc, *keys, "type") != "dataset":
        return None
    return _source(doc.place(*keys), "", first_said(doc, *keys, "path") or name, "", first_said(doc, *keys, "desc"))


def _out(doc: Doc, index: int) -> DataSource:
    origin = first_said(doc, "deps", 0, "repo", "url") or first_said(doc, "deps", 0, "path")
    about = first_said(doc, "desc") or first_said(doc, "outs", index, "desc")
    return _source(doc.place("outs", index), "", first_said(doc, "outs", index, "path"), origin, about)


def _with_remote(repo: Repo, manifest: Manifest) -> Manifest:
    """*manifest* with the address and the access of the storage that `.dvc/config` names."""
    url = _remote(repo)
    if not url:
        return manifest
    private = not url.startswith(("http://", "https://", "s3://", "gs://", "azure://", "gdrive://", "oss://", "ftp://"))
    access = Access.CLOSED if private else _public(url)
    sources = tuple(one if one.url else one._replace(url=address(url), access=access) for one in manifest.sources)
    return manifest._replace(sources=sources)


@fact
def _remote(repo: Repo) -> str:
    """The address of DVC's default remote storage, or of the only one."""
    path = ".dvc/config"
    if path not in repo.paths:
        return ""
    urls: dict[str, str] = {}
    section = default = ""
    for line in content.text(repo, path).split("\n"):
        key, equals, value = (part.strip() for part in line.partition("="))
        if key.startswith("["):
            section = key.strip("[]'\" ")
        elif equals and key == "url" and section.startswith("remote"):
            urls[section.removeprefix("remote").strip("'\" ")] = value
        elif equals and key == "remote" and section == "core":
            default = value
    return urls.get(default) or (next(iter(urls.values())) if len(urls) == 1 else "")


# --- our own --------------------------------------------------------------------------------------------------------


def _plain(doc: Doc) -> Manifest:
    """`data-manifest.yaml`. What holds for every data set may be said once, at the top."""
    sources = tuple(_dataset(doc, index) for index in items_at(doc, "datasets"))
    terms = [one.license for one in sources]
    common = " AND ".join(dict.fromkeys(terms)) if all(terms) else ""
    fields, gaps = _told(doc, sources)
    return Manifest(
        doc.place(),
        "plain",
        common,
        sources[0].place if common else None,
        first_said(doc, "license"),
        sources,
        _topics(fields),
        {topic: names for topic, names in gaps.items() if names},
        trouble="; ".join(islice(_wrong(doc), MOST_SAID)),
    )


def _told(doc: Doc, sources: tuple[DataSource, ...]) -> tuple[dict[str, list[Said]], dict[str, tuple[str, ...]]]:
    """What is said of each topic, and the data sets of which it is not said though it should be."""
    fields: dict[str, list[Said]] = {}
    gaps: dict[str, tuple[str, ...]] = {}

    def ask(topic: str, names: Iterable[str], indices: Iterable[int]) -> None:
        above = [one for name in names for one in deep_said(doc, name)]
        each = {index: [one for name in names for one in deep_said(doc, "datasets", index, name)] for index in indices}
        fields[topic] = [*above, *(one for found in each.values() for one in found)]
        if topic == "scope" or not any(filled(one.value) for one in above):
            silent = (index for index, found in each.items() if not any(filled(one.value) for one in found))
            gaps[topic] = tuple(sources[index].name for index in silent)

    for topic, names in PLAIN.items():
        ask(topic, names, range(len(sources)))
    ask("unshareable-why", ("why_not_shared",), (n for n, one in enumerate(sources) if one.kind == "unshareable"))
    for topic, kinds in (("public-list", ("open", "public")), ("obtainable-list", ("obtainable",))):
        of_kind = [one for one in sources if one.kind in kinds]
        fields[topic] = list(_listed(of_kind))
        gaps[topic] = tuple(one.name for one in of_kind if not one.url)
    return fields, gaps


def _dataset(doc: Doc, index: int) -> DataSource:
    keys = ("datasets", index)
    stated, url = value_at(doc, *keys, "kind"), address(first_said(doc, *keys, "url"))
    kind = stated if isinstance(stated, str) and stated in KINDS else ""
    name = first_said(doc, *keys, "name") or say("data set {n}", n=index + 1)
    access = {"obtainable": Access.GATED, "unshareable": Access.CLOSED}.get(kind, _public(url))
    terms, about = first_said(doc, *keys, "license"), first_said(doc, *keys, "description")
    return DataSource(name, doc.place(*keys), url, terms, about, kind, access)


def _wrong(doc: Doc) -> Iterator[str]:
    """What the schema would refuse; a generator, as a hostile file can have any number of wrong keys."""
    if value_at(doc, "version") != 1:
        yield say("{at}: version must be 1", at=doc.place("version"))
    if not items_at(doc, "datasets"):
        yield say("{at}: it lists no data sets", at=doc.place("datasets"))
    yield from _unknown(doc, PLAIN_KEYS)
    for index in items_at(doc, "datasets"):
        keys = ("datasets", index)
        yield from _unknown(doc, DATASET_KEYS, *keys)
        kind = value_at(doc, *keys, "kind")
        if not isinstance(kind, str) or kind not in KINDS:
            kinds = ", ".join(sorted(KINDS))
            yield say("{at}: kind must be one of {kinds}", at=doc.place(*keys, "kind"), kinds=kinds)


def _unknown(doc: Doc, known: set[str], *keys: str | int) -> Iterator[str]:
    for key in keys_at(doc, *keys):
        if key not in known:
            hint = nearest(key[:80], known)
            yield say("{at}: unknown key {key!r}; {hint}", at=doc.place(*keys, key), key=key[:80], hint=hint)
