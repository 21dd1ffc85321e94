"""Custom properties and issues on GitHub: asks what is there, and changes it, slowly.

What GitHub answers is taken for hostile, and no word of it is passed on: it might repeat a token.
"""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any
from urllib.parse import quote

from openness_gate.comment_plan import says
from openness_gate.forges.github import ENDPOINT
from openness_gate.http import Answer, Unsure, client, complaint, is_limit
from openness_gate.messages import say
from openness_gate.model import GateError, Unreadable
from openness_gate.org.follow_up_plan import VALUES, Batch, Change, Do, Issue, halves
from openness_gate.pull_request import viewer

BETWEEN_WRITES, BETWEEN_ISSUES = 1.0, 3.0  #: seconds; GitHub notices who is faster (its "Best practices")
TRIES = 3  #: to create what may be there already
PROPERTIES, ISSUES = "organization custom properties: write", "issues: write"  #: permissions


class Refused(Unreadable):
    """One question, and the next may be answered."""


class GitHub:
    """For one run."""

    def __init__(self) -> None:
        self._wrote = self._created = float("-inf")

    def me(self) -> str:
        return viewer(ENDPOINT.host)

    # --- custom properties

    def require_property(self, org: str, name: str) -> None:
        """`GateError` where the organization has no property that can hold our values."""
        answer = client().get(f"{_org(org)}/schema/{quote(name, safe='')}", ENDPOINT, home=True)
        if answer.status == 404:
            why = say("{org} has no custom property {name}, or the token may not see it; define it as a single select"
                      " of {values}", org=org, name=name, values=", ".join(VALUES))  # fmt: skip
            raise GateError(why)
        match _json(answer, org, PROPERTIES):
            case {"value_type": "string"}:
                return
            case {"value_type": "single_select", "allowed_values": list(allowed)} if {*VALUES} <= {*map(str, allowed)}:
                return
            case {"value_type": str()}:
                why = say("{org}: the custom property {name} cannot hold our results; define it as a single select of"
                          " {values}", org=org, name=name, values=", ".join(VALUES))  # fmt: skip
                raise GateError(why)
        raise _nonsense()

    def values(self, org: str, name: str) -> dict[str, str]:
        """Of the property *name*, by owner/name in lower case; "" for a repository that has none."""
        found = {}
        for answer in client().pages(f"{_org(org)}/values?per_page=100", ENDPOINT, home=True):
            for one in _list(_json(answer, org, PROPERTIES)):
                match one:
                    case {"repository_full_name": str(repo), "properties": list(properties)}:
                        found[repo.lower()] = next(filter(None, (_value(about, name) for about in properties)), "")
                    case _:
                        raise _nonsense()
        return found

    def set_values(self, batch: Batch, name: str, splits: bool = True) -> list[Batch | Refused]:
        """What was set, and what not. *splits*: where one repository stands in the way, the others are set without."""
        value = {
            "repository_names": [repo.partition("/")[2] for repo in batch.names],
            "properties": [{"property_name": name, "value": batch.value}],
        }
        self._pace()
        answer = client().send("PATCH", f"{_org(batch.org)}/values", ENDPOINT, value, once=False)
        self._wrote = monotonic()
        if splits and answer.status in (404, 422) and len(batch.names) > 1:
            return [done for half in halves(batch) for done in self.set_values(half, name)]
        try:
            _json(answer, ", ".join(batch.names), PROPERTIES)
        except Refused as error:
            return [error]
        return [batch]

    # --- issues

    def visibility(self, repo: str) -> str:
        """Who may see it; `Refused` where no issue can be there."""
        match _json(client().get(_repo(repo), ENDPOINT, home=True), repo, ISSUES):
            case {"archived": True}:
                raise Refused(say("{what} is archived", what=repo))
            case {"has_issues": False}:
                raise Refused(say("{what}: issues are turned off", what=repo))
            case {"visibility": "public" | "internal" | "private" as visibility}:
                return str(visibility)
            case {"private": bool(private)}:
                return "private" if private else "public"
        raise _nonsense()

    def search(self, org: str, me: str) -> tuple[list[Issue], bool]:
        """Issues in *org* by *me* that may be ours, and whether these are all."""
        author = f"app/{me.removesuffix('[bot]')}" if me.endswith("[bot]") else me
        query = quote(f"openness-gate is:issue author:{author} org:{org}", safe="")
        found: list[Issue] = []
        total, whole = 0, True
        for answer in client().pages(f"{ENDPOINT.url}/search/issues?per_page=100&q={query}", ENDPOINT, home=True):
            match _json(answer, org, ISSUES):
                case {"items": list(items), "total_count": int(total), "incomplete_results": bool(cut)}:
                    whole = whole and not cut
                    found += map(_issue, items)
                case _:
                    raise _nonsense()
        return found, whole and len(found) >= total

    def issues(self, repo: str, me: str) -> list[Issue]:
        """Those by *me* in one repository, as they are now; pull requests are among them."""
        found: list[Issue] = []
        url = f"{_repo(repo)}/issues?state=all&per_page=100&creator={quote(me, safe='')}"
        for answer in client().pages(url, ENDPOINT, home=True):
            found += map(_issue, _list(_json(answer, repo, ISSUES)))
        return found

    def make(self, change: Change, title: str, me: str) -> Change:
        """*change*, made; with the number that it got. *title*: of a new issue."""
        if change.do is Do.CREATE:
            return change._replace(number=self._create(change, title, me).number)
        self._edit(change)
        return change

    def _create(self, change: Change, title: str, me: str) -> Issue:
        """A new issue, or the one that was created where nobody knew."""
        url, value = f"{_repo(change.repo)}/issues", {"title": title, "body": change.body}
        for turn in range(TRIES):
            self._pace(is_new=True)
            try:
                return _issue(_json(client().send("POST", url, ENDPOINT, value), change.repo, ISSUES))
            except Unsure as error:
                there = [one for one in self.issues(change.repo, me) if says(one.body, change.body)]
                if there or turn == TRIES - 1:
                    return _only(there, error)
            finally:
                self._wrote = self._created = monotonic()
        raise AssertionError

    def _edit(self, change: Change) -> None:
        value = {"body": change.body} if change.body else {}
        value |= {"state": "open"} if change.do is Do.REOPEN else {}
        if change.do is Do.CLOSE:
            value |= {"state": "closed", "state_reason": "completed" if change.body else "not_planned"}
        self._pace()
        url = f"{_repo(change.repo)}/issues/{change.number}"
        answer = client().send("PATCH", url, ENDPOINT, value, once=False)  # a second try does the same
        self._wrote = monotonic()
        _json(answer, f"{change.repo}#{change.number}", ISSUES)

    def _pace(self, is_new: bool = False) -> None:
        until = max(self._wrote + BETWEEN_WRITES, self._created + BETWEEN_ISSUES if is_new else 0)
        sleep(max(0.0, until - monotonic()))


