"""What is peculiar to each rehearsed provider: its lists, its rules, its refusals, its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Meet = Callable[..., Any]
ABSENT = "00000000-0000-0000-0000-000000000000"


def words(talk: Any, method: str, path: str, json: Any = None, *, status: int = 400, **more: Any) -> str:
    answer = talk.raw(method, path, json=json, **more)
    assert answer.status_code == status, answer.text
    return str(answer.text)


# ---- Mailchimp


def test_mailchimp_lists_audiences_and_segments_in_pages(meet: Meet) -> None:
    talk = meet("mailchimp")
    page = talk("GET", "/lists")
    assert (len(page["lists"]), page["total_items"]) == (10, 13)
    assert len(talk("GET", "/lists?offset=10")["lists"]) == 3
    assert talk("GET", "/lists?fields=lists.stats.member_count")["lists"][0] == {"stats": {"member_count": 117}}
    segments = talk("GET", f"/lists/{page['lists'][0]['id']}/segments?count=1000")
    assert len(segments["segments"]) == segments["total_items"] == 12
    assert "could not be found" in words(talk, "GET", "/lists/none/segments", status=404)
    assert words(talk, "GET", "/lists?count=1001").count("count")
    assert talk("GET", "/")["account_name"]
    assert talk("GET", "/?fields=account_name") == {"account_name": "Rehearsal account"}
    assert talk("GET", "/ping")["health_status"]


def test_mailchimp_says_what_is_not_ready(meet: Meet) -> None:
    talk = meet("mailchimp")
    ident = talk.bare()
    checklist = talk("GET", f"/campaigns/{ident}/send-checklist")
    assert checklist["is_ready"] is False
    assert [one["heading"] for one in checklist["items"] if one["type"] == "error"] == ["Content"]
    assert "not ready to send" in words(talk, "POST", f"/campaigns/{ident}/actions/send")
    test = {"test_emails": ["reader1@example.org"], "send_type": "html"}
    assert "no content" in words(talk, "POST", f"/campaigns/{ident}/actions/test", test)
    talk("PUT", f"/campaigns/{ident}/content", {"html": "<p>x</p>"})
    assert talk("GET", f"/campaigns/{ident}/content")["plain_text"] == "x"
    talk("PATCH", f"/campaigns/{ident}", {"settings": {"reply_to": "team@unverified.example"}})
    assert "not ready" in words(talk, "POST", f"/campaigns/{ident}/actions/send")
    assert not talk.rehearsal.sent_campaigns()


def test_mailchimp_schedules_on_quarter_hours_and_gives_no_reason(meet: Meet) -> None:
    talk = meet("mailchimp")
    ident = talk.make()
    path = f"/campaigns/{ident}/actions/schedule"
    off = talk.later().replace(":00+", ":07+")
    assert "This campaign cannot be scheduled: ." in words(talk, "POST", path, {"schedule_time": off})
    assert "date-time" in words(talk, "POST", path, {"schedule_time": "2030-01-01T10:00:00"})
    assert "not scheduled" in words(talk, "POST", f"/campaigns/{ident}/actions/unschedule")
    assert "not sending" in words(talk, "POST", f"/campaigns/{ident}/actions/cancel-send")
    talk.schedule(ident, talk.later())
    assert "cannot be changed" in words(talk, "PUT", f"/campaigns/{ident}/content", {"html": "x"})
    assert talk("GET", "/campaigns?status=schedule")["total_items"] == 1
    assert talk("GET", "/campaigns?status=sent&sort_dir=DESC")["total_items"] == 0


def test_mailchimp_sends_to_a_segment_with_a_footer_where_there_is_no_way_out(meet: Meet) -> None:
    talk = meet("mailchimp")
    ident = talk.make()
    recipients = {"list_id": "a1b2c30001", "segment_opts": {"saved_segment_id": 101}}
    talk("PATCH", f"/campaigns/{ident}", {"recipients": recipients})
    talk.sending(ident)
    (sent,) = talk.rehearsal.sent_campaigns()
    assert sent.gone == 21
    assert "unsubscribe from this list" in talk.rehearsal.letters(sent)[0].html
    for wrong in ({"list_id": "none"}, {"list_id": "a1b2c30002", "segment_opts": {"saved_segment_id": 101}}):
        body = {"type": "regular", "recipients": wrong}
        assert "recipients." in words(talk, "POST", "/campaigns", body)


def test_mailchimp_keeps_pictures_and_reports(meet: Meet) -> None:
    talk = meet("mailchimp")
    link = talk.upload()
    assert talk("GET", "/file-manager/files")["files"][0]["full_size_url"] == link
    assert "base64" in words(talk, "POST", "/file-manager/files", {"name": "a", "file_data": "%"})
    ident = talk.make()
    assert "not be found" in words(talk, "GET", f"/reports/{ident}", status=404)
    talk("DELETE", f"/campaigns/{ident}", want=204)
    assert words(talk, "GET", f"/campaigns/{ident}", status=404)
    assert talk("POST", "/campaigns", {"type": "regular"})["status"] == "save"


def test_mailchimp_does_not_send_what_it_cannot_read(meet: Meet) -> None:
    talk = meet("mailchimp")
    talk.html = "<p>*|IF:FNAME|* never ends</p>"
    ident, other = talk.make(), talk.make()
    assert "an if without its end" in words(talk, "POST", f"/campaigns/{ident}/actions/send")
    talk.schedule(other, talk.later())
    talk.rehearsal.advance(7200)
    assert talk.state(other) == "paused"
    assert not talk.rehearsal.sent_campaigns()


# ---- Brevo


def test_brevo_lists_in_pages_and_knows_its_senders(meet: Meet) -> None:
    talk = meet("brevo")
    page = talk("GET", "/contacts/lists")
    assert (len(page["lists"]), page["count"]) == (10, 13)
    assert page["lists"][-1]["id"] == 4
    assert talk("GET", "/contacts/lists?limit=50&sort=asc")["lists"][0]["totalSubscribers"] == 117
    assert "totalSubscribers" not in str(talk("GET", "/contacts/segments?limit=50"))
    assert [one["active"] for one in talk("GET", "/senders")["senders"]] == [True, False]
    assert talk("GET", "/account")["companyName"]
    assert "limit" in words(talk, "GET", "/emailCampaigns?limit=101")


def brevo(**more: Any) -> dict[str, Any]:
    body = {"name": "May", "subject": "Hello", "sender": {"email": "news@example.org"},
            "htmlContent": "<p>Hello you</p>", "recipients": {"listIds": [1]}, **more}  # fmt: skip
    return {name: value for name, value in body.items() if value is not None}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (brevo(sender={"email": "unconfirmed@example.org"}), "Sender is invalid"),
        (brevo(sender={"id": 2}), "Sender is invalid"),
        (brevo(sender={"email": "news@example.org", "id": 1}), "either"),
        (brevo(sender={}), "either"),
        (brevo(htmlContent="short"), "10 characters"),
        (brevo(htmlContent=None), "missing_parameter"),
        (brevo(subject=None), "missing_parameter"),
        (brevo(recipients={"listIds": [99]}), "does not exist"),
        (brevo(scheduledAt="2020-01-01T10:00:00Z"), "to come"),
        (brevo(scheduledAt="2099-01-01T10:00:00Z", recipients={"segmentIds": [101]}), "required with scheduledAt"),
        (brevo(bogus=1), "invalid_parameter"),
    ],
)
def test_brevo_refuses(meet: Meet, body: dict[str, Any], said: str) -> None:
    talk = meet("brevo")
    assert said in words(talk, "POST", "/emailCampaigns", body)


def test_brevo_suspends_schedules_and_tests_contacts_alone(meet: Meet) -> None:
    talk = meet("brevo")
    ident = talk("POST", "/emailCampaigns", brevo(scheduledAt=talk.later()), want=201)["id"]
    path = f"/emailCampaigns/{ident}"
    assert talk("GET", path)["scheduledAt"].endswith(".000Z")
    talk("PUT", f"{path}/status", {"status": "suspended"}, want=204)
    assert talk("GET", path)["status"] == "suspended"
    talk("PUT", f"{path}/status", {"status": "draft"}, want=204)
    assert "cannot become sent" in words(talk, "PUT", f"{path}/status", {"status": "sent"})
    assert "unexistingEmails" in words(talk, "POST", f"{path}/sendTest", {"emailTo": ["nobody@elsewhere.example"]})
    assert "could not be sent" in words(talk, "POST", f"{path}/sendTest", {})
    many = [f"reader{number}@example.org" for number in range(1, 52)]
    assert "limit of 50" in words(talk, "POST", f"{path}/sendTest", {"emailTo": many})
    exchanged = {"recipients": {"segmentIds": [101]}}
    assert "exchanged" in words(talk, "PUT", path, exchanged)
    talk("DELETE", path, want=204)
    assert "document_not_found" in words(talk, "GET", path, status=404)
    assert "absolute" in words(talk, "POST", "/emailCampaigns/images", {"imageUrl": "file:///a.png"})
    nobody = talk("POST", "/emailCampaigns", brevo(recipients=None), want=201)["id"]
    assert "no recipients" in words(talk, "POST", f"/emailCampaigns/{nobody}/sendNow")
    assert "no recipients" not in str(talk("GET", "/emailCampaigns?status=draft"))


# ---- SendGrid


def test_sendgrid_lists_segments_and_account(meet: Meet) -> None:
    talk = meet("sendgrid")
    lists = talk("GET", "/v3/marketing/lists?page_size=10")
    assert (len(lists["result"]), lists["_metadata"]["count"]) == (10, 13)
    assert len(talk.session.get(lists["_metadata"]["next"], timeout=5).json()["result"]) == 3
    first = lists["result"][0]
    assert first["contact_count"] == 117
    assert len(talk("GET", f"/v3/marketing/segments/2.0?parent_list_ids={first['id']}")["results"]) == 12
    assert len(talk("GET", "/v3/marketing/segments/2.0")["results"]) == 12
    assert talk("GET", f"/v3/marketing/segments/2.0?parent_list_ids={ABSENT}")["results"] == []
    assert talk("GET", "/v3/marketing/segments/2.0?no_parent_list_id=true")["results"] == []
    assert talk("GET", "/v3/marketing/contacts/count")["contact_count"] == 117
    assert [one["verified"] for one in talk("GET", "/v3/marketing/senders")["results"]] == [True, False]
    assert talk("GET", "/v3/asm/groups")[0]["id"] == 11
    assert talk("GET", "/v3/scopes")["scopes"]
    assert talk("GET", "/v3/user/profile")["company"]
    assert talk("GET", "/v3/user/account")["type"]
    for token in ("x", "999"):
        assert "page_token" in words(talk, "GET", f"/v3/marketing/lists?page_token={token}")


def test_sendgrid_needs_all_before_it_schedules(meet: Meet) -> None:
    talk = meet("sendgrid")
    path = "/v3/marketing/singlesends"
    ident = talk("POST", path, {"name": "May"}, want=201)["id"]
    said = words(talk, "PUT", f"{path}/{ident}/schedule", {"send_at": "now"})
    assert all(part in said for part in ("subject", "html_content", "sender_id", "suppression_group_id", "send_to"))
    assert "not scheduled" in words(talk, "DELETE", f"{path}/{ident}/schedule")
    for body, part in (
        ({"name": ""}, "100 characters"),
        ({"name": "x", "send_to": {"list_ids": [ABSENT]}}, "send_to.list_ids"),
        ({"name": "x", "send_to": {"segment_ids": [ABSENT]}}, "send_to.segment_ids"),
        ({"name": "x", "email_config": {"sender_id": 2}}, "verified"),
        ({"name": "x", "email_config": {"suppression_group_id": 1}}, "groups"),
        ({}, "missing_field"),
    ):
        assert part in words(talk, "POST", path, body)
        assert part in words(talk, "PATCH", f"{path}/{ident}", body)
    talk("DELETE", f"{path}/{ident}", want=204)
    assert words(talk, "GET", f"{path}/{ident}", status=404)


def test_sendgrid_makes_the_plain_text_itself_unless_told_not_to(meet: Meet) -> None:
    talk = meet("sendgrid")
    config = {"html_content": "<p>Made</p>", "plain_content": "Given"}
    made = talk("POST", "/v3/marketing/singlesends", {"name": "May", "email_config": config}, want=201)
    assert made["email_config"]["plain_content"] == "Made"
    given = {**config, "generate_plain_content": False}
    made = talk("POST", "/v3/marketing/singlesends", {"name": "May", "email_config": given}, want=201)
    assert made["email_config"]["plain_content"] == "Given"


def test_sendgrid_searches_and_sends_to_all_or_to_a_segment(meet: Meet) -> None:
    talk = meet("sendgrid")
    ident = talk.make("May [k-1]")
    search = "/v3/marketing/singlesends/search"
    assert [one["id"] for one in talk("POST", search, {"name": "K-1", "status": ["draft"]})["result"]] == [ident]
    assert talk("POST", search, {"categories": ["x"]})["result"] == []
    assert talk("POST", search, {"status": ["triggered"]})["result"] == []
    segment = talk("GET", "/v3/marketing/segments/2.0")["results"][0]["id"]
    body = {"name": "May", "send_to": {"segment_ids": [segment]}}
    talk("PATCH", f"/v3/marketing/singlesends/{ident}", body, want=202)
    talk.sending(ident)
    other = talk.make()
    talk("PATCH", f"/v3/marketing/singlesends/{other}", {"name": "x", "send_to": {"all": True}}, want=202)
    talk.sending(other)
    assert [one.gone for one in talk.rehearsal.sent_campaigns()] == [21, 117]


def test_sendgrid_tests_by_single_mail_alone(meet: Meet) -> None:
    talk = meet("sendgrid")
    body = {"template_id": ABSENT, "emails": ["reader1@example.org"]}
    assert "template" in words(talk, "POST", "/v3/marketing/test/send_email", body, status=404)
    to = [{"to": [{"email": "a@example.org"}]}]
    mail: dict[str, Any] = {"personalizations": to, "from": {"email": "x@example.org"}, "subject": "S"}
    content = [{"type": "text/plain", "value": "x"}, {"type": "text/html", "value": "x"}]
    assert "verified" in words(talk, "POST", "/v3/mail/send", {**mail, "content": content}, status=403)
    mail["from"] = {"email": "news@example.org"}
    for wrong in ([], content[::-1], [{"type": "text/calendar", "value": "x"}]):
        assert "text/plain first" in words(talk, "POST", "/v3/mail/send", {**mail, "content": wrong})


# ---- Mailjet


def test_mailjet_lists_in_pages_with_counts_as_texts(meet: Meet) -> None:
    talk = meet("mailjet")
    page = talk("GET", "/v3/REST/contactslist")
    assert (page["Count"], page["Total"], page["Data"][0]["SubscriberCount"]) == (10, 10, "120")
    assert talk("GET", "/v3/REST/contactslist?countOnly=1") == {"Count": 13, "Data": [], "Total": 13}
    members = "/v3/REST/listrecipient?countOnly=1&ContactsList"
    assert [talk("GET", f"{members}={rest}")["Total"] for rest in ("1", "1&Unsub=false", "1&Unsub=true", "99")] == [
        120,
        117,
        3,
        0,
    ]
    assert talk("GET", "/v3/REST/contactslist?Limit=0")["Count"] == 13
    assert talk("GET", "/v3/REST/contactfilter?Offset=10")["Count"] == 2
    for what in ("myprofile", "user", "apikey", "sender"):
        assert talk("GET", f"/v3/REST/{what}")["Count"] == 1


def test_mailjet_empties_what_a_post_leaves_out_and_keeps_what_a_put_does(meet: Meet) -> None:
    talk = meet("mailjet")
    path = f"{talk.path}/{talk.make()}"
    talk("PUT", f"{path}/detailcontent", {"Html-part": "<p>New</p>"})
    assert talk("GET", f"{path}/detailcontent")["Data"][0]["Text-part"] == "Dear"
    talk("POST", f"{path}/detailcontent", {"Html-part": "<p>New</p>"}, want=201)
    assert talk("GET", f"{path}/detailcontent")["Data"][0]["Text-part"] == ""


def test_mailjet_refuses_what_cannot_go(meet: Meet) -> None:
    talk = meet("mailjet")
    bare = talk.bare()
    assert "no content" in words(talk, "POST", f"{talk.path}/{bare}/send", {})
    path = f"{talk.path}/{talk.make()}"
    assert "not scheduled" in words(talk, "PUT", f"{path}/schedule", {"Date": talk.later()})
    assert "not scheduled" in words(talk, "DELETE", f"{path}/schedule")
    assert "Object not found" in words(talk, "GET", f"{path}/schedule", status=404)
    talk("POST", f"{path}/schedule", {"Date": talk.later()}, want=201)
    assert talk("GET", f"{path}/schedule")["Data"][0]["Status"] == "programmed"
    talk("PUT", f"{path}/schedule", {"Date": talk.later(120)})
    assert "Only a draft" in words(talk, "PUT", path, {"Subject": "x"})
    assert "Recipients" in words(talk, "POST", f"{path}/test", {"Recipients": []})
    for change, part in (({"SegmentationID": 5}, "SegmentationID"), ({"ContactsListID": 99}, "ContactsListID")):
        assert part in words(talk, "PUT", f"{talk.path}/{bare}", change)
    talk("PUT", f"{talk.path}/{bare}", {"SenderEmail": "x@example.org"})
    assert "sender is not valid" in words(talk, "POST", f"{talk.path}/{bare}/send", {})
    assert talk("GET", f"{talk.path}?Status=1")["Total"] == 1
    numbers = [one["ID"] for one in talk("GET", f"{talk.path}?Sort=ID+DESC")["Data"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 2


def test_mailjet_sends_to_a_segmentation_of_more_than_one(meet: Meet) -> None:
    talk = meet("mailjet")
    ident = talk.make()
    talk("PUT", f"{talk.path}/{ident}", {"SegmentationID": 101})
    talk.sending(ident)
    assert talk.rehearsal.sent_campaigns()[0].gone == 21
    assert "already" in words(talk, "POST", f"{talk.path}/{ident}/send", {})
    query = "CounterSource=Campaign&CounterTiming=Message&CounterResolution"
    assert "is not Lifetime" in words(talk, "GET", f"/v3/REST/statcounters?{query}=Day")
    assert talk("GET", f"/v3/REST/statcounters?{query}=Lifetime&SourceID=5")["Count"] == 0
    other = talk.make()
    talk("PUT", f"{talk.path}/{other}", {"ContactsListID": 13})
    readers = talk.rehearsal.crowd.lists[12].active
    assert talk.sending(other).ok is (len(readers) > 1)


# ---- listmonk


def test_listmonk_lists_in_pages(meet: Meet) -> None:
    talk = meet("listmonk")
    page = talk("GET", "/api/lists?per_page=10&page=2")["data"]
    assert (len(page["results"]), page["total"]) == (3, 13)
    assert len(talk("GET", "/api/lists?per_page=all")["data"]["results"]) == 13
    assert talk("GET", "/api/lists?page=9")["data"] == {"results": [], "total": 0, "page": 0, "per_page": 0}
    assert talk("GET", "/api/health")["data"] is True
    assert talk("GET", "/api/profile")["data"]["username"] == "rehearsal"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": ""}, "length for name"),
        ({"subject": "x" * 5001}, "length for subject"),
        ({"lists": []}, "Invalid list IDs"),
        ({"lists": [1, 99]}, "Invalid list IDs"),
        ({"from_email": "nobody"}, "from_email"),
        ({"template_id": 9}, "template does not exist"),
        ({"send_at": "2030-01-01 10:00"}, "parsing time"),
        ({"send_at": "2020-01-01T10:00:00Z"}, "in the future"),
        ({"body": "{{ open"}, "compiling"),
        ({"body": "{{ Nonsense }}"}, 'function \\"Nonsense\\" not defined'),
        ({"content_type": "wordperfect"}, "Invalid content_type"),
    ],
)
def test_listmonk_refuses(meet: Meet, more: dict[str, Any], said: str) -> None:
    talk = meet("listmonk")
    assert said in words(talk, "POST", talk.path, talk.body(**more))


def test_listmonk_changes_state_by_its_own_rules(meet: Meet) -> None:
    talk = meet("listmonk", seconds=1000)
    ident = talk.make()
    assert talk.become(ident, "draft").status_code == 400
    assert "needs a date" in talk.become(ident, "scheduled").text
    assert talk.become(ident, "paused").status_code == 400
    assert talk.become(ident, "running").status_code == 200
    assert "running or a finished" in words(talk, "PUT", f"{talk.path}/{ident}", {"lists": [1]})
    assert talk.become(ident, "paused").json()["data"]["status"] == "paused"
    assert talk.become(ident, "cancelled").json()["data"]["status"] == "cancelled"
    assert "Campaign not found" in words(talk, "GET", f"{talk.path}/999")
    talk("DELETE", f"{talk.path}/{ident}")
    assert talk("GET", f"{talk.path}?query=may")["data"]["total"] == 0


def test_listmonk_tests_subscribers_alone(meet: Meet) -> None:
    talk = meet("listmonk")
    ident = talk.make()
    path = f"{talk.path}/{ident}/test"
    assert "no subscribers" in words(talk, "POST", path, talk.body())
    strangers = talk.body(subscribers=["nobody@elsewhere.example"])
    assert "no known subscribers" in words(talk, "POST", path, strangers)
    talk("POST", path, talk.body(subscribers=["nobody@elsewhere.example", "reader1@example.org"]))
    assert talk.rehearsal.tests()[0].people == ["reader1@example.org"]


def test_listmonk_wraps_a_campaign_in_its_template(meet: Meet) -> None:
    talk = meet("listmonk")
    talk.sending(talk.make())
    assert "Unsubscribe" in talk.rehearsal.letters(talk.rehearsal.sent_campaigns()[0])[0].html
    bare = {"name": "Bare", "type": "campaign", "body": '{{ template "content" . }}'}
    assert "must hold" in words(talk, "POST", "/api/templates", {**bare, "body": "<p></p>"})
    number = talk("POST", "/api/templates", bare)["data"]["id"]
    assert [one["id"] for one in talk("GET", "/api/templates")["data"]] == [1, 2, number]
    body = talk.body(template_id=number, headers=[{"Reply-To": "replies@example.org"}])
    talk.sending(talk("POST", talk.path, body)["data"]["id"])
    sent = talk.rehearsal.sent_campaigns()[1]
    assert talk.rehearsal.letters(sent)[0].html == talk.html
    assert sent.mail.reply_to == "replies@example.org"
    assert talk("GET", "/api/bounces")["data"]["total"] == 234 // 60 + 234 // 40


def test_listmonk_keeps_pictures_that_are_files(meet: Meet) -> None:
    talk = meet("listmonk")
    talk.upload()
    assert talk("GET", "/api/media")["data"]["total"] == 1
    answer = talk.raw("POST", "/api/media", files={"image": ("a.png", b"x", "image/png")})
    assert answer.status_code == 400


# ---- Buttondown


def test_buttondown_sends_at_once_what_does_not_say_draft(meet: Meet) -> None:
    talk = meet("buttondown")
    talk("POST", "/emails", {"subject": "Oh no", "body": "x"}, want=201)
    assert len(talk.rehearsal.sent_campaigns()) == 1


def test_buttondown_wants_the_first_send_confirmed(meet: Meet) -> None:
    talk = meet("buttondown")
    ident = talk.make()
    bold = talk.session.headers.pop("X-Buttondown-Live-Dangerously")
    for method, path, body in (
        ("POST", "/emails", {"subject": "x"}),
        ("PATCH", f"/emails/{ident}", {"status": "about_to_send"}),
        ("POST", f"/emails/{ident}/publish", {}),
    ):
        assert "sending_requires_confirmation" in words(talk, method, path, body)
    assert not talk.rehearsal.sent_campaigns()
    talk.session.headers["X-Buttondown-Live-Dangerously"] = bold
    talk("POST", f"/emails/{ident}/publish", {})
    assert len(talk.rehearsal.sent_campaigns()) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"subject": ""}, "subject_invalid"),
        ({"subject": "x", "body": "---\ntitle: x"}, "body_contains_frontmatter"),
        ({"subject": "x", "status": "scheduled"}, "publish_date_missing"),
        ({"subject": "x", "status": "scheduled", "publish_date": "2020-01-01T10:00:00Z"}, "publish_date_invalid"),
        ({"subject": "x", "status": "sent"}, "status_invalid"),
        (
            {
                "subject": "x",
                "filters": {
                    "filters": [{"field": "subscriber.tags", "operator": "contains", "value": "none"}],
                    "groups": [],
                    "predicate": "and",
                },
            },
            "tag_invalid",
        ),
    ],
)
def test_buttondown_refuses(meet: Meet, body: dict[str, Any], code: str) -> None:
    talk = meet("buttondown")
    assert code in words(talk, "POST", "/emails", body)


def test_buttondown_knows_an_email_by_its_slug(meet: Meet) -> None:
    talk = meet("buttondown")
    body = {"subject": "x", "slug": "may", "status": "draft"}
    ident = talk("POST", "/emails", body, want=201)["id"]
    assert "email_duplicate" in words(talk, "POST", "/emails", body)
    talk("DELETE", f"/emails/{ident}", want=204)
    assert "document_not_found" in words(talk, "GET", f"/emails/{ident}", status=404)
    assert '"loc"' in words(talk, "POST", "/emails", {"body": "x"}, status=422)


def test_buttondown_lists_people_and_tags_and_sends_to_those_with_a_tag(meet: Meet) -> None:
    talk = meet("buttondown")
    page = talk("GET", "/subscribers?type=regular")
    assert (len(page["results"]), page["count"]) == (20, 117)
    assert talk.session.get(page["next"], timeout=5).json()["previous"].endswith("type=regular&page=1")
    tags = talk("GET", "/tags")["results"]
    tag = tags[0]["id"]
    assert talk("GET", f"/subscribers?tag={tag}&type=regular")["count"] == 21
    assert talk("GET", "/newsletters")["count"] == 1
    assert talk("GET", "/ping") == {}
    assert talk("GET", "/accounts/me")["username"]
    both = [{"field": "subscriber.tags", "operator": "contains", "value": one["id"]} for one in tags[:2]]
    for predicate, filters, count in (("and", both, 0), ("or", both, 45), ("and", both[:1], 21)):
        body = {"subject": "x", "filters": {"filters": filters, "groups": [], "predicate": predicate}}
        talk("POST", "/emails", body, want=201)
        assert talk.rehearsal.sent_campaigns()[-1].gone == count


def test_buttondown_takes_a_date_away_by_its_own_word(meet: Meet) -> None:
    talk = meet("buttondown")
    ident = talk.make()
    talk.schedule(ident, talk.later())
    assert "publish_date_invalid" in words(talk, "PATCH", f"/emails/{ident}", {"status": "draft"})
    assert "nobody" in words(talk, "POST", f"/emails/{ident}/send-draft", {})
    assert talk("GET", "/emails?status=scheduled&ordering=-creation_date")["count"] == 1
    assert talk("GET", "/emails?-status=scheduled")["count"] == 0
    answer = talk.raw("POST", "/images", files={"file": ("a.png", b"x", "image/png")})
    assert answer.status_code == 422


# ---- Resend


def test_resend_lists_segments_topics_contacts_and_domains(meet: Meet) -> None:
    talk = meet("resend")
    segments = talk.pages("/segments?limit=5")
    assert len(segments) == 13
    assert len(talk.pages(f"/contacts?limit=100&segment_id={segments[0]['id']}")) == 120
    assert len(talk.pages("/contacts?limit=100")) == 121
    assert len(talk.pages("/topics?limit=10")) == 12
    assert talk("GET", "/domains")["data"][0]["name"] == "example.org"
    assert "`after`" in words(talk, "GET", "/segments?after=none", status=422)
    assert "segment does not exist" in words(talk, "GET", f"/contacts?segment_id={ABSENT}", status=422)


def test_resend_sends_to_those_who_want_the_topic(meet: Meet) -> None:
    talk = meet("resend")
    ident = talk.make()
    topic = talk("GET", "/topics")["data"][0]["id"]
    talk("PATCH", f"/broadcasts/{ident}", {"topic_id": topic})
    assert "topic does not exist" in words(talk, "PATCH", f"/broadcasts/{ident}", {"topic_id": ABSENT}, status=422)
    talk.sending(ident)
    assert talk.rehearsal.sent_campaigns()[0].gone == 21
    bounced = f"/broadcasts/{ident}/recipients?type=bounced"
    assert {one["bounce_type"] for one in talk("GET", bounced)["data"]} <= {"permanent", "transient"}
    assert talk("GET", f"{bounced}&bounce_type=undetermined")["data"] == []
    assert "type" in words(talk, "GET", f"/broadcasts/{ident}/recipients", status=422)
    assert talk("GET", f"/broadcasts/{ident}/clicked-links")["data"]


def test_resend_sends_a_broadcast_as_it_is_made_if_asked(meet: Meet) -> None:
    talk = meet("resend")
    segment = talk("GET", "/segments")["data"][0]["id"]
    body = {"segment_id": segment, "from": "Team <news@example.org>", "subject": "x"}
    assert "no content" in words(talk, "POST", "/broadcasts", {**body, "send": True}, status=422)
    body["text"] = "x"
    assert "only be used" in words(talk, "POST", "/broadcasts", {**body, "scheduled_at": talk.later()}, status=422)
    talk("POST", "/broadcasts", {**body, "send": True}, want=201)
    talk("POST", "/broadcasts", {**body, "send": True, "scheduled_at": talk.later()}, want=201)
    assert len(talk.rehearsal.sent_campaigns()) == 1
    assert "canceled" in words(talk, "POST", f"/broadcasts/{talk.rehearsal.campaigns()[1].id}/cancel", status=422)
    stranger = {**body, "from": "x@elsewhere.example"}
    assert "domain is not verified" in words(talk, "POST", "/broadcasts", stranger, status=403)
    assert "Missing `subject`" in words(talk, "POST", "/broadcasts", {"segment_id": segment, "from": "x"}, status=422)


def test_resend_sends_a_single_mail_once_for_each_key(meet: Meet) -> None:
    talk = meet("resend")
    body = {"from": "Team <news@example.org>", "to": "reader1@example.org", "subject": "x", "html": "x",
            "reply_to": "replies@example.org"}  # fmt: skip
    once = [talk("POST", "/emails", body, headers={"Idempotency-Key": "k-1"})["id"] for _ in range(2)]
    assert once[0] == once[1]
    assert len(talk.rehearsal.tests()) == 1
    for wrong in ({"to": []}, {"html": None}):
        mail = {name: value for name, value in {**body, **wrong}.items() if value is not None}
        assert words(talk, "POST", "/emails", mail, status=422)
    ident = talk.make()
    talk("DELETE", f"/broadcasts/{ident}")
    assert words(talk, "GET", f"/broadcasts/{ident}", status=404)
