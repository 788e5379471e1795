"""The settings: found upwards, read with mistakes told in words, never with a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.errors import ContentError
from newsletter.model.findings import Finding
from newsletter.settings import Settings
from newsletter.settings_file import FILE_NAME, load_settings

LEAST = """\
brand:
  name: Example Community Trust
  address: 1 High Street, Sampletown AB1 2CD
sender: {name: Example Community Trust, email: news@example.org}
"""


def write(folder: Path, text: str = LEAST) -> Path:
    path = folder / FILE_NAME
    path.write_text(text, encoding="utf-8")
    return path


def findings_in(folder: Path, more: str) -> list[Finding]:
    with pytest.raises(ContentError) as caught:
        load_settings(write(folder, LEAST + more))
    return [finding for finding in caught.value.findings if isinstance(finding, Finding)]


def test_the_least_settings_have_fitting_defaults(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path))
    assert settings.root == tmp_path
    assert settings.issues_folder == tmp_path / "issues"
    assert settings.templates_folder == tmp_path / "templates"
    assert settings.audience_file == tmp_path / "audience.csv"
    assert settings.outbox_folder == tmp_path / "outbox"
    assert settings.ledger_url == f"sqlite:///{tmp_path.as_posix()}/.newsletter/ledger.db"
    assert settings.provider == "outbox"
    assert settings.before_sending.test
    assert not settings.before_sending.approval
    presentation = settings.presentation
    assert (presentation.brand, presentation.sender, presentation.language) == (
        settings.brand,
        settings.sender,
        "en-GB",
    )
    assert str(presentation.zone) == "Europe/London"


def test_what_is_written_counts(tmp_path: Path) -> None:
    more = """\
