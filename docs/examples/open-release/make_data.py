# SPDX-License-Identifier: Apache-2.0
"""Write the raw data: whole numbers, drawn with replacement, each with its name in American English.

Run from this folder: `python make_data.py`. It needs nothing but Python, and always writes the same bytes.
"""

import random
from pathlib import Path

SEED = 20261123
LINES = 2000
#: how often a number of one, two, three or four digits is drawn
SHARE_OF_LENGTH = {1: 0.02, 2: 0.13, 3: 0.35, 4: 0.50}
TARGET = Path("data/raw/numbers.txt")

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


def name(number: int) -> str:
    """The name of a number from 0 to 9999, without "and": 1729 is one thousand seven hundred twenty-nine."""
    if number < 20:
        return ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return TENS[tens] + (f"-{ONES[ones]}" if ones else "")
    size, word = (1000, "thousand") if number >= 1000 else (100, "hundred")
    count, rest = divmod(number, size)
    return f"{name(count)} {word}" + (f" {name(rest)}" if rest else "")


def draw(random_source: random.Random) -> int:
    length = random_source.choices(list(SHARE_OF_LENGTH), list(SHARE_OF_LENGTH.values()))[0]
    return random_source.randrange(10 ** (length - 1) if length > 1 else 0, 10**length)


def main() -> None:
    random_source = random.Random(SEED)
    numbers = [draw(random_source) for _ in range(LINES)]
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text("".join(f"{n} = {name(n)}\n" for n in numbers), encoding="ascii", newline="\n")
    print(f"wrote {len(numbers)} lines to {TARGET}")


if __name__ == "__main__":
    main()
