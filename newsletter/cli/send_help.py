"""The help of `newsletter send`."""

from __future__ import annotations

DETAILS = """\
First it makes sure that exactly this issue was checked, tested and, if the settings require it, approved. Then it shows
what will be sent to how many recipients, and asks you to confirm. It also asks if the issue is dated another day, or if
many subscribers have joined or left since the test or the approval. With --yes you accept these with --accept-date and
--accept-audience; a date that has passed needs no option.

An issue is never sent twice. If a send was interrupted, run the same command again: it continues where it stopped.
Recipients who have the email get nothing, and the others get exactly the same email.

If your provider can schedule, the email is sent some minutes later (undo_minutes in the settings). Until then you can
cancel it with `newsletter cancel`.

Exit code 5 means that it is uncertain whether some or all recipients got the email. Nothing more is sent until this is
known, or until you decide with --resolve.

After a send, --remainder sends the issue to those who have not received it, and --correction sends a corrected issue to
those who received another version. The issue must be tested again for both. They need a provider that knows who
received what: Mailchimp, or one that sends a separate message to each recipient."""

EXAMPLES = (
    ("newsletter send", "send the newest issue, after you confirm"),
    ("newsletter send 2024-02 --dry-run", "show what would be sent, without sending"),
    ("newsletter send 2024-02 --yes", "send without confirmation, for scripts"),
    ("newsletter send 2024-02 --accept-date 2024-02-12", "send on another day than the issue's date, 12 February 2024"),
    ("newsletter send 2024-02 --at '2024-02-12 09:00'", "schedule for 9:00 in your time zone, if the provider can"),
    ("newsletter send 2024-02 --now", "send immediately, without time to cancel"),
    ("newsletter send 2024-02 --segment Members", "send to a segment of the audience"),
    ("newsletter send 2024-02 --remainder", "send to those who joined since, or were refused"),
    ("newsletter send 2024-02 --correction", "send a corrected issue to those who got another version"),
    (
        "newsletter send 2024-02 --accept-difference 3f9a1c27b0de",
        "send although the provider made the change with this fingerprint",
    ),
    ("newsletter send 2024-02 --resolve sent", "decide that uncertain messages were sent, and send the rest"),
    ("newsletter send 2024-02 --resolve not-sent", "decide that they were not sent, and send them"),
)
