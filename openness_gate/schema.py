"""Holds a document against one of the JSON Schemas that ship; what is wrong has a file, a line and a suggestion."""

from __future__ import annotations

from typing import Any

from openness_gate.facts.tables import table
from openness_gate.located import Doc, Malformed, nearest
from openness_gate.messages import say

SAYS_MORE = ("additionalProperties", "enum", "pattern", "oneOf")


def check(doc: Doc, name: str) -> None:
    """`Malformed` with the first thing in *doc* that the schema *name* does not allow."""
    from jsonschema import Draft202012Validator

    errors = sorted(Draft202012Validator(table(f"schemas/{name}.schema")).iter_errors(doc.value), key=_depth)
    if errors:
        raise _malformed(doc, errors[0])


def _depth(error: Any) -> tuple[int, bool, str]:
    """The deepest first, and of one place a word that is not known before one that is missing: it is often the same."""
    return (-len(error.absolute_path), error.validator != "additionalProperties", str(list(error.absolute_path)))


def _malformed(doc: Doc, error: Any) -> Malformed:
    inner = [one for one in error.context or () if one.validator in SAYS_MORE or len(one.path) > len(error.path)]
    if error.validator == "oneOf" and inner:
        return _malformed(
            doc, max(inner, key=lambda one: len(one.absolute_path))
        )  # it has one of the forms, but for this
    keys = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        extra = next(key for key in error.instance if key not in known)
        return doc.error(say("{word!r} is not known; {hint}", word=extra, hint=nearest(extra, known)), *keys, extra)
    return doc.error(_says(error), *keys)


def _says(error: Any) -> str:
    if error.validator == "enum":
        known = [str(value) for value in error.validator_value]
        word = str(error.instance)
        if word in known:
            return say("{word} is written without quotes", word=word)
        return say("{word!r} is not known; {hint}", word=word, hint=nearest(word, known))
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        return say("{key!r} is missing", key=missing)
    if error.validator == "anyOf":
        return say("a rule asks at_least, access, license or topics of one component, or has a summary alone")
    if error.validator == "oneOf" and "condition" in str(error.absolute_schema_path) + str(error.schema_path):
        return say("a condition is one of all, any, every, some and require")
    if error.validator == "oneOf":
        kinds = " or ".join(one.validator_value for one in error.context if one.validator == "type")
        return (
            say("this must be of type {kind}", kind=kinds) if kinds else say("{problem}", problem=error.message[:200])
        )
    if error.validator in ("minItems", "minProperties", "minLength"):
        return say("this must not be empty")
    if error.validator == "pattern":
        return say("{word!r} is not of the form {form}", word=error.instance[:80], form=error.validator_value)
    if error.validator == "type":
        return say("this must be of type {kind}", kind=error.validator_value)
    return say("{problem}", problem=error.message[:200])
