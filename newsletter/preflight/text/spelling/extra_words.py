"""Words that are right, and that the English dictionaries lack: mostly newer ones, and some of small organisations."""

from __future__ import annotations

_WORDS = """
ableism ableist advisor advisors afterparty allyship anonymisation anonymise anonymised anonymising argh backend
befriender befrienders benefitted benefitting bingeing bioblitz biodiverse biophilia biryani bitesize bivvy boardgame
boardgames bookclub bookswap callout callouts captcha carte caregiving catchup catchups chai chatbot chatbots chorizo
cocreate cocreated cocreation codesign codesigned codesigning collab comms coproduce coproduced coproducer coproducers
coproducing coproduction covid coworking cowrite cowriting crossbench crowdfunder crowdfunders crowdsource
crowdsourced crowdsourcing cyber cyberbullying cycleway cycleways decarbonisation decarbonise decarbonising
decluttering decolonial dhal doula doulas dropdown ebook ebooks edtech empath enews ethnicities fairtrade falafel
falafels fediverse fibromyalgia fintech flexitime flyering focaccia focussed focussing foodbank foodbanks freecycle
freegle frontend fundraise gamification gamify genderfluid geolocation grandparenting greenspace greenspaces greenwash
greenwashing groupwork hackathon hackathons hackday handwash homeschool hotdesk hotdesking hotspot houmous https
hurray hygge inclusivity influencer influencers infographic infographics intergenerational islamophobia jobseeker
jobseekers jollof journaling justgiving kefir keyworker keyworkers kickstart kimchi kombucha laminator learnings
leftfield listicle litterpick litterpicks livestream livestreamed livestreaming livestreams lockdown lockdowns
longlist longlisted macchiato mailout mailouts makerspace manosphere mansplain masala mentee mentees mezze microgrant
microgrants microsite mindmap mindmaps mins misgender misgendered multifaith multisensory mwah neurodivergence
neurodivergent neurodiverse neurodiversity neurotypical newsfeed nonbinary onboarded onboarding onesie overtourism
pakora pakoras paneer panini pansexual paralympian paralympic parkrun parkruns peatland permaculture photobook
photocall pierogi placemaker placemakers placemaking plasticine playdate playscheme playschemes playwork playworker
podcaster podcasters preorder preprint prosecco psychosocial ramen rebrand rebranded rebranding repo repost reposted
repurpose repurposing reputational reskill reskilling rewild rewilded rewilding roadmap roadmaps roti roundtable
roundtables sambuca scrapbooking screenshare screentime seagrass servicewide setlist signup signups siloed siloing
slowcooker softplay soundbath spiralise strategise strategising streetscape streetwork subpage subreddit subsite
superfood tagine tahini telehealth textbox thinktank timebank timebanking timebanks timeframe timeframes timelapse
timeslot timeslots toolkits toolset touchpoint touchpoints townwide trishaw trojans unbookable unconference
uncontactable unmute unmuted unmuting upcycle upcycled upcycler upcycling upskill upskilled upskilling uptime
vaccinator veganuary videocall videoconference videographer vindaloo vlog vlogger vlogging vlogs voiceover wayfinding
webchat webpage webpages webserver wellbeing wifi worklife workshopped workshopping workstream workstreams writeups
yarnbombing yay zimmer
"""

NEWER = frozenset(_WORDS.split())
"""The words, in small letters."""
