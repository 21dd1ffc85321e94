"""The words without which nothing comes of looking into a script, whoever looks.

Each reader of scripts has a filter over their bytes. Where a script did not pass it, `content.idle` says so; another
content of the same path that has none of these words would not pass it either.
"""

from __future__ import annotations

from openness_gate.facts import code, hub_ids, license_tags
from openness_gate.facts.tables import table

ADDRESSES = (b"://", b"magnet:")  #: what `links` looks for


def words() -> tuple[bytes, ...]:
    """One word of every way to pass a filter that the content decides."""
    signals = (min(signal, key=len) for signal in code._needles())
    starts = (b"import " + entry.encode() for entry in table("signals")["entries"])
    told = (*(word for group in signals for word in group), *starts, *code.COMMAND_LINES)
    return tuple(dict.fromkeys((*told, *ADDRESSES, *hub_ids.LOADS, license_tags.SPDX)))
