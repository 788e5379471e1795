"""Print what Python's own library reads in headers: JSON of heads from stdin, JSON of what was read to stdout.

Its newer parser is asked for the subject alone: in names it puts a space between two encoded words and takes any white
space for a space (in 3.11 to 3.13), against RFC 2047.
"""

import json
import sys
from email import message_from_string, policy
from email.header import decode_header, make_header
from email.utils import parseaddr


def decoded(value):
    return str(make_header(decode_header(value)))


def unfolded(value):
    return value.replace("\r\n", "").replace("\n", "")


def read(head):
    older, newer = message_from_string(head), message_from_string(head, policy=policy.default)
    name = decoded(parseaddr(unfolded(older["From"]))[0])
    return {"subject": [newer["Subject"], decoded(unfolded(older["Subject"]))], "name": [name]}


print(json.dumps([read(head) for head in json.load(sys.stdin)]))