reply_to: Team@Example.org
language: cy
time_zone: Europe/Dublin
dates: {date: "EEE d MMM", time: "HH:mm"}
outbox: {audience: lists/people.csv, folder: /var/outbox}
folders: {issues: news}
ledger: sqlite:////var/ledger.db
before_sending: {test: no, approval: yes, approvers: [Director, 007]}
links: {view_online: "https://example.org/{month}.html"}
"""
    settings = load_settings(write(tmp_path, LEAST + more))
    assert settings.reply_to == "Team@example.org"
    assert settings.audience_file == tmp_path / "lists" / "people.csv"
    assert settings.outbox_folder == Path("/var/outbox")
    assert settings.issues_folder == tmp_path / "news"
    assert settings.ledger_url == "sqlite:////var/ledger.db"
    assert not settings.before_sending.test
    assert settings.before_sending.approvers == ("Director", "007")
    assert settings.presentation.dates.time == "HH:mm"


@pytest.mark.parametrize("path", ["../news", "/srv/news", "news/../../elsewhere", "link"])
@pytest.mark.parametrize("kind", ["issues", "templates"])
def test_a_folder_elsewhere_must_be_announced(tmp_path: Path, kind: str, path: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    more = f"folders:\n  {kind}: {path}\n"
    with pytest.raises(ContentError) as raised:
        load_settings(write(root, LEAST + more))
    (finding,) = raised.value.findings
    assert finding.code == "NL081"
    assert f"the folder of the {kind}, “{path}”, is outside" in finding.message.lower()
    assert "`outside: true` under `folders`" in finding.hint
    settings = load_settings(write(root, f"{LEAST}{more}  outside: true\n"))
    assert getattr(settings, f"{kind}_folder") == (root / path).absolute()


def test_the_address_of_a_shared_ledger_stays_as_it_is_written(tmp_path: Path) -> None:
    address = "postgresql://news@db.example.org:5433/news?sslmode=verify-full"
    assert load_settings(write(tmp_path, f"{LEAST}ledger: {address}\n")).ledger_url == address


def test_settings_made_without_a_file_start_from_here() -> None:
    data = {
        "brand": {"name": "Us", "address": "Here"},
        "sender": {"name": "Us", "email": "us@example.org"},
    }
    assert Settings.model_validate(data).root == Path()
    assert Settings.model_validate(data).issues_folder == Path.cwd() / "issues"


@pytest.mark.parametrize(
    ("more", "where", "says", "paste"),
    [
        ("languge: en-GB", "NL040 5:1", "no field “languge” in the settings", "language: en-GB"),
        ("language: English", "NL078 5:11", "not a language code", "language: en-GB"),
        ("language: en_gb", "NL078 5:11", "not a language code", "language: en-GB"),
        ("language: fr_FR", "NL078 5:11", "not a language code", "language: fr-FR"),
        ("language: gobbledygook", "NL078 5:11", "not a language code", ""),
        ("time_zone: London", "NL074 5:12", "no time zone “London”", "time_zone: Europe/London"),
        ("time_zone: Mars/Base", "NL074 5:12", "no time zone “Mars/Base”", ""),
        ("time_zone: ../../etc/passwd", "NL074 5:12", "no time zone", ""),
        ("provider: outbx", "NL075 5:11", "`provider` cannot be “outbx”", "provider: outbox"),
        ("provider: [outbox]", "NL045 5:11", "`provider` must be text", 'provider: "[outbox]"'),
        ("ledger: ledger.db", "NL077 5:9", "the ledger cannot be kept in “ledger.db”", ""),
        ("ledger: sqlite:///", "NL077 5:9", "the address of the ledger has no file path", ""),
        ("dates: {date: dd/mm/yyyy}", "NL079 5:15", "not a valid pattern for `date`", "dates: {date: dd/MM/yyyy}"),
        ('dates: {time: "HH:MM"}', "NL079 5:15", "not a valid pattern for `time`", 'dates: {time: "HH:mm"}'),
        ("dates: {date: the day}", "NL079 5:15", "not a valid pattern for `date`", ""),
        ('dates: {date: "d \'of MMMM"}', "NL079 5:15", "not a valid pattern for `date`", ""),
        ("folders: {issues: ~/issues}", "NL080 5:19", "cannot be used as a path", ""),
        ("folders: {issues: same, templates: same}", "NL081 1:1", "share a folder", ""),
        ("serve: {address: 'https://a.example.org'}", "NL081 5:8", "`serve` needs a list of your own", ""),
        ("serve: {address: 'http://a.example.org'}", "NL060 5:18", "cannot be the address of the public pages", ""),
        ("serve: {address: here}", "NL060 5:18", "cannot be the address of the public pages", ""),
        ("serve: {address: 'https://a.example.org', ses_topic: x}", "NL060 5:54", "not the ARN of an SNS topic", ""),
        ("subscribers: {database: 'foo://b'}", "NL077 5:14", "the subscriber list cannot be kept in “foo”", ""),
        (
            "subscribers: {segments: {a: 'tag: and and'}}",
            "NL077 5:14",
            "the segment `a` is not valid: the filter is wrong",
            "",
        ),
        ("before_sending: {approvers: [Director]}", "NL081 5:29", "no one would be asked", ""),
        ("before_sending: {test: maybe}", "NL072 5:24", "must be true or false", ""),
        ("before_sending: {test: [x]}", "NL072 5:24", "must be true or false", ""),
        (
            "reply_to: Us <us@example.org>",
            "NL062 5:11",
            "`reply_to` is not an email address",
            "reply_to: us@example.org",
        ),
        ("reply_to: us", "NL062 5:11", "`reply_to` is not an email address", ""),
        ('links: {unsubscribe: "https://e.org/l?e={mail}"}', "NL082 5:22", "{mail} is not filled in", ""),
        ('links: {preferences: "https://e.org/l?e={first_name|}"}', "NL082 5:22", "{first_name|} is not filled", ""),
        ('links: {view_online: "https://e.org/{month"}', "NL082 5:22", "a brace has no matching brace", ""),
        ('links: {view_online: "https://e.org/{{month}}"}', "NL082 5:22", "a brace has no matching brace", ""),
        ('media_url: "https://e.org/{month}"', "NL082 5:12", "{month} is not filled in", ""),
        ('links: {unsubscribe: "https://e.org/l?e=*|EMAIL|*"}', "NL082 5:22", "*|EMAIL|* is not filled in", ""),
        ('links: {unsubscribe: "https://e.org/l?e=%%email%%"}', "NL082 5:22", "%%email%% is not filled in", ""),
        ('links: {unsubscribe: "https://e.org/l?e=[email]"}', "NL082 5:22", "[email] is not filled in", ""),
        ('links: {unsubscribe: "https://e.org/l?e=<email>"}', "NL082 5:22", "<email> is not filled in", ""),
        ('links: {unsubscribe: "https://e.org/l?e=%7Bemail%7D"}', "NL082 5:22", "%7Bemail%7D is not filled in", ""),
        ('links: {unsubscribe: "https://e.org/l?e=${email}"}', "NL082 5:22", "${email} is not filled in", ""),
        ('links: {unsubscribe: "https://e.org/leave/:email"}', "NL082 5:22", ":email is not filled in", ""),
        ('links: {unsubscribe: "https://e.org/#/l/{key}", one_click: true}', "NL081 5:60", "before any #", ""),
        ("links: {one_click: true}", "NL081 5:20", "`one_click` needs an `unsubscribe` page", ""),
        ('links: {unsubscribe: "https://e.org/l?e={email}", one_click: true}', "NL081 5:62", "contains {key}", ""),
        ('links: {unsubscribe: "http://e.org/l?k={key}", one_click: true}', "NL081 5:59", "begins with https", ""),
        ("links: {privacy: x}", "NL040 5:9", "no field “privacy” in `links`", ""),
        ("ledger: a@b: c", "NL077 5:9", "the ledger cannot be kept", ""),
        (
            "ledger: postgresql://us:pw@db.example.org/x",
            "NL077 5:9",
            "the address of the ledger contains a password",
            "",
        ),
        ("ledger: postgresql://us@db.example.org", "NL077 5:9", "must end with the name of one database", ""),
        ("ledger: postgresql://us@h/x?sslmode=yes", "NL077 5:9", "unknown `sslmode`", ""),
    ],
)
def test_a_wrong_setting_is_told(more: str, where: str, says: str, paste: str, tmp_path: Path) -> None:
    (finding,) = findings_in(tmp_path, f"{more}\n")
    assert f"{finding.code} {finding.place.line}:{finding.place.column}" == where
    assert says.casefold() in finding.message.casefold()
    assert finding.suggestion == paste


@pytest.mark.parametrize(
    ("line", "where", "says", "paste"),
    [
        ("  logo_width: 160px", "NL070 4:15", "must be a whole number", "  logo_width: 160"),
        ("  logo_width: wide", "NL070 4:15", "must be a whole number", ""),
        ("  logo_width: [1]", "NL070 4:15", "must be a whole number", ""),
        ("  logo_width: 5", "NL071 4:15", "cannot be “5”", ""),
        ("  logo_width: 5000", "NL071 4:15", "cannot be “5000”", ""),
        ("  colours: {brand: teal}", "NL073 4:20", "not a valid colour", ""),
        ("  colours: {brand: 0b4}", "NL073 4:20", "not a valid colour", '  colours: {brand: "#00bb44"}'),
        ("  social: [{name: Us}]", "NL041 4:12", "this entry of `social` has no `link`", ""),
        ("  social:\n    - name: Us", "NL041 5:7", "this entry of `social` has no `link`", ""),
    ],
)
def test_a_wrong_brand_is_told(line: str, where: str, says: str, paste: str, tmp_path: Path) -> None:
    text = LEAST.replace("sender:", f"{line}\nsender:")
    with pytest.raises(ContentError) as caught:
        load_settings(write(tmp_path, text))
    (finding,) = [finding for finding in caught.value.findings if isinstance(finding, Finding)]
    assert f"{finding.code} {finding.place.line}:{finding.place.column}" == where
    assert says.casefold() in finding.message.casefold()
    assert finding.suggestion == paste


def test_a_colour_without_quotation_marks_is_not_lost_in_silence(tmp_path: Path) -> None:
    text = LEAST.replace("sender:", "  colours:\n    brand: #0b4f5c\nsender:")
    with pytest.raises(ContentError) as caught:
        load_settings(write(tmp_path, text))
    (finding,) = [finding for finding in caught.value.findings if isinstance(finding, Finding)]
    assert (finding.code, finding.suggestion) == ("NL028", '    brand: "#0b4f5c"')


def test_what_is_missing_is_told_with_an_example(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        load_settings(write(tmp_path, "brand: {name: Us}\n"))
    findings = [finding for finding in caught.value.findings if isinstance(finding, Finding)]
    assert [(finding.code, finding.message) for finding in findings] == [
        ("NL041", "The settings have no `sender`."),
        ("NL041", "`brand` has no `address`."),
    ]
    assert "1 High Street" in findings[1].hint


@pytest.mark.parametrize(
    "lines",
    [
        "api_key: hunter2-secret",
        "password: hunter2-secret",
        "outbox: {token: hunter2-secret}",
        "outbox:\n  smtp_password: &hunter2-secret",
        "api key: @hunter2-secret",
        "secret:\n- hunter2-secret",
        'api_token: "hunter2-secret',
        "ledger: postgresql://us:hunter2-secret@db.example.org/ledger",
        "ledger: postgresql://us:hunter2-secret@db.example.org/ledger: x",
        "apikey: hunter2-secret: x",
    ],
)
def test_a_secret_is_refused_and_never_shown(lines: str, tmp_path: Path) -> None:
    findings = findings_in(tmp_path, f"{lines}\n")
    assert {"NL076", "NL077"} & {finding.code for finding in findings}
    for finding in findings:
        assert "hunter2" not in finding.model_dump_json()
    assert "hunter2" not in str(findings)


def test_the_settings_of_this_project_are_read() -> None:
    root = Path(__file__).parents[2]
    assert load_settings(root / FILE_NAME).issues_folder == root / "issues"
