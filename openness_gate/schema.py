"""Holds a document against one of the JSON Schemas that ship; what is wrong has a file, a line and a suggestion."""

from __future__ import annotations

from typing import Any

from openness_gate.facts.tables import table
from openness_gate.located import Doc, Malformed, nearest
from openness_gate.messages import say


def check(doc: Doc, name: str) -> None:
    """`Malformed` with the first thing in *doc* that the schema *name* does not allow."""
    from jsonschema import Draft202012Validator

    errors = sorted(Draft202012Validator(table(f"schemas/{name}.schema")).iter_errors(doc.value), key=_depth)
    if errors:
        raise _malformed(doc, errors[0])


def _depth(error: Any) -> tuple[int, str]:
    return (-len(error.absolute_path), str(list(error.absolute_path)))


def _malformed(doc: Doc, error: Any) -> Malformed:
    keys = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        extra = next(key for key in error.instance if key not in known)
        return doc.error(say("{word!r} is not known; {hint}", word=extra, hint=nearest(extra, known)), *keys, extra)
    if error.validator == "enum":
        known = [str(value) for value in error.validator_value]
        word = str(error.instance)
        if word in known:
            return doc.error(say("{word} is written without quotes", word=word), *keys)
        return doc.error(say("{word!r} is not known; {hint}", word=word, hint=nearest(word, known)), *keys)
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        return doc.error(say("{key!r} is missing", key=missing), *keys)
    if error.validator == "anyOf" and keys[:1] == ("rules",):
        return doc.error(
            say("a rule asks at_least, access, license or topics of one component, or has a summary"), *keys
        )
    if error.validator == "type":
        return doc.error(say("this must be a {kind}", kind=error.validator_value), *keys)
    return doc.error(say("{problem}", problem=error.message[:200]), *keys)
