"""The address of a ledger."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.ledger.url import LedgerUrlError, PostgresqlDatabase, SqliteFile, parse


@pytest.mark.parametrize(
    ("url", "path"),
    [("sqlite:///.newsletter/ledger.db", ".newsletter/ledger.db"), ("sqlite:////var/a b#?.db", "/var/a b#?.db")],
)
def test_a_file(url, path):
    assert parse(url) == SqliteFile(path)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://news@db.example.org:5433/sent", PostgresqlDatabase("db.example.org", 5433, "news", "sent")),
        ("postgres://db.example.org/sent", PostgresqlDatabase("db.example.org", None, "", "sent")),
        ("postgresql://news@[2001:db8::1]/sent", PostgresqlDatabase("2001:db8::1", None, "news", "sent")),
        ("postgresql://k%40im@db/s%C3%A9nt", PostgresqlDatabase("db", None, "k@im", "sént")),
        ("postgresql:///sent", PostgresqlDatabase("", None, "", "sent")),
        ("postgresql://news@/sent?host=/run/db", PostgresqlDatabase("/run/db", None, "news", "sent")),
        (
            "postgresql://db/sent?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            PostgresqlDatabase("db", None, "", "sent", {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}),
        ),
    ],
)
def test_a_database(url, place):
    assert parse(url) == place


@pytest.mark.parametrize(
    ("host", "local"), [("", True), ("/run/db", True), ("localhost", True), ("::1", True), ("db.example.org", False)]
)
def test_what_goes_over_a_network(host, local):
    assert PostgresqlDatabase(host, None, "news", "sent").is_local is local


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "has no address"),
        ("ledger.db", "cannot be kept in “ledger.db”"),
        ("mysql://db/sent", "cannot be kept in “mysql”"),
        ("postgresql:/db/sent", "cannot be kept in “postgresql”"),
        ("sqlite:///", "has no file path"),
        ("sqlite:///folder/", "has no file path"),
        ("postgresql://news@db", "must end with the name of one database"),
        ("postgresql://news@db/", "must end with the name of one database"),
        ("postgresql://news@db/sent/more", "must end with the name of one database"),
        ("postgresql://news@db/sent#part", "must end with the name of one database"),
        ("postgresql://news@db:port/sent", "is not valid"),
        ("postgresql://news@db:99999/sent", "is not valid"),
        ("postgresql://news@[db/sent", "is not valid"),
        ("postgresql://news@db/sent?sslmode", "is not valid"),
        ("postgresql://news@db/sent?sslmode=yes", "unknown `sslmode`"),
        ("postgresql://news@db/sent?options=-csearch_path%3Dx", "unknown option “options”"),
        ("postgresql://news@db/sent?dbname=x", "unknown option “dbname”"),
    ],
)
def test_what_is_no_address(url, says):
    with pytest.raises(LedgerUrlError, match=says) as caught:
        parse(url)
    assert caught.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://news:hunter2@db/sent",
        "postgres://news:hunter2@db/sent",
        "postgresql://news:@db/sent",
        "postgresql://news:hunter2/with#all?kinds@of@db:5432/sent",
        "postgresql://news@db/sent?password=hunter2",
        "postgresql://news@db/sent?sslpassword=hunter2",
    ],
)
def test_a_password_is_refused_with_where_it_goes(url):
    with pytest.raises(LedgerUrlError, match="contains a password") as caught:
        parse(url)
    assert "NEWSLETTER_LEDGER_PASSWORD" in caught.value.hint
    assert "hunter2" not in caught.value.message + caught.value.hint


@given(
    st.sampled_from(["postgresql://", "postgres://", "postgresql:", "mysql://", ""]),
    st.text(alphabet="ab@:/?#[]%&= 1é\t", max_size=30),
    st.text(alphabet="ab@:/?#[]%&= 1é\t", max_size=30),
)
def test_whatever_is_written_is_read_or_refused_in_words_without_the_secret(scheme, before, after):
    try:
        place = parse(f"{scheme}{before}hunter2{after}")
    except LedgerUrlError as error:
        shown = error.message + error.hint
        # only what stands where the kind of a ledger, or an option's name, belongs is repeated
        assert "hunter2" not in shown or "cannot be kept" in shown or "unknown option" in shown
    else:
        assert isinstance(place, PostgresqlDatabase)
