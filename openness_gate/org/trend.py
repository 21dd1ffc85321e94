"""The trend over scans, as an SVG chart that takes its colours from the page around it, and runs and loads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from openness_gate.messages import say
from openness_gate.org.summary import Point, word

SHOWN = ("pass", "ask", "incomplete", "fail", "failed")
"""From the ground up. What is no release, or was skipped, would dwarf them."""
WIDTH, HEIGHT = 720, 270


def chart(trend: Sequence[Point], bars: Any) -> str:
    """*bars*, which are pygal's, one for each scan."""
    shown = [outcome for outcome in SHOWN if any(point.counts.get(outcome) for point in trend)]
    drawn = bars(
        width=WIDTH, height=HEIGHT, css=[], js=[], show_legend=False, margin=6, spacing=8, x_labels_major_count=5,
        y_labels_major_count=3, show_minor_x_labels=False, show_minor_y_labels=False, truncate_label=-1,
        disable_xml_declaration=True, no_data_text="", value_formatter=lambda n: f"{n:,.0f}",
    )  # fmt: skip
    drawn.x_labels = [point.day for point in trend]
    for outcome in shown:
        drawn.add(outcome, [point.counts.get(outcome, 0) for point in trend])
    return _bare(ElementTree.fromstring(drawn.render(is_unicode=True)), shown)


def _bare(svg: ElementTree.Element, shown: Sequence[str]) -> str:
    """What is drawn, without style sheets and scripts; each bar says what it is."""
    for one in svg.iter():
        one.tag = one.tag.rpartition("}")[2]
    for parent in list(svg.iter()):
        for child in list(parent):
            if child.tag in ("defs", "title") or child.get("class") in ("tooltip", "text-overlay"):
                parent.remove(child)
    for place, outcome in enumerate(shown):
        for series in svg.iterfind(f".//g[@class='series serie-{place} color-{place}']"):
            series.set("class", f"of-{outcome}")
            for bar in series.iter("g"):
                _name(bar, word(outcome))
    svg.attrib.pop("id", None)
    svg.set("role", "img")
    svg.set("aria-label", say("repositories by result, scan by scan; the table below has the numbers"))
    return ElementTree.tostring(svg, encoding="unicode", short_empty_elements=False)


def _name(bar: ElementTree.Element, what: str) -> None:
    said = {one.get("class"): one.text for one in bar.findall("desc")}
    for one in bar.findall("desc"):
        bar.remove(one)
    if "value" in said:
        title = ElementTree.SubElement(bar, "title")
        title.text = say("{day}: {n} {what}", day=said.get("x_label"), n=said["value"], what=what)
