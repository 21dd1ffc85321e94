"""How git is called on a repository that nobody vouches for: which program, with which flags, in which environment.

Imports `os` and nothing else: a hook that has an answer already asks git once, and is done before more is imported.
"""

from __future__ import annotations

import os

HARDENED = (
    "--no-pager",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.pager=cat"),
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "safe.directory=*"),
)
ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
STAGED = ("ls-files", "-s", "-z")
"""What is in the index, as `mode SP id SP stage TAB path NUL`."""
MOST_OF_A_LINK = 4096  #: bytes of a file that says where a repository is


def found_program() -> str:
    """The git on PATH; "" without one. Relative entries and the current folder are passed over: a checkout could bring
    its own."""
    name = "git.exe" if os.name == "nt" else "git"
    here = os.path.realpath(os.curdir)
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        found = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.realpath(folder) != here and os.access(found, os.X_OK):
            return found
    return ""


def environment() -> dict[str, str]:
    """The caller's, without what tells git of a repository, and with what keeps it from asking anyone."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")} | ENVIRONMENT


def at(top: str) -> tuple[str, ...]:
    """The arguments that name the repository whose work tree *top* (a real path) is."""
    return (f"--git-dir={os.path.join(top, '.git')}", f"--work-tree={top}")


def has_repository(folder: str) -> bool:
    """A `.git` that is a file, or a folder with a HEAD; like git, an empty one is passed over."""
    place = os.path.join(folder, ".git")
    return os.path.isfile(place) or os.path.lexists(os.path.join(place, "HEAD"))


def git_folder(top: str) -> str:
    """The real path of the git directory of the work tree *top*; "" where none can be told."""
    place = os.path.join(top, ".git")
    if not os.path.isfile(place):
        return os.path.realpath(place)
    try:
        with open(place, "rb") as file:
            said = file.read(MOST_OF_A_LINK)
    except OSError:
        return ""
    if not said.startswith(b"gitdir: ") or b"\0" in said:
        return ""
    return os.path.realpath(os.path.join(top, os.fsdecode(said[8:].rstrip(b"\r\n"))))


def own_index(mine: str) -> str:
    """The index that a hook was told to look at, where it is of the repository *mine* (the real path of its git
    directory), or of none: of a partial commit it differs. "" where there is no such index."""
    given = os.environ.get("GIT_INDEX_FILE", "")
    if not os.path.isfile(given):
        return ""
    folder = os.path.realpath(os.path.dirname(given))
    another = folder != mine and os.path.exists(os.path.join(folder, "HEAD"))
    return "" if another else os.path.abspath(given)
