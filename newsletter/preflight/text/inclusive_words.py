"""Words that leave people out or hurt them, with what British style guides write instead, and why.

A short list of what is hardly ever meant: the user's own, under `checks` in the settings, adds to it and takes from it.
"""

from __future__ import annotations

from functools import cache

from newsletter.preflight.text.phrase_lists import Phrase, read

_TABLE = """
chairman|chairmen|chairwoman = chair = The work is the same, whoever does it
spokesman|spokesmen|spokeswoman = spokesperson = The work is the same, whoever does it
policeman|policemen = police officer = Not only men do it
fireman|firemen = firefighter = Not only men do it
workman|workmen = worker = Not only men do it
businessman|businessmen = business person = Not only men do it
craftsman|craftsmen = maker = Not only men do it
manpower = people, staff, or workers = Not only men work
man hours|man-hours = hours of work = Not only men work
mankind = people, or humanity = It leaves half of them out
man-made|manmade = made by people, or artificial = Not only men make things
layman's terms|laymen = plain words = Not only men are meant
ladies and gentlemen = everyone = Not everybody is one or the other
the opposite sex = another sex = It leaves people out
sexual preference|sexual preferences = sexual orientation = It is no choice
preferred pronouns = pronouns = They are not a preference
maiden name|maiden names = name at birth = It tells of marriage and of women only
christian name|christian names = first name = Not everybody is Christian
wheelchair-bound|wheelchair bound|confined to a wheelchair|confined to wheelchairs = wheelchair user = \
A wheelchair sets people free
handicapped|the handicapped = disabled = Most disabled people find it hurtful
able-bodied|able bodied = not disabled = Disabled people have able bodies too
physically challenged|differently abled|differently-abled = disabled = It talks around what people call themselves
invalids = disabled people = It says that they are worth nothing
deaf and dumb|deaf-mute = Deaf, or who uses sign language = It was used as an insult
mentally ill people|the mentally ill = people with mental health problems = They are people first
mental patient|mental patients = people with mental health problems = They are people first
commit suicide|commits suicide|committed suicide|committing suicide = die by suicide = Only crimes are committed
suffers from dementia|suffering from dementia|dementia sufferer|dementia sufferers = living with dementia = \
It says how they feel without asking them
suffers from autism|suffering from autism = autistic = It is no illness
special needs = say what is needed, or disabled = What people need is not special to them
the elderly|elderly people|old folk|oaps = older people = Many take it as being written off
bame|bme = name the groups, or ethnic minorities = It lumps people together
non-white|non-whites|coloured people = name the group = It tells people by what they are not
illegal immigrant|illegal immigrants|illegal migrant|illegal migrants = people without papers = People are not illegal
third world|the third world = say which countries = It ranks countries
hard-to-reach groups|hard to reach groups|hard-to-reach communities|hard to reach communities|hard-to-reach people = \
people we have not reached = It puts the blame on them
service user|service users = people who use the service = Many who are called so do not like it
addict|addicts|drug addict|drug addicts|alcoholics = people with an addiction = They are people first
prostitute|prostitutes = sex worker = It judges
blacklist|blacklisted = block list = Black need not mean bad
whitelist|whitelisted = allow list = White need not mean good
normal people = other people = It says that the others are not
"""


@cache
def inclusive_words() -> tuple[Phrase, ...]:
    """Return the list."""
    return read(_TABLE)
