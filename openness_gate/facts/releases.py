"""Which releases a repository holds, and what each is a release of."""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import code, fact
from openness_gate.facts.content import head
from openness_gate.facts.data_files import data_files
from openness_gate.facts.declaration import declared_releases, mof
from openness_gate.facts.documents import Document, documents
from openness_gate.facts.license_prose import restricted_model
from openness_gate.facts.links import links
from openness_gate.facts.manifest import manifests
from openness_gate.facts.model_config import model_configs
from openness_gate.facts.parameters import gates, is_toolkit, weight_links
from openness_gate.facts.paths import base, folder, is_card, is_foreign
from openness_gate.facts.promises import promised
from openness_gate.facts.sentences import sentences
from openness_gate.facts.tables import table
from openness_gate.facts.weights import State, weights
from openness_gate.located import strings
from openness_gate.messages import say
from openness_gate.model import Axis, Effect, Evidence, Kind, Place, Release, Repo

MODEL_KEYS = frozenset({"pipeline_tag", "base_model", "library_name", "library_tag", "model-index", "model_name",
                        "datasets", "metrics", "widget", "inference"})  # fmt: skip
DATA_KEYS = frozenset(
    ["dataset_info", "task_categories", "size_categories", "annotations_creators", "configs", "source_datasets"]
)
NAME_LIMIT = 120  #: characters
MOST = 100  #: releases of one repository that are judged
WEIGHT_FORMS = (".safetensors", ".gguf", ".pt", ".pth", ".ckpt", ".onnx")


def find(repo: Repo) -> tuple[Release, ...]:
    """The releases in *repo*, at least one: those declared, other folders with a card and weights, and the root.

    A declaration hides no release beside those that it lists: one that is added later is judged for itself.
    """
    declared = [r.path for r in declared_releases(repo)]
    beside = (
        [] if "." in declared else [h for h in _homes(repo) if not f"{h}/".startswith(tuple(d + "/" for d in declared))]
    )
    homes = [h for h in dict.fromkeys((*declared, *beside)) if h not in ("", ".")]
    if len(homes) > MOST:
        repo.log.unread[homes[MOST]] = say("only the first {n} of {all} releases were judged", n=MOST, all=len(homes))
        homes = homes[:MOST]
    found = [_release(_view(repo, home, homes), home) for home in homes]
    root = _release(_view(repo, "", homes) if homes else repo, "")
    if not found or root.kind is not Kind.NONE:
        found.insert(0, root)
    return tuple(found)


def _homes(repo: Repo) -> Iterator[str]:
    """Folders below the root with a card of their own beside weights or a model's configuration."""
    cards = {folder(p) for p in repo.paths if _is_card(repo, p)}
    with_weights = {folder(p) for p in repo.paths if p.lower().endswith(WEIGHT_FORMS)}
    with_weights |= {folder(config.at.path) for config in model_configs(repo)}
    for home in sorted(cards & with_weights):
        if home and not is_foreign(home + "/x"):
            yield home


def _is_card(repo: Repo, path: str) -> bool:
    if is_card(path):
        return True
    if not base(path).startswith("readme"):
        return False
    return head(repo, path, 8).lstrip().startswith(b"---")


def _view(repo: Repo, home: str, homes: list[str]) -> Repo:
    """What belongs to the release in *home*: its folder, and what belongs to no other release."""
    inside = [h for h in homes if not home or not (home + "/").startswith(h + "/")]
    others = tuple(h + "/" for h in inside if h != home)
    paths = tuple(p for p in repo.paths if not p.startswith(others))
    return repo.view(paths, home)


def _release(repo: Repo, home: str) -> Release:
    kind, why = kind_of(repo)
    return Release(home or ".", _name(repo, home), kind, repo, why)


def _name(repo: Repo, home: str) -> str:
    """What the release calls itself: in a declaration, at the top of its README, inside its weights."""
    for release in declared_releases(repo):
        if release.name and release.path == (home or "."):
            return release.name
    declared = mof(repo)
    if declared and declared.name:
        return declared.name.value[:NAME_LIMIT]
    title = next((d.title for d in documents(repo) if folder(d.path) == home), "")
    inside = next((w.metadata["general.name"] for w in weights(repo) if "general.name" in w.metadata), "")
    label = (home or repo.label).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    return (title or inside)[:NAME_LIMIT] or (label if label not in (".", "") else say("this release"))


Seen = tuple[Kind, str, "Place | None"]


@fact
def kind_of(repo: Repo) -> tuple[Kind, Evidence | None]:
    """What a release is a release of, and what that rests on.

    A declaration may say that it is a model; that it is none, only where the scan finds none: whoever is judged cannot
    exempt himself.
    """
    looks = (_by_declaration, _by_weights, _by_data, _by_cards, _by_links, _by_code, _declared)
    for look in looks:
        if found := look(repo):
            kind, says, at = found
            return kind, Evidence(says, at, Axis.COMPLETENESS, Effect.RAISES)
    return Kind.NONE, None


def _declared(repo: Repo) -> Seen | None:
    for declared in declared_releases(repo):
        if declared.kind and declared.path == (repo.home or "."):
            return declared.kind, say("{at} says so", at=declared.at), declared.at
    return None


def _by_declaration(repo: Repo) -> Seen | None:
    declared = _declared(repo)
    if declared and declared[0] in (Kind.MODEL, Kind.ADAPTER):
        return declared
    if found := mof(repo):
        return Kind.MODEL, say("{path} declares a model", path=found.at.path), found.at
    return None


