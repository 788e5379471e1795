from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path

import pytest

from newsletter.errors import UsageError
from newsletter.subscribers.identity import VARIABLE, Identity, load_identity
from newsletter.subscribers.tokens import LIFETIME, ExpiredTokenError, InvalidTokenError, Purpose, TokenSigner

NOW = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
OURS = Identity(b"a" * 64)
PERSON = OURS.address_hash("sam@example.org")


def test_a_token_names_its_address_and_holds_none() -> None:
    token = TokenSigner(OURS, Purpose.MANAGE).sign(PERSON, NOW)
    assert TokenSigner(OURS, Purpose.MANAGE).read(token, NOW) == PERSON
    assert b"sam" not in base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def test_a_hash_is_of_a_mailbox_whatever_its_spelling() -> None:
    assert OURS.address_hash("SAM@Example.org") == PERSON
    assert Identity(b"b" * 64).address_hash("sam@example.org") != PERSON


@pytest.mark.parametrize("purpose", Purpose)
def test_an_old_token_is_refused(purpose: Purpose) -> None:
    signer = TokenSigner(OURS, purpose)
    token = signer.sign(PERSON, NOW)
    assert signer.read(token, NOW + LIFETIME[purpose] - dt.timedelta(minutes=1)) == PERSON
    with pytest.raises(ExpiredTokenError):
        signer.read(token, NOW + LIFETIME[purpose] + dt.timedelta(minutes=2))
    with pytest.raises(ExpiredTokenError):
        signer.read(token, NOW - dt.timedelta(days=1))


def test_a_token_for_one_thing_is_none_for_another() -> None:
    token = TokenSigner(OURS, Purpose.CONFIRM).sign(PERSON, NOW)
    with pytest.raises(InvalidTokenError):
        TokenSigner(OURS, Purpose.MANAGE).read(token, NOW)


def test_another_list_s_token_is_refused() -> None:
    token = TokenSigner(Identity(b"b" * 64), Purpose.MANAGE).sign(PERSON, NOW)
    with pytest.raises(InvalidTokenError):
        TokenSigner(OURS, Purpose.MANAGE).read(token, NOW)


def test_no_character_of_a_token_can_be_changed() -> None:
    signer = TokenSigner(OURS, Purpose.MANAGE)
    token = signer.sign(PERSON, NOW)
    for at in range(len(token)):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(InvalidTokenError):
            signer.read(changed, NOW)


@pytest.mark.parametrize("token", ["", "x", "é" * 52, "A" * 52, "A" * 5000, "../../etc/passwd", "%00" * 20])
def test_nonsense_is_refused(token: str) -> None:
    with pytest.raises(InvalidTokenError):
        TokenSigner(OURS, Purpose.MANAGE).read(token, NOW)


def test_the_secret_is_made_once_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    path = tmp_path / "deep" / "list.secret"
    with pytest.raises(UsageError, match="missing"):
        load_identity(path)
    first = load_identity(path, create=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_identity(path, create=True).check == first.check
    assert [one.name for one in path.parent.iterdir()] == ["list.secret"]
    path.chmod(0o644)
    with pytest.raises(UsageError, match="Other people"):
        load_identity(path)


def test_the_secret_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "c" * 40)
    assert load_identity(tmp_path / "none").check == Identity(b"c" * 40).check
    monkeypatch.setenv(VARIABLE, "short")
    with pytest.raises(UsageError, match="too short"):
        load_identity(tmp_path / "none")
