"""The dashboard: one page that works from a file, without network. It may run its own script, and no other.

The parts are in `data/dashboard/`: `page.html` (a template, which escapes what it shows), `page.css` and `page.js`.
"""

from __future__ import annotations

import base64
import hashlib
import sys
from typing import Any, TextIO

from openness_gate.facts.tables import blob
from openness_gate.messages import say, tame
from openness_gate.model import Completeness, GateError
from openness_gate.org import payload
from openness_gate.org.reading import Format, Reading
from openness_gate.org.summary import OUTCOMES, SOON, summary, word
from openness_gate.org.trend import chart

SIGN = {
    "fail": "✕", "incomplete": "!", "ask": "?", "pass": "✓", "not-applicable": "–", "failed": "⚠", "skipped": "»",
}  # fmt: skip
MOST_CHANGES = 200  #: of one kind, on the page
STEPS = 8  #: of shade in a table of counts


def write(reading: Reading, out: TextIO) -> None:
    try:
        from jinja2 import DictLoader, Environment, StrictUndefined
        from pygal import StackedBar
    except ImportError:
        raise GateError(say("the dashboard needs an extra: pip install 'openness-gate[org]'")) from None
    sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != "pygal"]  # a finder for plugins, of old
    parts = {name: blob(f"dashboard/{name}").decode() for name in ("page.html", "page.css", "page.js")}
    found = summary(reading)
    pages = Environment(
        loader=DictLoader(parts), autoescape=True, undefined=StrictUndefined, finalize=_tamed, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    pages.filters.update(count="{:,}".format, shade=_shade)
    pages.globals.update(say=say, word=word)
    page = pages.get_template("page.html").stream(
        css=parts["page.css"],
        js=parts["page.js"],
        policy=_may(parts["page.js"], parts["page.css"]),
        scan=reading.scan,
        found=found,
        outcomes=OUTCOMES,
        signs=SIGN,
        grades=[str(grade) for grade in Completeness],
        groups=payload.components(),
        before=dict(found.trend[-2].counts) if found.before and len(found.trend) > 1 else {},
        soon=SOON.days,
        most=MOST_CHANGES,
        chart=chart(found.trend, StackedBar),
        most_missing=max((one.unmet + one.ask for one in found.rules), default=1),
        data=payload.packed(reading, _words()),
    )
    page.enable_buffering(64)
    for part in page:
        out.write(part)


def _tamed(value: Any) -> Any:
    """Text from anywhere; what is `safe` is a kind of text of its own."""
    return tame(value) if type(value) is str else value


def _may(script: str, style: str) -> str:
    """What the page may do: run this script, in this style, and nothing else; ask nobody; make no HTML of text."""
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    return (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; base-uri 'none';"
        " form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _shade(n: int, most: int) -> int:
    """From 0 for nothing to `STEPS` for all."""
    return -(-n * STEPS // most) if most else 0


def _words() -> dict[str, Any]:
    """What the script says. `{n}` and the like stand for numbers."""
    return {
        "outcomes": {outcome: word(outcome) for outcome in OUTCOMES} | {"": word("")},
        "signs": SIGN,
        "statuses": {
            "unmet": say("unmet"), "ask": say("question"), "waived": say("waived"), "confirmed": say("confirmed"),
            "met": say("met"), "not-applicable": say("not applicable"),
        },
        "repository": say("Repository"), "result": say("Result"), "errors": say("Errors"),
        "warnings": say("Warnings"), "questions": say("Questions"), "rule": say("Rule"), "status": say("Status"),
        "what": say("What"), "where": say("Where"), "fix": say("How to fix it"), "who": say("Who"),
        "why": say("Why"), "until": say("Until"), "ended": say("ended"), "today": say("ends today"),
        "days": say("ends in {n} days", n="{n}"), "level": say("level"), "commit": say("commit"),
        "target": say("judge it again"), "was": say("before"), "needs": say("needs"), "got": say("got"),
        "met": say("met"), "none": say("Nothing matches."), "no_findings": say("Nothing is missing."),
        "lowest": say("lowest of its releases"), "page": say("page {n} of {m}", n="{n}", m="{m}"),
        "shown": say("{n} of {m} repositories", n="{n}", m="{m}"),
    }  # fmt: skip


FORMAT = Format("html", "a dashboard: one page that works from a file, without network", write)
