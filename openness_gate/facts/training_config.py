"""Configurations of training runs, and launchers with what they launch."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openness_gate.facts import fact
from openness_gate.facts.code import scripts, settings_in
from openness_gate.facts.content import head
from openness_gate.facts.paths import base, folder_names, is_foreign
from openness_gate.facts.tables import table
from openness_gate.model import Place, Repo
from openness_gate.tuples import NamedTuple

CONFIG_LIMIT = 128 << 10  #: bytes; larger ones are data
COMMAND = 2000  #: bytes after the script's name that are read of a command
ENOUGH = 4  #: hyper-parameters that make a file the configuration of a training run
LAUNCHERS = (".sh", ".slurm", ".sbatch", ".bash")
SURE = (".yml", ".yaml", ".gin", *LAUNCHERS)
MAYBE = (".json", ".jsonc", ".jsonnet", ".toml", ".py", ".cfg", ".ini")
HINTS = ("config", "train", "hparam", "recipe", "param", "deepspeed", "ds_", "experiment")
TARGET = re.compile(rb"(?:python3?|torchrun|deepspeed|accelerate|srun|-u|launch)[^\n;|&]{0,400}?\s([\w./-]+\.py)\b")
BASE = re.compile(
    rb"(?:model_name_or_path|base_model|pretrained_model\w*|model_name|model_id|tokenizer_name_or_path)[\"']?"
    rb"\s{0,4}[:= ]\s{0,4}[\"']?([A-Za-z][\w.-]{1,60}/[\w.-]{2,90})(?=[\s\"',]|$)"
)
HANDED = re.compile(
    rb"--(?:model[_-]name[_-]or[_-]path|base[_-]model\w*|pretrained[_-]model\w*)[= ]\s{0,4}[\"']?"
    rb"([A-Za-z][\w.-]{1,60}/[\w.-]{2,90})(?=[\s\"']|$)"
)
MODULE = re.compile(rb"python3?[^\n;|&]{0,200}?\s-m\s+([\w]+)(\.main|(?:\.\w+)*\.\w*train\w*)\b")
HUB_DATA = re.compile(rb"(?:hf\.co|huggingface\.co|modelscope\.cn)/datasets/([\w.-]+/[\w.-]+)")


class TrainingConfig(NamedTuple):
    """A file that holds the settings of a training run."""

    path: str
    settings: frozenset[str]
    data_sets: tuple[tuple[str, int], ...] = ()  #: addresses of data sets on hubs that it names, with lines
    starts_from: tuple[tuple[str, int], ...] = ()  #: models of a hub that it begins with, with lines

    @property
    def at(self) -> Place:
        return Place(self.path, 1)


class Launch(NamedTuple):
    """A launcher that starts a script."""

    at: Place
    target: str
    found: bool  #: a file of that name is in the release
    package: str = ""  #: of a module that is started: what it belongs to
    models: tuple[str, ...] = ()  #: models of a hub that it hands to what it starts


@fact
def training_configs(repo: Repo) -> tuple[TrainingConfig, ...]:
    return tuple(_configs(repo))


def _configs(repo: Repo) -> Iterator[TrainingConfig]:
    for path in repo.paths:
        lower = path.lower()
        if is_foreign(path) or not lower.endswith(SURE + MAYBE):
            continue
        if lower.endswith(MAYBE) and not any(hint in lower for hint in HINTS):
            continue
        if lower.endswith(".py") and "config" not in lower:
            continue
        content = head(repo, path, CONFIG_LIMIT)
        settings = settings_in(content)
        if len(settings) >= ENOUGH and {"learning rate", "length of training"} & settings:
            yield TrainingConfig(path, settings, tuple(_named(HUB_DATA, content)), tuple(_named(BASE, content)))


def _named(pattern: re.Pattern[bytes], content: bytes) -> Iterator[tuple[str, int]]:
    for match in pattern.finditer(content):
        yield match[1].decode("ascii", "replace"), content.count(b"\n", 0, match.start()) + 1


@fact
def handed(repo: Repo) -> tuple[tuple[str, Place], ...]:
    """The packages, not in the tree, whose training its scripts and launchers start."""
    found: dict[str, Place] = {}
    for script in scripts(repo):
        for package, line in script.hands_to:
            if package not in folder_names(repo):
                found.setdefault(package, Place(script.path, line))
    for launch in launches(repo):
        if launch.package:
            found.setdefault(launch.package, launch.at)
    return tuple(found.items())


@fact
def launches(repo: Repo) -> tuple[Launch, ...]:
    """What the shell scripts of a release start."""
    return tuple(_launches(repo))


def _launches(repo: Repo) -> Iterator[Launch]:
    names = {base(path) for path in repo.paths}
    for path in repo.paths:
        if not path.endswith(LAUNCHERS) or is_foreign(path):
            continue
        content = head(repo, path, CONFIG_LIMIT)
        joined = content.replace(b"\\\n", b"  ")  # a command that goes on is one line, at the same place
        for match in TARGET.finditer(joined):
            begin = joined.rfind(b"\n", 0, match.start()) + 1
            if joined[begin:].lstrip().startswith(b"#"):
                continue
            target = match[1].decode("ascii", "replace")
            line = content.count(b"\n", 0, match.start(1)) + 1
            command = joined[match.start() : match.end() + COMMAND].partition(b"\n")[0]
            yield Launch(Place(path, line), target, base(target) in names, models=models_handed(command))
        if "train" in path.lower():
            yield from _started_modules(repo, path, content)


def models_handed(command: bytes) -> tuple[str, ...]:
    """The models of a hub that a command hands to what it starts."""
    return tuple(match[1].decode("ascii", "replace") for match in HANDED.finditer(command))


def _started_modules(repo: Repo, path: str, content: bytes) -> Iterator[Launch]:
    """The training of a package that is not here, started as a module."""
    for match in MODULE.finditer(content):
        package = match[1].decode()
        if package not in folder_names(repo) and package not in table("signals")["launchers"]:
            line = content.count(b"\n", 0, match.start(1)) + 1
            yield Launch(Place(path, line), package + match[2].decode(), True, package)
