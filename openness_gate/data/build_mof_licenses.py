"""Builds `mof_licenses.json` from a checkout of github.com/lfai/model_openness_tool. Run by a maintainer only:

    python -m openness_gate.data.build_mof_licenses CHECKOUT

The tool imports `licenses.json` (a copy of the SPDX license list) and then `mof-licenses.json`, whose rows replace
those of the same id, the last one where an id stands twice; `LicenseHandler.php` names further ids. Only ids and flags
are taken: `osi` and `fsf` by the flags of the row that is left, `data` and `model` by the lists in the code.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

MODULE = "web/modules/mof"
OUT = Path(__file__).parent / "mof_licenses.json"
ABOUT = (
    "The licenses that the Model Openness Tool takes for open, by why it does: its copy of the SPDX license list flags "
    "them (osi, fsf), or its code lists them (data, model). Made by build_mof_licenses.py."
)
SOURCE = "github.com/lfai/model_openness_tool@8b5d30e"


def facts(checkout: Path) -> dict[str, Any]:
    """The table, from the files of the tool; whatever is not as expected is an error of its own kind."""
    rows: dict[str, Any] = {}
    lists = [
        json.loads((checkout / MODULE / file).read_text("utf-8")) for file in ("licenses.json", "mof-licenses.json")
    ]
    for one in lists:
        rows |= {row["licenseId"]: row for row in one["licenses"]}
    code = (checkout / MODULE / "src/LicenseHandler.php").read_text("utf-8")
    return {
        "about": ABOUT,
        "source": SOURCE,
        "lists": [one["licenseListVersion"] for one in lists],
        "osi": sorted(id_ for id_, row in rows.items() if row.get("isOsiApproved")),
        "fsf": sorted(id_ for id_, row in rows.items() if row.get("isFsfLibre")),
        "data": _constant(code, "OPEN_DATA_LICENSES"),
        "model": _constant(code, "OPEN_LICENSES"),
    }


def _constant(code: str, name: str) -> list[str]:
    body = re.search(rf"const {name} = \[(.*?)\]", code, re.DOTALL)
    assert body, f"LicenseHandler.php: no {name}"
    return sorted(re.findall(r"'([^']+)'", body[1]))


def text(table: dict[str, Any]) -> str:
    """The table as it is kept: one key a line."""
    return "{\n" + ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in table.items()) + "\n}\n"


if __name__ == "__main__":
    OUT.write_text(text(facts(Path(sys.argv[1]))), "utf-8")
