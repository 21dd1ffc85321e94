"""Of any number of runs, however interleaved, one comment is left, and it says what the newest one says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openness_gate.comment_plan import (
    Action,
    Comment,
    Detail,
    Do,
    State,
    Texts,
    Wish,
    is_whole,
    mark,
    ours,
    plan,
    state_of,
    wish,
    written,
)
from openness_gate.http import Unsure
from openness_gate.settle import Outcome, settle

ME, KEY, SHA = "github-actions[bot]", "k", "a" * 40
ZERO = "0" * 64


def body(text: str, run: int = 1, attempt: int = 1, fixed: bool = False, key: str = KEY) -> str:
    return written(text, State(SHA, run, attempt, "", fixed), key)


def one(number: int, text: str, author: str = ME, is_bot: bool = True) -> Comment:
    return Comment(number, f"IC_{number}", author, is_bot, text, f"https://github.example/{number}")


def shown(actions: Sequence[Action]) -> list[tuple[str, int, str]]:
    return [(a.do.value, a.comment.id if a.comment else 0, a.body.rpartition("\n")[2]) for a in actions]


# --- the state ------------------------------------------------------------------------------------------------------


def test_what_is_written_can_be_read() -> None:
    state = State(SHA, 5, 2, "", True)
    found = state_of(written("x\ny", state, KEY))
    assert found._replace(digest="") == state and is_whole(written("x\ny", state, KEY))


@pytest.mark.parametrize("change", [lambda b: b.replace("\n", "\r\n"), lambda b: b + "\n\n", lambda b: b.rstrip()])
def test_a_host_may_change_the_ends_of_lines(change: Callable[[str], str]) -> None:
    text = change(body("a\nb\n", 7))
    assert is_whole(text) and state_of(text).run == 7 and ours([one(1, text)], ME, KEY)


@pytest.mark.parametrize(
    "line",
    [
        "", "{}", "nonsense", f'{{"sha":"{SHA}"}}', f'{{"sha":"x","run":1,"attempt":1,"digest":"{ZERO}"}}',
        *(f'{{"sha":"","run":{run},"attempt":1,"digest":"{ZERO}"}}' for run in ("-1", "true", "1e3", "1" + "0" * 15)),
        '{"sha":"","run":1,"attempt":1,"digest":"x"}', '{"sha":"","run":' + "9" * 300 + "}", "[" * 300, '{"run":NaN}',
        f'{{"sha":"","run":1,"attempt":1,"digest":"{ZERO}","x":"{"y" * 400}"}}', "{" * 300 + "}" * 300,
    ],
)  # fmt: skip
def test_a_state_that_is_none(line: str) -> None:
    text = f"{mark(KEY)}\n<!-- openness-gate:state {line} -->\ntext"
    assert state_of(text) == State()


@given(st.text(max_size=300))
def test_any_text_has_some_state(text: str) -> None:
    assert state_of(text).run >= 0
    assert state_of(f"{mark(KEY)}\n<!-- openness-gate:state {text} -->\n").run >= 0


@pytest.mark.parametrize(
    ("text", "author", "is_bot", "expected"),
    [
        (body("x"), ME, True, True),
        (body("x"), ME, False, False),  # a person whose name looks like ours
        (body("x"), "mallory", False, False),
        (body("x"), "other[bot]", True, False),
        (body("x"), "github-actions", True, False),
        (body("x", key="kk"), ME, True, False),
        (f"\n{body('x')}", ME, True, False),
        (f"> {body('x')}", ME, True, False),
        (mark(KEY), ME, True, True),
        ("", ME, True, False),
    ],
)
def test_whose_comment_it_is(text: str, author: str, is_bot: bool, expected: bool) -> None:
    assert bool(ours([one(1, text, author, is_bot)], ME, KEY)) is expected


def test_the_oldest_comes_first() -> None:
    assert [comment.id for comment in ours([one(n, body("x")) for n in (5, 3, 9)], ME, KEY)] == [3, 5, 9]


# --- the plan -------------------------------------------------------------------------------------------------------

NEW = Wish(body("new", 5))
FIXED = Wish(body("fixed", 5, fixed=True), create=False)
GONE = Wish("", create=False)
TABLE: dict[str, tuple[list[str], Wish | None, Detail | None, list[tuple[str, int, str]]]] = {
    "nothing there": ([], NEW, None, [("create", 0, "new")]),
    "nothing there, nothing wrong": ([], FIXED, None, []),
    "nothing there, nothing to delete": ([], GONE, None, []),
    "nothing to say": ([], None, None, []),
    "older": ([body("old", 4)], NEW, None, [("update", 1, "new")]),
    "older attempt": ([body("old", 5, 0)], NEW, None, [("update", 1, "new")]),
    "newer": ([body("old", 6)], NEW, None, []),
    "newer attempt": ([body("old", 5, 2)], NEW, None, []),
    "newer, and fixed": ([body("old", 6)], FIXED, None, []),
    "newer, and to be deleted": ([body("old", 6)], GONE, None, []),
    "the same": ([body("new", 4)], NEW, None, []),
    "the same, but changed by hand": ([body("new", 4) + "!"], NEW, None, [("update", 1, "new")]),
    "the same, resolved by hand": ([body("new", 4)], NEW, Detail(True), [("show", 1, "")]),
    "no state": ([mark(KEY) + "\nx"], NEW, None, [("update", 1, "new")]),
    "fixed": ([body("old", 4)], FIXED, None, [("update", 1, "fixed")]),
    "fixed, seen": ([body("fixed", 5, fixed=True)], None, Detail(False), [("hide", 1, "")]),
    "back, seen": ([body("new", 5)], None, Detail(True), [("show", 1, "")]),
    "deleted": ([body("old", 4), body("old", 3)], GONE, None, [("delete", 1, ""), ("delete", 2, "")]),
    "doubles": ([body("a", 3), body("b", 4)], NEW, None, [("update", 1, "new"), ("delete", 2, "")]),
    "doubles, the second newer": ([body("a", 3), body("b", 6)], NEW, None, [("update", 1, "b"), ("delete", 2, "")]),
    "doubles, the first newer": ([body("a", 6), body("b", 3)], NEW, None, [("delete", 2, "")]),
    "wrote over": ([body("old", 5)], None, Detail(False, (body("old", 5), body("newer", 6))), [("update", 1, "newer")]),
    "wrote over, unsure": ([body("new", 5)], NEW, Detail(False, (body("newer", 6),)), [("update", 1, "newer")]),
    "wrote over an older": ([body("new", 5)], None, Detail(False, (body("old", 4),)), []),
    "history cut": ([body("new", 5)], None, Detail(False, (body("newer", 6)[:-1],)), []),
    "history of another": ([body("new", 5)], None, Detail(False, (body("x", 6, key="kk"), "x", "")), []),
}


@pytest.mark.parametrize("name", TABLE)
def test_plan(name: str) -> None:
    there, wanted, detail, expected = TABLE[name]
    mine = [one(n, text) for n, text in enumerate(there, 1)]
    assert shown(plan(mine, wanted, State(SHA, 5, 1), detail)) == expected


@pytest.mark.parametrize(
    ("mode", "found", "expected"),
    [
        ("never", True, None), ("never", False, None),
        ("on-failure", True, ("found", True)), ("on-failure", False, ("fixed", False)),
        ("always", True, ("found", True)), ("always", False, ("found", True)),
        ("delete-when-fixed", True, ("found", True)), ("delete-when-fixed", False, ("", False)),
    ],
)  # fmt: skip
def test_modes(mode: str, found: bool, expected: tuple[str, bool] | None) -> None:
    wanted = wish(mode, found, State(SHA, 1, 1), KEY, Texts("found", "fixed"))
    assert (wanted and (wanted.body.rpartition("\n")[2], wanted.create)) == expected


# --- many runs at once ----------------------------------------------------------------------------------------------


class Job(NamedTuple):
    """A run: *push*: a commit came before it; *found*: something is missing there."""

    push: bool
    found: bool
    text: int


class Killed(BaseException):
    """A run that was ended from without."""


class World:
    """A pull request whose every call waits for its turn: which run comes next is drawn, so each order can come."""

    def __init__(self) -> None:
        self.head, self.last = 0, 10
        self.there: dict[int, Comment] = {}
        self.edits: dict[int, list[str]] = {}
        self.hidden: set[int] = set()

    def put(self, author: str, text: str) -> Comment:
        self.last += 1
        self.there[self.last] = one(self.last, text, author, author.endswith("[bot]"))._replace(fresh=author == ME)
        self.edits[self.last] = [text]
        return self.there[self.last]

    def mine(self) -> list[Comment]:
        return ours(self.there.values(), ME, KEY)


class Turn:
    """`settle.Thread` of one run. *faults*: what goes wrong with its changes, one after the other."""

    def __init__(self, world: World, faults: list[str]) -> None:
        self.world, self.faults = world, faults
        self.go, self.waits = threading.Semaphore(0), threading.Semaphore(0)
        self.ended = False

    def _next(self) -> None:
        self.waits.release()
        self.go.acquire()

    def head(self) -> str:
        self._next()
        return sha_of(self.world.head)

    def comments(self) -> list[Comment]:
        self._next()
        return list(self.world.there.values())

    def detail(self, comment: Comment) -> Detail | None:
        self._next()
        return Detail(comment.id in self.world.hidden, tuple(self.world.edits.get(comment.id, [])[:20]))

    def do(self, action: Action) -> Comment | None:
        self._next()
        fault = self.faults.pop() if self.faults else ""
        if fault == "killed":
            raise Killed
        if fault == "refused":
            raise Unsure("?")
        done = self._done(action)
        if fault == "lost":
            raise Unsure("?")
        return done

    def _done(self, action: Action) -> Comment | None:
        world = self.world
        if action.comment is None:
            return world.put(ME, action.body)
        number = action.comment.id
        assert action.comment.author == ME and action.comment.body.startswith(mark(KEY))
        if action.do is Do.DELETE:
            world.there.pop(number, None)
        elif number not in world.there:
            raise Unsure("gone")
        elif action.do is Do.UPDATE:
            world.there[number] = world.there[number]._replace(body=action.body, fresh=True)
            world.edits[number].insert(0, action.body)
        elif action.do is Do.HIDE:
            world.hidden.add(number)
        else:
            world.hidden.discard(number)
        return world.there.get(number)

    def pause(self, turn: int) -> bool:
        return True


def sha_of(n: int) -> str:
    return f"{n:040x}"


def played(
    world: World, jobs: Sequence[Job], mode: str, faults: Sequence[list[str]], draw: Callable[[int], int]
) -> None:
    """All *jobs*, begun in their order and then interleaved as drawn."""
    waiting = list(enumerate(jobs, 1))
    running: list[Turn] = []
    while waiting or running:
        choice = draw(len(running) + bool(waiting))
        if choice == len(running):
            number, job = waiting.pop(0)
            world.head += job.push
            running.append(_begun(world, number, job, mode, list(faults[number - 1])))
            continue
        turn = running[choice]
        turn.go.release()
        turn.waits.acquire()
        running = [one for one in running if not one.ended]


def _begun(world: World, number: int, job: Job, mode: str, faults: list[str]) -> Turn:
    state, turn = State(sha_of(world.head), number, 1), Turn(world, faults)
    wanted = wish(mode, job.found, state, KEY, Texts(f"text {job.text}", "fixed", outdated="outdated"))
    assert wanted is not None

    def work() -> None:
        try:
            settle(turn, ME, state, KEY, wanted)
        except (Killed, Unsure):
            pass
        finally:
            turn.ended = True
            turn.waits.release()

    threading.Thread(target=work, daemon=True).start()
    turn.waits.acquire()
    return turn


@st.composite
def histories(draw: st.DrawFn) -> list[Job]:
    """Runs of the same commit find the same: the gate says the same of the same bytes."""
    jobs: list[Job] = []
    for _ in range(draw(st.integers(1, 4))):
        push, found = draw(st.booleans()), draw(st.booleans())
        job = Job(push, found, draw(st.integers(1, 3)))
        jobs.append(job if push or not jobs else jobs[-1]._replace(push=False))
    return jobs


def world_with(doubles: int) -> tuple[World, dict[int, Comment]]:
    """Some comments of ours that no run of these wrote, and some of others, with our mark in them."""
    world = World()
    for n in range(doubles):
        comment = world.put(ME, body(f"text {n + 1}", 0, 0))
        world.there[comment.id] = comment._replace(fresh=False)
        world.put("mallory", body("passed", 99))
    world.put("other[bot]", body("passed", 99))
    world.put(ME, "hello " + body("passed", 99))
    return world, {number: comment for number, comment in world.there.items() if comment not in world.mine()}


@settings(max_examples=400, deadline=None)
@given(histories(), st.sampled_from(["on-failure", "always"]), st.integers(0, 2), st.data())
def test_one_comment_is_left_with_the_newest_text(
    jobs: list[Job], mode: str, doubles: int, data: st.DataObject
) -> None:
    world, others = world_with(doubles)
    played(world, jobs, mode, [[]] * len(jobs), lambda n: data.draw(st.integers(0, n - 1)))
    assert {number: world.there[number] for number in others} == others
    left = world.mine()
    assert len(left) <= 1
    if jobs[-1].found or mode == "always":
        assert [comment.body.rpartition("\n")[2] for comment in left] == [f"text {jobs[-1].text}"]
        assert left[0].id not in world.hidden
    else:
        assert {comment.body.rpartition("\n")[2] for comment in left} <= {"fixed", "outdated"}
        assert not left or left[0].id in world.hidden or len(world.edits[left[0].id]) == 1


def test_a_run_that_came_too_late_takes_back_what_it_wrote() -> None:
    """The newer one was content with what stood there, or with nothing."""
    for doubles, newer, expected in ((1, Job(True, True, 1), "text 1"), (0, Job(True, False, 1), "outdated")):
        world, _ = world_with(doubles)
        late = _begun(world, 1, Job(True, True, 2), "on-failure", [])
        for _ in range(2):  # it asks for the head, and is then about to ask for the comments
            late.go.release()
            late.waits.acquire()
        world.head += 1
        assert alone(world, "on-failure", 2, newer).did == ("unchanged" if doubles else "nothing")
        while not late.ended:
            late.go.release()
            late.waits.acquire()
        assert [comment.body.rpartition("\n")[2] for comment in world.mine()] == [expected]
        assert bool(world.hidden) is (expected == "outdated")


FAULTS = st.lists(st.sampled_from(["", "", "lost", "refused", "killed"]), max_size=4)


@settings(max_examples=300, deadline=None)
@given(histories(), st.sampled_from(["on-failure", "always", "delete-when-fixed"]), st.data())
def test_whatever_went_wrong_the_next_run_puts_right(jobs: list[Job], mode: str, data: st.DataObject) -> None:
    """Lost answers, refused changes, and runs that end in the middle."""
    world, others = world_with(1)
    faults = [data.draw(FAULTS) for _ in jobs]
    played(world, jobs, mode, faults, lambda n: data.draw(st.integers(0, n - 1)))
    world.head += 1
    last = State(sha_of(world.head), 9, 1)
    wanted = wish(mode, True, last, KEY, Texts("last", "fixed"))
    assert wanted is not None
    calm = Calm(world, [])
    assert settle(calm, ME, last, KEY, wanted).did in ("created", "updated")
    assert [comment.body.rpartition("\n")[2] for comment in world.mine()] == ["last"]
    assert world.mine()[0].id not in world.hidden
    assert {number: world.there[number] for number in others} == others


class Calm(Turn):
    """Nobody else is there."""

    def _next(self) -> None:
        pass


@given(histories(), st.sampled_from(["on-failure", "always", "delete-when-fixed"]))
def test_one_after_the_other(jobs: list[Job], mode: str) -> None:
    world, _ = world_with(0)
    for number, job in enumerate(jobs, 1):
        world.head += job.push
        there = bool(world.mine())
        outcome = alone(world, mode, number, job)
        wanted = job.found or mode == "always" or (there and mode == "on-failure")
        assert len(world.mine()) == wanted
        again = alone(world, mode, number + 100, job)
        assert again.did == ("unchanged" if wanted else "nothing"), (outcome, again)


def alone(world: World, mode: str, number: int, job: Job) -> Outcome:
    state = State(sha_of(world.head), number, 1)
    wanted = wish(mode, job.found, state, KEY, Texts(f"text {job.text}", "fixed"))
    assert wanted is not None
    found: Any = settle(Calm(world, []), ME, state, KEY, wanted)
    assert isinstance(found, Outcome)
    return found
