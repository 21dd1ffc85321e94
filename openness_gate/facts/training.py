"""The loops that train a release: here, in a dependency, in a repository that is named; and what they start from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openness_gate.facts import code, fact
from openness_gate.facts.corpora import named_in
from openness_gate.facts.documents import Section, documents
from openness_gate.facts.foundations import foundations, tuned_only
from openness_gate.facts.modules import trainers, tuners
from openness_gate.facts.parameters import weight_links, weight_owners
from openness_gate.facts.paths import base, folder, stem
from openness_gate.facts.releases import base_models, kind_of
from openness_gate.facts.sentences import Sentence, sentences
from openness_gate.facts.tables import table
from openness_gate.facts.training_config import (
    COMMAND,
    TrainingConfig,
    handed,
    launches,
    models_handed,
    training_configs,
)
from openness_gate.messages import say
from openness_gate.model import Kind, Place, Repo
from openness_gate.tuples import NamedTuple

LOCAL = re.compile(r"(?i)\b(?:path|paths|output|outputs|data|models?|ckpts?|checkpoints?|your\w*|saves?)/|^\.|example")
STARTED = re.compile(r"(?:python3?|torchrun|accelerate|deepspeed|uv run)\b[^\n;|&]{0,300}?\s([\w./-]{1,200}\.py)\b")
AMOUNT = re.compile(
    r"pre-?trained (?:on|with|using) (?:over |more than |about |around |up to |~)?\d[\d.,]*\s?[kmbt]?\+? ?"
    r"(?:thousand |million |billion |trillion )?(?:\w+ ){0,2}"
    r"(?:hours|tokens|images|samples|examples|episodes|frames|pairs)"
)
_PARTS = r"(?:models?|weights|checkpoints?|llms?|backbones?|encoders?)"
INITIALIZED = (  # made where a sentence has a cue
    rf"pre-?trained (?:[\w-]+ ){{0,3}}?{_PARTS}(?: \w+){{0,3}} (?:to|for) initiali[sz]"
    rf"|initiali[sz](?:e[sd]?|ing|ation)(?: [\w-]+){{0,4}} (?:from|with|by|using) (?:[\w-]+ ){{0,3}}?"
    rf"pre-?trained (?:[\w-]+ ){{0,3}}?{_PARTS}"
)
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
HELPERS = frozenset({"util", "utils", "trainer", "engine", "helper", "helpers"})  #: in the name of a part of a library
SEVERAL = 3  #: works in one tree
QUOTED = 80  #: characters of a sentence that are quoted


class Loop(NamedTuple):
    """One loop, in a sentence with its place."""

    says: str
    at: Place
    fresh: bool  #: it begins from nothing; of one that is elsewhere: and the settings of a model are here
    here: bool  #: in the tree


@fact
def loops(repo: Repo) -> tuple[Loop, ...]:
    """Those in the tree first, and of these what begins from nothing. A data set has none.

    No loop is the one that began from nothing where the release says that its code is not what trained it, where
    nothing starts one, where only some of several works have one, or where all settings are examples.
    """
    found = () if kind_of(repo)[0] is Kind.DATASET else (*_here(repo), *_elsewhere(repo))
    another = any(sentence.has(table("prose")["another_code"]) for sentence in sentences(repo))
    if another or not _is_started(repo) or _are_of_some(repo, found) or _only_examples(training_configs(repo)):
        return tuple(loop._replace(fresh=False) for loop in found)
    return found


def _here(repo: Repo) -> Iterator[Loop]:
    scripts = sorted(code.of(repo, "training"), key=lambda s: (s.stage == "finetune", s.path.count("/"), s.path))
    runs = any(not script.step_only for script in scripts) or any(launches(repo)) or any(handed(repo))
    continued = _continued(repo)
    scripts = [s._replace(stage="finetune") if base(s.path) in continued else s for s in scripts]
    applied = frozenset(script.path for script in scripts if _is_applied(script.path, _title(repo)))
    others_tune = _is_derived(repo) or _mostly_tune(
        [s for s in scripts if s.path not in applied], training_configs(repo)
    )
    called = _called_fine_tuning(repo) | applied
    for script in scripts:
        tunes = script.stage == "finetune" or (not script.stage and (others_tune or script.path in called)) or not runs
        says = say("a training loop that starts from a model") if tunes else say("a training loop")
        yield Loop(says, script.at("training"), not tunes, True)


def _is_started(repo: Repo) -> bool:
    """A launcher or the code of a document starts a loop, or one is in a script that is no part of a library."""
    own = [frozenset(re.split(r"[-_. ]", stem(script.path))) for script in code.of(repo, "training")]
    if not own or any(parts.isdisjoint(HELPERS) for parts in own) or any(launches(repo)) or any(handed(repo)):
        return True
    return any("train" in section.code for document in documents(repo) for section in document.sections)


def _are_of_some(repo: Repo, found: tuple[Loop, ...]) -> bool:
    """Several works lie in folders of their own, each with a README that links its models, and loops begin from nothing
    in some of these folders only."""
    own = {d.path.partition("/")[0] for d in documents(repo) if d.path.count("/") == 1 and stem(d.path) == "readme"}
    linked = {link.at.path.partition("/")[0] for link in weight_links(repo) if link.sentence and "/" in link.at.path}
    works = own & linked
    begun = {loop.at.path.partition("/")[0] for loop in found if loop.fresh and loop.here}
    return len(works) >= SEVERAL and bool(works & begun) and not works <= begun


def _is_derived(repo: Repo) -> bool:
    """The release names the model of somebody else that it is made of, or calls itself fine-tuning in its title."""
    of_others = [name for name, _ in base_models(repo) if name.split("/")[0].lower() not in weight_owners(repo)]
    title = _title(repo).lower()
    return bool(of_others) or any(word in title for word in table("signals")["tuning_titles"])


def _mostly_tune(scripts: list[code.Script], configs: tuple[TrainingConfig, ...]) -> bool:
    """What does not say what it starts from starts from a model, as the others do.

    That is: one other says so for sure, or as many are likely to, or all settings of training are for tuning. One
    optional `from_pretrained` says nothing of the loops beside it, nor does a notebook that computes gradients
    of a model and changes nothing.
    """
    if any(script.stage == "pretrain" for script in scripts):
        return False
    scripts = [s for s in scripts if not (s.step_only and s.likely and s.path.endswith(".ipynb"))] or scripts
    tune = [script for script in scripts if script.stage == "finetune"]
    if configs and all(code.is_of_fine_tuning(config.path) for config in configs):
        return not any("length of training" in script.settings for script in scripts if not script.stage)
    apart = [
        s.path for s in tune if code.is_of_fine_tuning(folder(s.path)) and not code.is_of_fine_tuning(base(s.path))
    ]
    return any(not script.likely and script.path not in apart for script in tune) or 2 * len(tune) >= len(scripts) > 0


def _only_examples(configs: tuple[TrainingConfig, ...]) -> bool:
    """All settings of training from nothing lie in folders that are called examples of it."""
    words = table("signals")["example_folders"]
    begins = [config for config in configs if not code.is_of_fine_tuning(config.path)]
    return bool(begins) and all(any(word in folder(c.path).lower() for word in words) for c in begins)


def _is_applied(path: str, title: str) -> bool:
    """The name of a script is that of a task which a model is put to, and no part of the release's own title."""
    of_task = _words(path.rsplit("/", 1)[-1].rsplit(".", 1)[0]) & frozenset(table("signals")["applied"])
    return bool(of_task) and not of_task & _words(title)