# --- what is asked, and what comes back -----------------------------------------------------------------------------


def _org(org: str) -> str:
    return f"{ENDPOINT.url}/orgs/{org}/properties"


def _repo(repo: str) -> str:
    return f"{ENDPOINT.url}/repos/{repo}"


def _json(answer: Answer, what: str, needs: str) -> Any:
    """What an answer says. `Refused` where others may still be answered, `Unreadable` where none will."""
    status = answer.status
    if status in (200, 201):
        return answer.json()
    if status == 204:
        return None
    if status == 401 or is_limit(answer):
        raise complaint(answer, what, ENDPOINT)
    if status == 410:
        raise Refused(say("{what}: issues are turned off, or it is gone", what=what))
    if status in (403, 404) and ENDPOINT.token:
        why = say("{what}: {host} answers {status}: there is none, or the token in {name} may not; it needs `{needs}`",
                  what=what, host=ENDPOINT.host, status=status, name=ENDPOINT.token, needs=needs)  # fmt: skip
        raise Refused(why)
    raise Refused(str(complaint(answer, what, ENDPOINT)))


def _list(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    raise _nonsense()


def _value(about: object, name: str) -> str:
    match about:
        case {"property_name": str(its), "value": str(value)} if its == name:
            return value
    return ""


def _issue(value: object) -> Issue:
    match value:
        case {"id": int(id_), "number": int(number), "state": str(state), "repository_url": str(url), **more}:
            user, body = more.get("user"), more.get("body")
            login, kind = (user.get("login"), user.get("type")) if isinstance(user, dict) else ("", "")
            said = body if isinstance(body, str) else ""
            repo = url.rpartition("/repos/")[2]
            return Issue(id_, str(login or ""), kind == "Bot", said, repo, number, state == "open")
    raise _nonsense()


def _only(there: list[Issue], error: Unsure) -> Issue:
    if not there:
        raise Refused(str(error))
    return there[0]


def _nonsense() -> Unreadable:
    return Unreadable(say("{host}: its answer is not what GitHub answers", host=ENDPOINT.host))
