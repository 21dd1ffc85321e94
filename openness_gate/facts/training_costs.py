"""What training took: accelerators, time, operations, energy; each a topic of its own, from what documents say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from openness_gate.facts.documents import documents
from openness_gate.facts.sentences import Sentence, sentences
from openness_gate.facts.tables import table
from openness_gate.messages import say
from openness_gate.model import Completeness, Evidence, Repo, raises

TOPICS = ("accelerators", "duration", "flops", "energy")
AMOUNT = r"\d[\d.,]{0,15}\s?(?:[kmx×e^*]\s?)?"
SHOWS = {
    "accelerators": re.compile(
        r"\b\d[\d,]*\s?(?:x|×|\*)?\s?(?:[\w-]{1,20} ){0,2}[gt]pus?\b|[gt]pu\s?[*x×]\s?\d|\d\s?(?:张|块|枚|台)"
        r"|\b(?:one|two|single|\d+) (?:cores?|threads?|cpus?)\b|\b(?:xeon|epyc)\b"
    ),
    "duration": re.compile(
        AMOUNT + r"(?:million |thousand )?(?:\w{1,10}[- ]){0,2}?(?:seconds?|minutes?|hours?|hrs|days?|weeks?|months?)\b"
        r"(?! of (?!training|compute|computation|gpu|tpu|pre-?training))"
        r"|\d\s?(?:分钟|小时|天|週間|周|日間|時間)"
    ),
    "flops": re.compile(r"\d[^.\n|]{0,30}(?:flops?\b|flop/s|浮点)|\d\s?(?:peta|exa|zetta)flop"),
    "energy": re.compile(
        r"\d[\d.,]*\s?[kmg]?wh\b|\d[\d.,]*\s?(?:t|kg|g|tons?|tonnes?|吨)[^.\n|]{0,12}co2|co2[^.\n|]{0,40}?\d|(?:碳排放|消費電力|能耗)[^。\n|]{0,20}\d"
    ),
}
APART = ("usage", "finetune-howto", "evaluation", "plan", "acknowledgements", "citation")
FIELD = "co2_eq_emissions"
SHOWN = 400  #: characters of a sentence in which a figure is looked for


def costs(repo: Repo) -> Iterator[Evidence]:
    """What is said of each topic, where it is said first."""
    found: dict[str, Evidence] = {}
    for document in documents(repo):
        if document.front and (value := document.meta.get(FIELD)):
            grade = Completeness.DESCRIBED if any(map(str.isdigit, str(value))) else Completeness.MENTIONED
            found["energy"] = raises(grade, say("emissions"), document.front.place(FIELD), "energy")
            break
    for sentence in [one for one in sentences(repo) if _is_on_training(one)]:
        for topic in TOPICS:
            if topic not in found and _states(sentence, topic):
                says = say("the text states {topic}", topic=topic)
                found[topic] = raises(Completeness.DESCRIBED, says, sentence.at, topic)
    yield from found.values()


def _words() -> Any:
    return table("topics")["training-cost"]


def _is_on_training(sentence: Sentence) -> bool:
    known = _words()
    if not (sentence.has(known["on_training"]) or sentence.section.about("training-procedure", "compute")):
        return False
    return not (sentence.has(known["not_training"]) or sentence.section.about(*APART))


def _states(sentence: Sentence, topic: str) -> bool:
    text = sentence.lower[:SHOWN]
    if SHOWS[topic].search(text):
        return True
    if topic == "accelerators":
        return sentence.has(table("signals")["accelerators"])
    is_head = text.startswith("|") and any(word in text for word in _words()["heads"][topic])
    return is_head and any(map(str.isdigit, sentence.section.body.lower().replace("co2", "")))