def _by_weights(repo: Repo) -> Seen | None:
    found = [w for w in weights(repo) if w.state is not State.BROKEN and not is_foreign(w.path) and not w.is_optimizer]
    if found:
        kind = Kind.ADAPTER if all(w.is_adapter for w in found) else Kind.MODEL
        return kind, say("{path} holds weights", path=found[0].path), Place(found[0].path)
    for config in model_configs(repo):
        if not is_foreign(config.at.path) and config.at.path.count("/") <= repo.home.count("/") + bool(repo.home):
            return Kind.MODEL, say("{path} configures a model", path=config.at.path), config.at
    return None


def _by_data(repo: Repo) -> Seen | None:
    """A data set: a data manifest or a data card at the root, or a README that is about one, and no model."""
    root = _root_documents(repo)
    for document in root:
        if DATA_KEYS & document.meta.keys() and not MODEL_KEYS & document.meta.keys() and not _says_weights(repo):
            return Kind.DATASET, say("the front matter describes a data set"), Place(document.path, 1)
    if _own_model_links(repo):
        return None
    words = table("prose")["data_titles"]
    for document in root:
        if any(word in document.title.lower() for word in words):
            return Kind.DATASET, say("the title of {path} calls it data", path=document.path), Place(document.path, 1)
    if any(is_card(d.path) for d in documents(repo)) or any(code.of(repo, "training")):
        return None
    for manifest in manifests(repo):
        if folder(manifest.at.path) == repo.home and manifest.form != "dvc" and not manifest.trouble:
            return Kind.DATASET, say("{path} describes a data set", path=manifest.at.path), manifest.at
    for document in root:
        if any(word in _opening(document) for word in words) and "model" not in _opening(document):
            return Kind.DATASET, say("{path} is about a data set", path=document.path), Place(document.path, 1)
    return None


def _root_documents(repo: Repo) -> list[Document]:
    return [d for d in documents(repo) if folder(d.path) == repo.home and base(d.path).startswith("readme")]


def _own_model_links(repo: Repo) -> bool:
    """The release's own README points to weights: a model on a hub, or files to download."""
    readmes = {document.path for document in _root_documents(repo)}
    own = [link for link in weight_links(repo) if link.sentence and link.at.path in readmes]
    return any(link.kind != "file" or (link.sentence and link.sentence.section.about("download")) for link in own)


def _says_weights(repo: Repo) -> bool:
    """A link of the README itself is called weights: whoever publishes them cannot pass for a data set."""
    said = [link.sentence for link in weight_links(repo) if link.sentence and folder(link.at.path) == repo.home]
    return any(sentence.has(("weights", "checkpoint", "权重", "重み")) for sentence in said)


def _opening(document: Document) -> str:
    """The title and the first sentences, in lower case."""
    first = next((s.body for s in document.sections if s.body.strip()), "")
    return f"{document.title} {first[:600]}".lower()


def _by_cards(repo: Repo) -> Seen | None:
    for document in documents(repo):
        if is_card(document.path):
            return Kind.MODEL, say("{path} is a model card", path=document.path), Place(document.path, 1)
    for document in _root_documents(repo):
        if MODEL_KEYS & document.meta.keys():
            return Kind.MODEL, say("the front matter describes a model"), Place(document.path, 1)
        if document.front and "model" in _opening(document):
            return Kind.MODEL, say("{path} is a card about a model", path=document.path), Place(document.path, 1)
        if "model card" in _opening(document):
            return Kind.MODEL, say("{path} calls itself a model card", path=document.path), Place(document.path, 1)
    return None


def _by_links(repo: Repo) -> Seen | None:
    for link in weight_links(repo):
        return Kind.MODEL, say("{at} links to weights", at=link.at), link.at
    for gate in gates(repo):
        if gate.has_address:
            return Kind.MODEL, say("{at} tells how to get weights", at=gate.at), gate.at
    for weight in weights(repo):
        if not is_foreign(weight.path):
            return Kind.MODEL, say("{path} should hold weights", path=weight.path), weight.at
    for promise in promised(repo, "weights", "checkpoint", "权重"):
        return Kind.MODEL, say("{at} announces weights", at=promise.at), promise.at
    return None


def _by_code(repo: Repo) -> Seen | None:
    for script in code.of(repo, "training"):
        if (at := restricted_model(repo)) and not is_toolkit(repo):
            return Kind.MODEL, say("{at} says what its model may be used for", at=at), at
        return Kind.CODE, say("{path} trains a model", path=script.path), script.at("training")
    for link in links(repo):
        if link.kind == "data" and any(code.of(repo, "data")):
            return Kind.DATASET, say("{at} links to data", at=link.at), link.at
    here = data_files(repo, "training")
    if here and any(code.of(repo, "data")) and (at := _says_data(repo)):
        return Kind.DATASET, say("{at} says that it releases data", at=at), at
    if here and not any(code.scripts(repo)):
        return Kind.DATASET, say("{path} holds data, and no program is here", path=here[0].path), here[0]
    return None


def _says_data(repo: Repo) -> Place | None:
    """Where the README says that it releases data."""
    known = table("prose")
    readmes = {document.path for document in _root_documents(repo)}
    said = (s.at for s in sentences(repo) if s.has(known["releases"]) and s.has(known["data_titles"]))
    return next((at for at in said if at.path in readmes), None)


@fact
def base_models(repo: Repo) -> tuple[tuple[str, Place], ...]:
    """The models that this one is derived from, as its card, configuration and weights name them."""
    found: dict[str, Place] = {}
    for document in documents(repo):
        if document.front:
            for name in strings(document.meta.get("base_model")):
                found.setdefault(name, document.front.place("base_model"))
    for config in model_configs(repo):
        if config.base_model:
            found.setdefault(config.base_model.value, config.base_model.at)
    return tuple(found.items())
