"""The comments of a pull request on GitHub, or on the GitHub Enterprise that GITHUB_API_URL names.

What GitHub answers is taken for hostile, and no word of it is passed on: it might repeat a token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from openness_gate import http
from openness_gate.comment_plan import SHA, Action, Comment, Detail, Do
from openness_gate.forges.github import ENDPOINT, graphql_url
from openness_gate.github_event import Event, of_pull_request
from openness_gate.http import Answer, Unsure, client, complaint
from openness_gate.messages import say, tame
from openness_gate.model import Unreadable
from openness_gate.settle import TooLong

MOST_PAGES = 30  #: of a hundred comments
TIME, PATIENCE = 120.0, 60.0  #: seconds that all of it may take, and of these, that servers may let us wait
SETTLED = 300  #: seconds after which nobody is at work any more who wrote a comment
VIEWER = "query viewer { viewer { login } }"
DETAIL = """query detail($id: ID!) {
  node(id: $id) { ... on IssueComment { isMinimized userContentEdits(first: 20) { nodes { diff } } } }
}"""
HIDE = """mutation hide($id: ID!) {
  minimizeComment(input: {subjectId: $id, classifier: RESOLVED}) { minimizedComment { isMinimized } }
}"""
SHOW = """mutation show($id: ID!) {
  unminimizeComment(input: {subjectId: $id}) { unminimizedComment { isMinimized } }
}"""


class Gone(Unsure):
    """Somebody else has removed the comment."""


class PullRequest:
    """`settle.Thread` of one pull request."""

    def __init__(self, repo: str, number: int) -> None:
        self.label = f"{repo}#{number}"
        self._repo = f"{ENDPOINT.url}/repos/{repo}"
        self._number = number
        client().hurry(TIME, PATIENCE)

    def head(self) -> str:
        """The commit that it would merge."""
        answer = client().get(f"{self._repo}/pulls/{self._number}", ENDPOINT, home=True)
        match _json(answer, self.label):
            case {"head": {"sha": str(sha)}} if SHA.fullmatch(sha):
                return sha
        raise _nonsense()

    def comments(self) -> list[Comment]:
        found: list[Comment] = []
        url = f"{self._repo}/issues/{self._number}/comments?per_page=100"
        for answer in client().pages(url, ENDPOINT, MOST_PAGES, home=True):
            page = _json(answer, self.label)
            if not isinstance(page, list):
                raise _nonsense()
            now = _seconds(answer.headers.get("date", ""), parsedate_to_datetime)
            found += [_comment(one, now) for one in page]
        return found

    def detail(self, comment: Comment) -> Detail | None:
        match _graphql(DETAIL, comment.node, self.label):
            case {"node": {"isMinimized": bool(hidden), "userContentEdits": {"nodes": list(nodes)}}}:
                return Detail(hidden, tuple(_texts(nodes)))
        raise _nonsense()

    def do(self, action: Action) -> Comment | None:
        match action:
            case Action(Do.CREATE, _, body):
                url = f"{self._repo}/issues/{self._number}/comments"
                return _comment(self._change("POST", url, {"body": body}))
            case Action(Do.UPDATE, Comment() as comment, body):
                return _comment(self._change("PATCH", self._at(comment), {"body": body}))
            case Action(Do.DELETE, Comment() as comment):
                self._change("DELETE", self._at(comment))
            case Action(Do.HIDE | Do.SHOW, Comment() as comment):
                _graphql(HIDE if action.do is Do.HIDE else SHOW, comment.node, self.label)
        return None

    def pause(self, turn: int) -> bool:
        return client().wait(http.PAUSE * 2 ** min(turn, 4))

    def _at(self, comment: Comment) -> str:
        return f"{self._repo}/issues/comments/{comment.id}"

    def _change(self, method: str, url: str, value: object = None) -> Any:
        answer = client().send(method, url, ENDPOINT, value)
        if answer.status == 404 and method == "DELETE":
            return None
        if answer.status == 404 and method == "PATCH":
            raise Gone(say("{what}: the comment is not there any more, or may not be changed", what=self.label))
        if answer.status == 422 and b"too long" in answer.body:
            raise TooLong(say("{what}: {host} finds the comment too long", what=self.label, host=ENDPOINT.host))
        if answer.status == 204:
            return None
        return _json(answer, self.label)


def viewer(label: str) -> str:
    """The login that the token is for; GitHub's REST API does not tell an action who it is."""
    match _graphql(VIEWER, "", label):
        case {"viewer": {"login": str(login)}} if login:
            return login
    raise _nonsense()


