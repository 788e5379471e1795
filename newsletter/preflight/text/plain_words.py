"""Long-winded words and office talk of British English, each with the plain words for it.

It is in the tradition of the campaigns for plain English, and short on purpose: only what is nearly always better said
otherwise, whoever reads it.
"""

from __future__ import annotations

from functools import cache

from newsletter.preflight.text.phrase_lists import Phrase, read

_TABLE = """
utilise|utilises|utilised|utilising|utilize|utilizes|utilized|utilizing|utilisation = use
leverage our|leverage the|leveraging|leveraged = use
in order to = to
prior to = before
subsequent to = after
commence|commences|commenced|commencing = start
terminate|terminates|terminated = end
endeavour to|endeavours to|endeavouring to = try to
ascertain = find out
expedite = speed up
in the event that = if
in the event of = if there is
due to the fact that|owing to the fact that|in view of the fact that = because
with regard to|with regards to|in regard to|in regards to|with respect to|in respect of = about
pertaining to = about
as per = as … says
at this moment in time|at this point in time|at the present time|at the current time = now
on a regular basis = regularly
on a daily basis = every day
on a weekly basis = every week
on a monthly basis = every month
for the purpose of|for the purposes of = to, or for
by means of = by, or with
a large number of|a significant number of = many
in close proximity to = near
aforementioned|aforesaid = this, or the
notwithstanding = despite
pursuant to = under
henceforth = from now on
per annum = a year
going forward = from now on, or nothing
touch base = talk
circle back = come back to it
reach out to us = write to us, or ring us
deep dive|deep-dive = close look
low-hanging fruit|low hanging fruit = what is easy to do
blue-sky thinking|blue sky thinking = new ideas
think outside the box|thinking outside the box = find new ways
drill down into|drill down = look closely at
synergy|synergies|synergistic = working well together
paradigm shift = great change
game-changer|game changer|game-changing = say what it changes
cutting-edge|cutting edge|state-of-the-art = new, or say what is new in it
mission-critical = most important
deliverable|deliverables = what we promised, or results
learnings|key learnings = what we learned
actionable|actionable insights = what you can use
upskill|upskilling|upskilled = train
operationalise|operationalising = put to work
incentivise|incentivised|incentivising = encourage
ideate|ideation = think of ideas
key stakeholders = the people concerned
value-add|value add|added value = say what is better
outcomes-focused|outcome-focused|outcomes-based = say what the results are
capacity building|capacity-building = training, or say what people learn
cascade down|cascaded down = pass on
touchpoint|touchpoints = say where you meet
thought leader|thought leaders|thought leadership = expert
"""


@cache
def plain_words() -> tuple[Phrase, ...]:
    """Return the list."""
    return read(_TABLE)