def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in WORD.findall(name))


def _title(repo: Repo) -> str:
    """What the README at the root is headed with."""
    readmes = [d for d in documents(repo) if folder(d.path) == repo.home and stem(d.path) == "readme"]
    return next((section.title for d in readmes for section in d.sections if section.title), "")


def _continued(repo: Repo) -> frozenset[str]:
    """The names of the scripts that launchers and README always hand somebody else's model, however they are called."""
    own = weight_owners(repo)
    found: dict[str, bool] = {}
    started = [(launch.target, launch.models) for launch in launches(repo)]
    started += [(path, models_handed(line.encode())) for path, line, _ in _commands(repo)]
    for path, models in started:
        of_others = [n for n in models if n.split("/")[0].lower() not in own and not LOCAL.search(n)]
        found[base(path)] = bool(of_others) and found.get(base(path), True)
    return frozenset(name for name, continues in found.items() if continues)


def _commands(repo: Repo) -> Iterator[tuple[str, str, Section]]:
    """The scripts that the README at the root starts, each with its command and the section that shows it."""
    for document in (d for d in documents(repo) if folder(d.path) == repo.home and stem(d.path) == "readme"):
        for section in document.sections:
            for line in section.code.replace("\\\n", " ").split("\n") if ".py" in section.code else ():
                for match in STARTED.finditer(line):
                    yield match[1].removeprefix("./"), line[match.start() : match.end() + COMMAND], section


