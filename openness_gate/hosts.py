"""Who may be asked, and whose token may go there.

Asked are the endpoints of the forges, which the user may configure, and the hosts that `data/hosts.json` allows; only
over https, and only where their addresses are public. An endpoint on this machine may be asked over http, too.
"""

from __future__ import annotations

import os
from urllib.parse import SplitResult, urlsplit

from openness_gate.facts.tables import table
from openness_gate.messages import say
from openness_gate.model import GateError, Unreadable
from openness_gate.tuples import NamedTuple

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Endpoint(NamedTuple):
    """Where a forge is asked: what the variable says, or else the default; and whose tokens may go there."""

    variable: str
    default: str
    tokens: tuple[str, ...]

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        url = os.environ.get(self.variable) or self.default
        parts = split(url)
        known = parts and parts.hostname and not (parts.username or parts.password or parts.query or parts.fragment)
        if not parts or not known or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts))):
            says = say("{name} must be an https address, or http of this machine, and no more", name=self.variable)
            raise GateError(says)
        return url.rstrip("/")

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def is_usual(self) -> bool:
        """It speaks for the public forge: the default, or a stand-in on this machine."""
        return self.url == self.default or self.host in LOOPBACK

    @property
    def token(self) -> str:
        """The name of the variable that holds a token; "" where none does."""
        return next((name for name in self.tokens if os.environ.get(name, "").strip()), "")


def may_ask(url: str) -> bool:
    """Whether an address that no forge is for is on a host that is asked."""
    try:
        return bool(allowed(url, None))
    except Unreadable:
        return False


def allowed(url: str, endpoint: Endpoint | None) -> str:
    """The host of *url*; `Unreadable` where it is neither of the endpoint nor in the table."""
    parts = split(url)
    if parts and parts.hostname and not parts.username and not parts.password:
        host = parts.hostname
        if endpoint and origin(url) == origin(endpoint.url):
            return host
        if parts.scheme == "http" and endpoint and endpoint.host in LOOPBACK and is_loopback(parts):
            return host
        if parts.scheme == "https" and parts.port in (None, 443):
            known = table("hosts")
            if any(host == one or host.endswith("." + one) for one in (*known["asked"], *known["storage"])):
                return host
    raise Unreadable(say("{url}: not on a host that is asked", url=url.split("?")[0][:200]))


def require_public(url: str, endpoint: Endpoint | None) -> None:
    """`OSError` where a host of the table has an address that is not public: it was given one that leads elsewhere."""
    from ipaddress import ip_address
    from socket import getaddrinfo

    from requests.utils import get_environ_proxies

    if (endpoint and (origin(url) == origin(endpoint.url) or endpoint.host in LOOPBACK)) or get_environ_proxies(url):
        return
    for found in getaddrinfo(host_of(url), 443):
        if not ip_address(str(found[4][0]).partition("%")[0]).is_global:
            raise OSError


def authorization(url: str, endpoint: Endpoint | None) -> str:
    if not endpoint or not endpoint.token or origin(url) != origin(endpoint.url):
        return ""
    token = os.environ[endpoint.token].strip()
    if not (token.isascii() and token.isprintable()):
        raise GateError(say("{name} holds no token", name=endpoint.token))
    return f"Bearer {token}"


def split(url: str) -> SplitResult | None:
    """The parts of *url*; None where it is no address."""
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or parts.port else None
    except ValueError:
        return None


def origin(url: str) -> tuple[str, str | None, int]:
    parts = split(url)
    if not parts:
        return "", None, 0
    return parts.scheme, parts.hostname, parts.port or {"https": 443}.get(parts.scheme, 80)


def host_of(url: str) -> str:
    parts = split(url)
    return (parts.hostname if parts else "") or ""


def is_loopback(parts: SplitResult) -> bool:
    return parts.hostname in LOOPBACK
