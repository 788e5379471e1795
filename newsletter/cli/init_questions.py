"""The questions of `newsletter init`."""

from __future__ import annotations

from newsletter.cli import output, terminal
from newsletter.errors import UsageError
from newsletter.scaffold import starter
from newsletter.workflow.locale_defaults import system_language, system_time_zone
from newsletter.workflow.setup_answers import answer_problem


def gather_answers(given: dict[str, str | None], *, asking: bool) -> starter.Answers:
    """Return the answers: those given as options, then those asked for, then samples."""
    samples = starter.Answers()
    if asking:
        samples = samples._replace(
            language=system_language() or samples.language,
            time_zone=system_time_zone() or samples.time_zone,
        )
        output.say("Answer six questions to create your newsletter. You can change every answer later.\n")
    questions = {
        "name": "What is the name of your organisation?",
        "newsletter": "What is the name of the newsletter?",
        "email": "Which email address do you send it from?",
        "address": "What is your postal address? Many countries require one in every newsletter.",
        "language": "Which language do you write in?",
        "time_zone": "Which time zone are you in?",
    }
    words = {}
    for field, question in questions.items():
        sample = str(getattr(samples, field))
        answer = given[field]
        if answer is None and asking:
            answer = _ask(field, question, sample)
        words[field] = " ".join((answer or sample).split())
    return starter.Answers(**words)


def _ask(field: str, question: str, sample: str) -> str:
    """Ask until the answer is valid; an invalid answer from a pipe is an error."""
    while True:
        try:
            answer = terminal.ask(question, default=sample).replace("\ufeff", "")  # a file may begin with that mark
        except EOFError:  # Ctrl-D
            raise KeyboardInterrupt from None
        problem = answer_problem(field, answer)
        if not problem:
            return answer
        if not terminal.at_terminal():
            raise UsageError(problem, hint="Nothing was created. Correct that line of the answers.")
        output.say(f"{problem} Try again.", colour="yellow")
