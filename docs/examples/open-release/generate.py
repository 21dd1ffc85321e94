# SPDX-License-Identifier: Apache-2.0
"""Write the names of numbers: `python generate.py 7 1729`."""

from __future__ import annotations

import argparse

from model import NumberSpeller, load
from tokenizer import Tokenizer


def spell(model: NumberSpeller, tokenizer: Tokenizer, number: str) -> str:
    """What the model writes after `number = `: the likeliest character each time, so always the same."""
    return tokenizer.decode(model.generate(tokenizer.encode(f"{number} = "), end=tokenizer.ids["\n"]))


def digits(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at most 20 digits")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("numbers", nargs="+", type=digits, metavar="NUMBER", help="trained for 0 to 9999")
    parser.add_argument("--weights", default="model.safetensors", help="the checkpoint to use")
    arguments = parser.parse_args()
    model, tokenizer = load(arguments.weights), Tokenizer.load("vocab.json")
    for number in arguments.numbers:
        print(f"{number} = {spell(model, tokenizer, number)}")


if __name__ == "__main__":
    main()