def _called_fine_tuning(repo: Repo) -> frozenset[str]:
    """The scripts that the README at the root starts, and always under a heading on fine-tuning, never on training."""
    begins = table("signals")["pretrain"]["paths"]
    found: dict[str, bool] = {}
    for path, _, section in _commands(repo):
        both = any(word in section.title.lower() for word in begins)
        found[path] = "finetune-howto" in section.within and not both and found.get(path, True)
    return frozenset(path for path, tunes in found.items() if tunes)


def _elsewhere(repo: Repo) -> Iterator[Loop]:
    for package, at in handed(repo):
        fresh = not code.is_of_fine_tuning(at.path)
        yield Loop(say("starts the training of {name}", name=package), at, fresh, False)
    configs = [config for config in training_configs(repo) if not code.is_of_fine_tuning(config.path)]
    begins = table("signals")["pretrain"]["paths"]
    fresh = any("size of the model" in c.settings or any(p in c.path.lower() for p in begins) for c in configs)
    for name, at in trainers(repo):
        says = (
            say("the trainer is {name}; its settings are here", name=name)
            if fresh
            else say("the trainer is {name}", name=name)
        )
        yield Loop(says, at, fresh, False)
    for name, at in tuners(repo):
        yield Loop(say("the models were tuned with {name}", name=name), at, False, False)


@fact
def bases(repo: Repo) -> tuple[tuple[str, Place], ...]:
    """The models of others that this one starts from: as the release says, or as what trains it shows, where no loop
    begins from nothing."""
    if kind_of(repo)[0] not in (Kind.MODEL, Kind.ADAPTER):
        return ()
    found = dict(foundations(repo))
    if any(loop.fresh for loop in loops(repo)):
        return tuple(found.items())
    found |= dict(base_models(repo))
    own = weight_owners(repo)
    for config in training_configs(repo):
        for name, line in config.starts_from:
            if name.split("/")[0].lower() not in own and not LOCAL.search(name):
                found.setdefault(name, Place(config.path, line))
    for sentence in sentences(repo):
        if sentence.has(table("prose")["starts_from"]) and not sentence.section.about("acknowledgements", "evaluation"):
            found.setdefault(sentence.text[:QUOTED], sentence.at)
    for sentence in _bases_by_amount(repo):
        found.setdefault(sentence.text[:QUOTED], sentence.at)
    return tuple(found.items())


def only_tunes(repo: Repo) -> Place | None:
    """The first loop, where all that are here start from a model, half of them for sure, none from scratch."""
    found = [loop for loop in loops(repo) if loop.here]
    scripts = list(code.of(repo, "training"))
    sure = [script for script in scripts if script.stage == "finetune" and not script.likely]
    if not found or any(loop.fresh for loop in loops(repo)) or 2 * len(sure) < len(scripts):
        return None
    begins, others = table("prose")["from_scratch"], ("compared", "cost", " than ")
    return None if any(s.has(begins) and not s.has(others) for s in sentences(repo)) else found[0].at


def begun_elsewhere(repo: Repo) -> Place | None:
    """Where the release says that it began from weights, whose data is part of its own, and does not name them.

    In a sentence on how it was initialized; in the names of its models, all of which are tuned ones; or in the title of
    its README, which speaks of tuning, where nothing that trains here begins from nothing.
    """
    if kind_of(repo)[0] not in (Kind.MODEL, Kind.ADAPTER):
        return None
    if tuned := tuned_only(repo):
        return tuned
    apart = ("evaluation", "evaluation-data", "acknowledgements", "citation", "plan", "samples")
    for sentence in sentences(repo):
        if "initiali" not in sentence.lower:
            continue
        section = sentence.section
        told = folder(sentence.at.path) == repo.home and "finetune-howto" not in section.within
        if told and re.search(INITIALIZED, sentence.lower) and not section.about(*apart):
            return sentence.at
    if any(loop.fresh for loop in loops(repo)):
        return None
    cards = (d for d in documents(repo) if folder(d.path) == repo.home and stem(d.path) in ("readme", "model_card"))
    words = table("prose")["titles_of_tuning"]
    return next((d.sections[0].at for d in cards if any(word in d.title.lower() for word in words)), None)


def _bases_by_amount(repo: Repo) -> Iterator[Sentence]:
    """Where the README gives base models of its own, and no sentence names a corpus that anything was pre-trained on:
    those that tell how much it was."""
    known = table("prose")
    begun = [s for s in sentences(repo) if s.has(table("signals")["pretrain"]["paths"])]
    if any(name in table("corpora")["corpora"] for s in begun for name in named_in(s.lower)):
        return
    for sentence in begun:
        given = sentence.has(known["base_models"]) or sentence.section.title.lower().startswith(
            tuple(known["base_models"])
        )
        if given and AMOUNT.search(sentence.lower) and folder(sentence.at.path) == repo.home:
            yield sentence
