"""Work on policies: see what they say and where it comes from, compare, test, validate and lock them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from openness_gate import policy_sources, registry
from openness_gate.located import Doc
from openness_gate.messages import say, tame, translate
from openness_gate.model import Command, GateError, Request

if TYPE_CHECKING:
    from datetime import date


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, (about, add, run) in ACTIONS.items():
        about = translate(about)
        action = actions.add_parser(name, help=about, description=about, allow_abbrev=False)
        add(action)
        action.set_defaults(act=run)


def run(args: argparse.Namespace, today: date) -> int:
    """Exit code: 0; 1 where a case fails; 2 where a policy is invalid or cannot be had."""
    code: int = args.act(args)
    return code


# --- list, schema ---------------------------------------------------------------------------------------------------


def _list(args: argparse.Namespace) -> int:
    width = max(map(len, registry.policies()))
    for name in registry.policies():
        print(f"{name:<{width}}  {policy_sources.policy(name).title}")
    return 0


def _schema(args: argparse.Namespace) -> int:
    with open(_schemas()[args.name], encoding="utf-8") as file:
        print(file.read(), end="")
    return 0


def _schemas() -> dict[str, str]:
    """The schemas of the files that people write, by the file's kind."""
    room = os.path.join(registry.HERE, "data", "schemas")
    names = sorted(name for name in os.listdir(room) if name.endswith(".schema.json"))
    return {name.removesuffix(".schema.json"): os.path.join(room, name) for name in names}


# --- validate -------------------------------------------------------------------------------------------------------


def _validate(args: argparse.Namespace) -> int:
    """Every file, and the first error of each."""
    return max([_validate_one(file, args.online) for file in args.files])


def _validate_one(file: str, online: bool) -> int:
    import sys

    try:
        print(_what_it_is(file, online))
    except GateError as error:
        print(f"openness-gate: {error}", file=sys.stderr)
        return 2
    return 0


def _what_it_is(file: str, online: bool) -> str:
    """That a file which decides is valid, by its name: a policy, a lock, waivers, or a declaration."""
    from openness_gate import exceptions, located, lock, schema
    from openness_gate.facts.declaration import MOF_NAMES, RELEASE_NAMES, mof
    from openness_gate.sources.declaration import open_declaration

    name = os.path.basename(file).lower()
    if name == os.path.basename(exceptions.PATH):
        found = exceptions.check(policy_sources.on_disk(file).text, file)
        return say(
            "{file}: waivers: {n}, confirmations: {m}", file=file, n=len(found.waivers), m=len(found.confirmations)
        )
    if name == lock.NAME:
        return say(
            "{file}: a lock of {n} policies", file=file, n=len(lock.read(policy_sources.on_disk(file).text, file))
        )
    if name in RELEASE_NAMES:
        doc = located.parse(policy_sources.on_disk(file).text, file)
        schema.check(doc, "openness-release")
        return say("{file}: a declaration of {n} releases", file=file, n=len(doc.value["releases"]))
    if name in MOF_NAMES:
        declared = mof(open_declaration(Request(file)))
        if not declared or declared.troubles:
            raise GateError(declared.troubles[0] if declared else say("{file}: no declaration", file=file))
        return say("{file}: a declaration of {n} components", file=file, n=len(declared.components))
    policy = policy_sources.policy(file, online)
    return say("{file}: {id} is valid, rules: {n}", file=file, id=policy.id, n=len(policy.rules))


# --- show, diff -----------------------------------------------------------------------------------------------------


def _show(args: argparse.Namespace) -> int:
    layer = policy_sources.named(args.policy, policy_sources.Library(args.online))
    doc = policy_sources.assembler(layer, args.online).effective(layer)
    policy_sources.load(layer, args.online)  # so that nothing is shown that could not judge
    for line in _lines(doc, doc.value, (), args.origin):
        print(line)
    return 0


def _lines(doc: Doc, value: Any, keys: tuple[str | int, ...], origin: bool) -> Iterator[str]:
    """*value* as YAML, each single value on its line and, if asked, with the place where it was written."""
    indent = "  " * len(keys)
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in items:
        head = f"{indent}{_scalar(key)}:" if isinstance(value, dict) else f"{indent}-"
        if isinstance(one, (dict, list)) and one:
            yield head
            yield from _lines(doc, one, (*keys, key), origin)
        else:
            said = f"{head} {_scalar(one)}"
            yield f"{said}  # {tame(str(doc.place(*keys, key)))}" if origin else said


def _scalar(value: Any) -> str:
    """As YAML reads it back: plain where that is safe, else quoted as in JSON."""
    import json
    import re

    plain = isinstance(value, str) and re.fullmatch(r"[A-Za-z][\w /().,+'-]*", value) and value == value.strip()
    words = ("true", "false", "null")
    return str(value) if plain and value.lower() not in words else json.dumps(value, ensure_ascii=False)


