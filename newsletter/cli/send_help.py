"""The help of `newsletter send`."""

from __future__ import annotations

DETAILS = """\
Before sending, it checks that the issue has no errors, and that it was tested and, if the settings require it,
approved, exactly as it is now. Then it shows what will be sent and to how many recipients, and asks you to type that
number. With the provider outbox, which saves emails and sends none, it asks for a plain yes.

It also asks for confirmation if the issue is not dated today, or if many subscribers have joined or left since the test
or the approval. With --yes, use --accept-date and --accept-audience to confirm these. A date in the past needs no
option. If the same content was sent before, to another audience or under another file name, it asks too, or needs
--accept-earlier with the fingerprint from its message.

An issue is never sent twice. If a send was interrupted, run the same command again: it continues where it stopped.
Recipients who have the email are skipped, and the others get exactly the same email.

If your provider can schedule, every send waits some minutes (undo_minutes in the settings; 10 by default). During that
time you can cancel it with `newsletter cancel`.

Exit code 5 means that it is uncertain whether some or all recipients got the email, or that the campaign was changed on
the provider's website. Nothing more is sent until this is known or you decide it with --resolve.

After a send, --remainder sends the issue to those who have not received it, and --correction sends a corrected issue to
those who received another version. For both, test the issue again first. They need a provider that knows who received
what: Mailchimp, or one that sends a separate message to each recipient."""

EXAMPLES = (
    ("newsletter send", "send the newest issue, after you confirm"),
    ("newsletter send 2024-02 --dry-run", "show what would be sent, without sending"),
    ("newsletter send 2024-02 --yes", "send without confirmation, for scripts"),
    ("newsletter send 2024-02 --accept-date 2024-02-12", "send an issue dated 12 February 2024 on another day"),
    ("newsletter send 2024-02 --at '2024-02-12 09:00'", "schedule for 9:00 in your time zone, if the provider can"),
    ("newsletter send 2024-02 --now", "send immediately, without time to cancel"),
    ("newsletter send 2024-02 --segment Members", "send to a segment of the audience"),
    ("newsletter send 2024-02 --remainder", "send to subscribers who joined later, or were refused"),
    ("newsletter send 2024-02 --correction", "send a corrected issue to those who got another version"),
    (
        "newsletter send 2024-02 --accept-difference 3f9a1c27b0de",
        "send, and accept the provider's changes with this fingerprint",
    ),
    ("newsletter send 2024-02 --resolve sent", "decide that uncertain messages were sent, and send the rest"),
    ("newsletter send 2024-02 --resolve not-sent", "decide that they were not sent, and send them"),
)
