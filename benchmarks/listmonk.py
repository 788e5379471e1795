"""How fast listmonk hands messages to Postfix's smtp-sink: what a direct send is to be faster than.

    python benchmarks/listmonk.py FOLDER [--recipients N] [--connections N] [--size BYTES]

FOLDER is a checkout of listmonk in which `go build -o listmonk ./cmd` has been run. A PostgreSQL server is started for
it, without waiting for the disk, and thrown away. The campaign has the same HTML and plain text as that of
`benchmarks/direct_sending.py`, personalised by listmonk's own template tags, and no limit of messages a second.
Tracking is off. The time is that between listmonk's own log lines for the start and the end of the campaign.

Needs Debian's packages postfix and postgresql. Run both benchmarks one after the other on an idle machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.direct_sending import PARAGRAPH, sink, source
from tests.postgresql import PASSWORD, USER, Server, running

ADMIN = {"LISTMONK_ADMIN_USER": "admin", "LISTMONK_ADMIN_PASSWORD": "an-admin-password"}
"""listmonk's installer wants an administrator."""

CONFIGURATION = """\
[app]
address = "127.0.0.1:0"
[db]
host = "{host}"
port = 5432
user = "{user}"
password = "{password}"
database = "news"
ssl_mode = "disable"
max_open = 25
max_idle = 25
max_lifetime = "300s"
"""

PEOPLE = """\
INSERT INTO lists (uuid, name, type) VALUES (gen_random_uuid(), 'Readers', 'private');
INSERT INTO subscribers (uuid, email, name)
    SELECT gen_random_uuid(), 'reader' || number || '@example.org', 'Zoë ' || number
    FROM generate_series(1, {recipients}) AS number;
INSERT INTO subscriber_lists (subscriber_id, list_id, status)
    SELECT subscribers.id, lists.id, 'confirmed' FROM subscribers, lists
    WHERE lists.name = 'Readers' AND email LIKE 'reader%';
INSERT INTO templates (name, type, subject, body) VALUES ('Bare', 'campaign', '', '{{{{ template "content" . }}}}');
ANALYZE;
"""

CAMPAIGN = """\
WITH campaign AS (
    INSERT INTO campaigns (uuid, name, subject, from_email, body, altbody, content_type, messenger, template_id, status)
    SELECT gen_random_uuid(), 'February', 'News for {{{{ .Subscriber.FirstName }}}}', 'us@example.org', %s, %s, 'html',
        'email', id, 'running' FROM templates WHERE name = 'Bare' RETURNING id)
INSERT INTO campaign_lists (campaign_id, list_id) SELECT campaign.id, lists.id FROM campaign, lists
    WHERE lists.name = 'Readers'
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="a checkout of listmonk with the built program `listmonk`")
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--size", type=int, default=40_000, help="bytes of a message, about")
    given = parser.parse_args()
    program = given.folder.resolve() / "listmonk"
    if not program.exists():
        print(f"{program} is missing: run `go build -o listmonk ./cmd` in {given.folder}")
        return 1
    # listmonk reads the files of its web pages at start; a campaign needs none of them
    (given.folder / "frontend" / "dist").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running() as server, sink() as port:
        configuration = Path(folder) / "config.toml"
        configuration.write_text(CONFIGURATION.format(host=server.folder, user=USER, password=PASSWORD))
        command = [program, "--config", configuration]
        install = [*command, "--install", "--yes"]
        subprocess.run(install, cwd=given.folder, env=os.environ | ADMIN, check=True, capture_output=True)
        prepare(server, given, port)
        seconds = time_campaign(command, given.folder)
        (sent,) = server.execute("SELECT sent FROM campaigns WHERE name = 'February'")[0]
        assert sent == given.recipients, f"{sent} of {given.recipients} messages were sent"
        theirs = source(port, given.recipients, given.connections, given.size)
    rate, most = given.recipients / seconds, given.recipients / theirs
    print(
        f"listmonk: {given.recipients:,} messages of about {given.size:,} bytes over {given.connections} connections: "
        f"{rate:,.0f}/s, smtp-source {most:,.0f}/s, ratio {rate / most:.2f}"
    )
    return 0


def prepare(server: Server, given: argparse.Namespace, port: int) -> None:
    """Put the settings, the people and the campaign into listmonk's database."""
    smtp = {
        "enabled": True,
        "host": "127.0.0.1",
        "port": port,
        "auth_protocol": "none",
        "hello_hostname": "localhost",
        "max_conns": given.connections,
        "idle_timeout": "15s",
        "wait_timeout": "5s",
        "max_msg_retries": 2,
        "tls_type": "none",
        "tls_skip_verify": False,
        "email_headers": [],
    }
    values = {
        "smtp": [smtp],
        "app.concurrency": given.connections,
        "app.message_rate": 1_000_000,
        "app.check_updates": False,
        "privacy.disable_tracking": True,
    }
    for name, value in values.items():
        server.execute("UPDATE settings SET value = %s::jsonb WHERE key = %s", json.dumps(value), name)
    server.execute(PEOPLE.format(recipients=given.recipients))
    page = PARAGRAPH * (given.size // len(PARAGRAPH.encode()) - 3)
    html = (
        f"<!doctype html><html><body><h1>Hello {{{{ .Subscriber.FirstName }}}}</h1>\n{page}"
        '<p><a href="{{ UnsubscribeURL }}">Unsubscribe</a></p></body></html>'
    )
    text = "Hello {{ .Subscriber.FirstName }},\n\nread it on the page.\n\n{{ UnsubscribeURL }}\n"
    server.execute(CAMPAIGN.replace("{{{{", "{{").replace("}}}}", "}}"), html, text)


def time_campaign(command: list[str | Path], folder: Path) -> float:
    """Run listmonk until the campaign is finished; return the seconds between its two log lines."""
    begin = 0.0
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
    ) as process:
        assert process.stdout is not None
        shown = []
        try:
            for line in process.stdout:
                shown.append(line)
                if "start processing campaign" in line:
                    begin = time.perf_counter()
                elif "campaign" in line and "finished" in line:
                    return time.perf_counter() - begin
        finally:
            process.kill()
    raise SystemExit("listmonk did not finish the campaign:\n" + "".join(shown[-20:]))


if __name__ == "__main__":
    sys.exit(main())