def _diff(args: argparse.Namespace) -> int:
    from openness_gate.compare import changes

    old, new = (policy_sources.policy(name, args.online) for name in (args.old, args.new))
    found = list(changes(old, new))
    for change in found:
        print(f"{change.effect.value:<9} {change.says}")
    if not found:
        print(say("{old} and {new} ask for the same", old=args.old, new=args.new))
    return 0


# --- test -----------------------------------------------------------------------------------------------------------


def _test(args: argparse.Namespace) -> int:
    code = 0
    for file in args.files:
        code = max(code, _test_one(file, args.online))
    return code


def _test_one(file: str, online: bool) -> int:
    from openness_gate import located
    from openness_gate.policy_cases import Cases

    layer = policy_sources.on_disk(file)
    doc = located.parse(layer.text, file)
    asked = doc.value.get("policy") if isinstance(doc.value, dict) else None
    if not isinstance(asked, str):
        raise doc.error(say("it names the policy that it tests, and has cases"))
    shipped = asked in registry.policies() or policy_sources.is_elsewhere(asked)
    named = asked if shipped else os.path.join(os.path.dirname(file), asked)
    policy = policy_sources.policy(named, online)
    concerns = {name: registry.concern(name) for name in registry.names("concerns")}
    cases = Cases(doc, policy, registry.components(), concerns)
    failures = list(cases.failures())
    for failure in failures:
        print(f"{failure.at}: {tame(failure.case)}: {failure.says}")
    failed = len({failure.case for failure in failures})
    print(say("{file}: {n} of {all} cases hold", file=file, n=len(cases) - failed, all=len(cases)))
    return 1 if failures else 0


# --- update ---------------------------------------------------------------------------------------------------------


def _update(args: argparse.Namespace) -> int:
    """Fetch what the policy builds on in other repositories, and write the lock beside it."""
    from openness_gate import disk, lock

    file = args.file or _own()
    layer = policy_sources.on_disk(file)
    library = policy_sources.Library(online=True)
    policy_sources.assembler(layer, library=library).policy(layer)
    place = os.path.join(os.path.dirname(file), lock.NAME)
    before = policy_sources.with_lock(layer, online=False).locked
    for reference, one in sorted(library.asked.items()):
        was = before.get(reference)
        same = was is not None and was.sha256 == one.sha256
        print(f"{reference}: {_renewed(was.commit[:12] if was else '', one.commit[:12], same)}")
    if library.asked:
        try:
            disk.replace(place, lock.written(library.asked).encode("utf-8", "surrogateescape"))
        except OSError as error:
            raise GateError(disk.why(error, place)) from None
    elif before:
        os.unlink(place)
    else:
        print(say("{file}: builds on no other repository; there is nothing to lock", file=file))
    return 0


def _renewed(was: str, now: str, same: bool) -> str:
    if not was:
        return say("locked at {now}", now=now)
    if same:
        return say("as it was at {was}", was=was)
    return say("was locked at {was}, and is at {now}: read what changed", was=was, now=now)


def _own() -> str:
    from openness_gate.policy_choice import OWN

    here = [name for name in OWN if os.path.isfile(name)]
    if len(here) != 1:
        raise GateError(say("name the policy: here is not one of {names}", names=", ".join(OWN)))
    return here[0]


# --- arguments ------------------------------------------------------------------------------------------------------


def _online(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--online", action="store_true", help=say("ask other repositories for policies, too"))


def _takes_nothing(parser: argparse.ArgumentParser) -> None:
    return None


def _takes_schema(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", default="policy", choices=list(_schemas()), metavar="FOR")


def _takes_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE")
    _online(parser)


def _takes_policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", metavar="P", help=say("a built-in policy, a file, or owner/name/path.yml@rev"))
    parser.add_argument("--origin", action="store_true", help=say("with the file and line of each value"))
    _online(parser)


def _takes_two(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD")
    parser.add_argument("new", metavar="NEW")
    _online(parser)


def _takes_own(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="", metavar="FILE", help=say("the repository's own, if not named"))


Action = tuple[str, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int]]
ACTIONS: dict[str, Action] = {
    "list": ("the policies that come with the program", _takes_nothing, _list),
    "validate": ("check files that decide: policies, locks, waivers, declarations", _takes_files, _validate),
    "show": ("what a policy says, with all that it inherits", _takes_policy, _show),
    "diff": ("what changes from one policy to another, in words", _takes_two, _diff),
    "test": ("hold a policy against cases: facts, and what should come of them", _takes_files, _test),
    "update": ("lock the policies of other repositories that a policy builds on", _takes_own, _update),
    "schema": ("print the JSON Schema of a file", _takes_schema, _schema),
}

COMMAND = Command("policy", "see, compare, test, validate and lock policies", arguments, run)