def number_of(repo: str, branch: str, sha: str) -> int:
    """The one open pull request into *repo* whose head is *sha*; 0 where there is none, or more than one."""
    return int(_pull(repo, branch, sha).get("number", 0))


def of_run(found: Event) -> Event:
    """*found*, a workflow run, with the pull request that it ran for, where there is exactly one."""
    pull = _pull(found.repository, found.branch, found.head)
    return of_pull_request(found, pull) or found


def _pull(repo: str, branch: str, sha: str) -> dict[str, Any]:
    """The one open pull request from *branch* (`owner:branch`) into *repo* whose head is *sha*; or an empty one."""
    url = f"{ENDPOINT.url}/repos/{repo}/pulls?state=open&per_page=100&head={quote(branch, safe='')}"
    client().hurry(TIME, PATIENCE)
    answer = _json(client().get(url, ENDPOINT, home=True), repo)
    pulls: list[dict[str, Any]] = []
    for one in answer if isinstance(answer, list) else []:
        match one:
            case {"number": int(), "head": {"sha": str(its)}, "base": {"repo": {"full_name": str(into)}}}:
                pulls += [one] if its == sha and into.lower() == repo.lower() else []
    return pulls[0] if len(pulls) == 1 else {}


# --- what is asked, and what comes back -----------------------------------------------------------------------------


def _graphql(query: str, id_: str, label: str) -> Any:
    """What it answers; each of our queries may be asked twice."""
    asked: dict[str, object] = {"query": query, "variables": {"id": id_} if id_ else {}}
    answer = client().send("POST", graphql_url(), ENDPOINT, asked, once=False)
    match _json(answer, label):
        case {"errors": [_, *_] as errors}:
            raise _refused(label, any(isinstance(e, dict) and e.get("type") == "FORBIDDEN" for e in errors))
        case {"data": data}:
            return data
    raise _nonsense()


def _json(answer: Answer, label: str) -> Any:
    """What an answer says; `Unreadable` where it is none."""
    status, body = answer.status, answer.body
    if status in (200, 201):
        return answer.json()
    if status == 403 and b"not accessible by" in body:
        raise _refused(label, True)
    if status == 403 and b"locked" in body:
        raise Unreadable(say("{what}: its conversation is locked", what=label))
    if status in (404, 410) and ENDPOINT.token:
        says = say("{what}: {host} answers {status}: there is none, or the token in {name} may not see it",
                   what=label, host=ENDPOINT.host, status=status, name=ENDPOINT.token)  # fmt: skip
        raise Unreadable(says)
    raise complaint(answer, label, ENDPOINT)


def _refused(label: str, forbidden: bool) -> Unreadable:
    if not forbidden:
        return Unreadable(say("{what}: {host} refuses a query", what=label, host=ENDPOINT.host))
    return Unreadable(
        say(
            "{what}: the token in {name} may not write comments: it needs `pull-requests: write`; a pull request from"
            " a fork or of Dependabot never has it: docs/comment.md shows a workflow_run",
            what=label,
            name=ENDPOINT.token,
        )
    )


def _comment(value: object, now: float = 0.0) -> Comment:
    """*now*: by the clock of the host."""
    match value:
        case {"id": int(id_), "node_id": str(node), "user": user, "html_url": str(url), **more}:
            login, kind = (user.get("login"), user.get("type")) if isinstance(user, dict) else ("", "")
            body = more.get("body") if isinstance(more.get("body"), str) else ""
            fresh = now - _seconds(str(more.get("updated_at")).replace("Z", "+00:00"), datetime.fromisoformat) < SETTLED
            return Comment(id_, node, str(login or ""), kind == "Bot", str(body), tame(url), fresh)
    raise _nonsense()


def _seconds(text: str, read: Callable[[str], datetime]) -> float:
    """Of what is no time, the beginning of all."""
    try:
        return read(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _texts(nodes: list[object]) -> Iterator[str]:
    for node in nodes:
        match node:
            case {"diff": str(text)}:
                yield text


def _nonsense() -> Unreadable:
    return Unreadable(say("{host}: its answer is not what GitHub answers", host=ENDPOINT.host))
