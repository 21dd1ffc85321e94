"""Sections are fitted into a budget by rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from openness_gate.fitting import Budget, Section, fitted


def budget(most: int) -> Budget:
    return Budget(most, len, lambda n: f"{n} more elsewhere")


def table(rank: int, rows: int, group: int = 0, heading: str = "") -> Section:
    return Section(rank, f"| t{rank} |\n| --- |\n", [f"| {n} |\n" for n in range(rows)], "\n", 1, group, heading)


def test_what_fits_is_kept_as_it_is() -> None:
    assert fitted([table(0, 2)], budget(100)) == "| t0 |\n| --- |\n| 0 |\n| 1 |\n\n"
    assert fitted([], budget(100)) == fitted([table(0, 0)], budget(100)) == ""


def test_the_last_row_says_how_many_are_missing() -> None:
    assert fitted([table(0, 50)], budget(90)).splitlines()[-2:] == ["| 45 more elsewhere | ", ""]
    lines = Section(0, "", [f"- {n}\n" for n in range(50)])
    assert fitted([lines], budget(60)).splitlines()[-2].startswith("- 4")


def test_the_least_important_goes_first_and_is_counted() -> None:
    shown = fitted([table(2, 5), table(0, 2), table(1, 3)], budget(75))
    assert "t0" in shown and "t2" not in shown
    assert shown.endswith("more elsewhere\n")


def test_a_heading_stands_once_before_what_is_kept_of_its_group() -> None:
    sections = [
        table(0, 1, 1, "# one\n"),
        table(1, 1, 1, "# one\n"),
        table(0, 1, 2, "# two\n"),
        table(9, 0, 3, "# no\n"),
    ]
    shown = fitted(sections, budget(1000))
    assert shown.count("# one") == shown.count("# two") == 1
    assert "# no" not in shown


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(0, 2)), max_size=6), st.integers(20, 400))
def test_it_is_never_over_budget_and_loses_nothing_silently(shape: list[tuple[int, int, int]], most: int) -> None:
    sections = [table(rank, rows, group, f"# {group}\n") for rank, rows, group in sorted(shape, key=lambda s: s[2])]
    shown = fitted(sections, budget(most))
    assert len(shown) <= most
    kept = [line for line in shown.splitlines() if line.strip("| ").isdigit()]
    missing = sum(int(line.strip("| ").split()[0]) for line in shown.splitlines() if "more elsewhere" in line)
    assert len(kept) + missing == sum(len(section.rows) for section in sections)
