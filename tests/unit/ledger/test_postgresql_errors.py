"""What a server complains of, in words."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from newsletter.errors import LedgerError
from newsletter.ledger.postgresql_errors import explain

URL = sa.URL.create("postgresql+psycopg", "news", None, "db.example.org", None, "sent")


def said(error: psycopg.Error, *, committing: bool = False) -> LedgerError:
    return explain(URL, OperationalError("SELECT", {}, error), committing=committing)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("55P03", "is in use by another computer"),
        ("40P01", "is in use by another computer"),
        ("42501", "its user news lacks the necessary permissions"),
        ("53100", "the server's disk is full"),
        ("53200", "is out of resources"),
        ("53300", "has too many open connections"),
        ("25006", "is read-only"),
        ("57P03", "is starting or stopping"),
        ("58030", "disk reports an error"),
        ("XX001", "is damaged"),
        ("42P01", "a table is missing"),
        ("22012", "reported an error: what the server says"),
    ],
)
def test_a_state_that_the_server_names(code, words):
    error = said(psycopg.errors.lookup(code)("what the server says.\nDETAIL: a row"))
    assert error.message.startswith("The ledger in the database sent at db.example.org ")
    assert words in error.message
    assert "DETAIL" not in error.message


@pytest.mark.parametrize("code", ["08006", "57P01", "57P05", "25P03"])
def test_a_connection_that_is_over(code):
    lost = psycopg.errors.lookup(code)("terminating connection")
    assert "the current change was not saved" in said(lost).message
    assert "may or may not have been saved" in said(lost, committing=True).message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('FATAL: password authentication failed for user "news"', "rejected the password of news"),
        ("fe_sendauth: no password supplied", "needs a password"),
        (
            'FATAL: no pg_hba.conf entry for host "192.0.2.1", user "news"',
            "does not allow news to connect from this computer",
        ),
        ('FATAL: role "news" does not exist', "has no user called news"),
        ('FATAL: database "sent" does not exist', "has no database of that name"),
        ("server does not support SSL, but SSL was required", "does not support encryption"),
        ("SSL error: certificate verify failed", "its certificate is not trusted"),
        ("connection failed: Connection refused", "refused the connection"),
        ('connection to server on socket "/run/x" failed: No such file or directory', "is not running"),
        ("connection timeout expired", "did not respond in time"),
        ("connection failed: Network is unreachable", "cannot be reached"),
        ("failed to resolve host 'db.example.org': no such name", "was not found under that name"),
        ("[Errno -2] Name or service not known", "was not found under that name"),
        ("FATAL: the database system is starting up", "is starting"),
        ("FATAL: the database system is shutting down", "is shutting down"),
        ("FATAL: remaining connection slots are reserved", "has too many open connections"),
        ("FATAL: sorry, too many clients already", "has too many open connections"),
        ("FATAL: etwas anderes\nmehr", "cannot be used: FATAL: etwas anderes"),
        ("", "cannot be used: it gives no reason"),
    ],
)
def test_a_server_that_was_not_reached(text, words):
    error = said(psycopg.OperationalError(text))
    assert error.message.startswith("The ledger's server at db.example.org ")
    assert error.message.rstrip(".").endswith(words) or words in error.message
    assert error.hint
    assert "{" not in error.message + error.hint
