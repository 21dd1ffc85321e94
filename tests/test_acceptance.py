"""A policy accepts a license text by its digest, with a reason, somebody who answers for it, and a last day."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from openness_gate.facts.releases import find
from openness_gate.judge import judgement
from openness_gate.report import Finding, Status
from tests.helpers import make_repo
from tests.judging import parse
from tests.running import run
from tests.test_license_command import OWN

FILES = {"README.md": "# Wren\n\nA model.\n", "LICENSE": OWN, "config.json": '{"architectures": ["A"]}',
         "train.py": "import torch\nmodel = torch.nn.Linear(2, 2)\n"}  # fmt: skip
DIGEST = sha256(OWN.encode()).hexdigest()
POLICY = """\
policy: p
version: 1
title: t
license_sets: {ours: {includes: [osi-approved]}}
accepted_texts:
  - sha256: "%s"
    reason: %s
    owner: legal@acme.example
    expires: %s
rules:
  model-metadata: {license: ours}
"""


def outcome(digest: str, today: date, expires: str = "2026-12-31") -> Finding:
    text = POLICY % (digest, "read by counsel in October", expires)
    policy = parse(text)
    return judgement([find(make_repo(FILES))[0]], policy, today).findings[0]


def test_until_its_last_day() -> None:
    for day in (date(2026, 11, 24), date(2026, 12, 31)):
        finding = outcome(DIGEST, day)
        assert finding.status is Status.MET
        assert any("read by counsel" in e.says and "legal@acme.example" in e.says for e in finding.evidence)


def test_not_after_it() -> None:
    finding = outcome(DIGEST, date(2027, 1, 1))
    assert finding.status is Status.UNMET
    assert any("which is past" in e.says for e in finding.evidence)


def test_no_other_text() -> None:
    assert outcome(sha256(b"x").hexdigest(), date(2026, 11, 24)).status is Status.UNMET


@pytest.mark.parametrize(
    ("digest", "reason", "expires", "words"),
    [
        ("abc", "read by counsel in October", "2027-01-01", "sha256"),
        (DIGEST, "ok", "2027-01-01", "reason"),
        (DIGEST, "read by counsel in October", "next year", "2027-01-31"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    digest: str, reason: str, expires: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "p.yaml").write_text(POLICY % (digest, reason, expires), "utf-8")
    done = run("policy", "validate", tmp_path / "p.yaml")
    assert done.code == 2
    assert "p.yaml:" in done.complaint and words in done.complaint


def test_the_digest_is_the_one_that_the_command_prints(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text(OWN, "utf-8")
    assert DIGEST in run("license", tmp_path / "LICENSE", "--format", "json").out
