"""The signed commit that an approval may rest on: who signed the state of the files that an issue is made of."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import UsageError

_GOOD = "G"
_ADDRESS = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True, slots=True)
class SignedCommit:
    """A commit with a good signature."""

    commit: str
    signer: str
    """The address of the signer, as git's list of trusted signers or the key has it."""


def signed_commit(root: Path, paths: Sequence[Path]) -> SignedCommit:
    """Return the last commit of some files and its signer.

    Raise UsageError unless the files are as they were committed, and git trusts the signature, which is not this
    computer's own.
    """
    names = [str(path) for path in paths if path.exists()]
    if _git(root, "status", "--porcelain", "--", *names).strip():
        raise UsageError(
            "The issue, its pictures, the templates or newsletter.yaml have changes that are not committed.",
            hint="A signature approves what was committed. Commit the changes, or get the signed commit again.",
        )
    told = _git(root, "log", "-1", "--format=%H%n%G?%n%GS", "--", *names).split("\n")
    if len(told) < 3 or not told[0]:
        raise UsageError("The issue was never committed.", hint="Commit it with `git commit -S`.")
    commit, state, signer = told[0], told[1], told[2].strip()
    short = commit[:12]
    if state == "N":
        raise UsageError(f"The last commit of the issue, {short}, is not signed.", hint="Sign it with `git commit -S`.")
    if state != _GOOD or not signer:
        raise UsageError(
            f"The signature of commit {short} is not one that git trusts.",
            hint="`git log --show-signature -1` shows why. Add the signer to git's trusted signers.",
        )
    address = _ADDRESS.search(signer)
    found = SignedCommit(commit, address[1] if address else signer)
    if found.signer.casefold() == _git(root, "config", "user.email", may_fail=True).strip().casefold():
        raise UsageError(
            f"Commit {short} has your own signature.", hint="Someone else must sign the commit to approve the issue."
        )
    return found


def _git(root: Path, *arguments: str, may_fail: bool = False) -> str:
    program = shutil.which("git")
    if program is None:
        raise UsageError("git is not installed.", hint="Install it, or approve without --signed.")
    done = subprocess.run(  # noqa: S603  the program is git, and no argument is a reader's
        [program, "-C", str(root), *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode and not may_fail:
        reason = done.stderr.strip().splitlines()
        raise UsageError(f"git cannot be used here: {reason[-1] if reason else arguments[0]}.")
    return done.stdout
