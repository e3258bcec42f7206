"""``plimsoll stress``: what happens in order when the price falls."""

from argparse import Namespace
from decimal import Decimal

from app.bootstrap import books
from app.cli.figures_asked import figures_asked, title_of
from app.cli.outcome import NO_PRICE, SUCCESS, refuse, write_json, write_text
from app.domain.errors import InputError
from app.risk.episodes import EPISODES_RESOURCE, Episodes, parse_episodes
from app.risk.positions import Unanswerable
from app.risk.stress_result import Policy
from app.services.status_report import is_trustworthy
from app.services.stress_question import StressQuestion, answer
from app.services.stress_report import episodes_report, stress_report, unanswered_report


def start(arguments: Namespace) -> int:
    """Print the events and their cost; return the exit code."""
    episodes = parse_episodes(books.read_resource(EPISODES_RESOURCE))
    if arguments.list:
        return _listed(episodes, as_json=arguments.json)
    question = _question(arguments, episodes)
    book, figures = figures_asked(arguments)
    answered = answer(question, figures)
    arguments.keep((book, figures, answered))
    if isinstance(answered, Unanswerable):
        refuse(answered.reason, unanswered_report(answered.reason, figures) if arguments.json else None)
        return NO_PRICE
    if arguments.json:
        write_json(stress_report(answered, figures))
    else:
        from app.services.stress_table import stress_table  # noqa: PLC0415 - scripts do not need it

        write_text(stress_table(answered, title_of(book), figures))
    return SUCCESS if is_trustworthy(figures) else NO_PRICE


def _listed(episodes: Episodes, *, as_json: bool) -> int:
    if as_json:
        write_json(episodes_report(episodes))
    else:
        from app.services.stress_table import episodes_table  # noqa: PLC0415 - scripts do not need it

        write_text(episodes_table(episodes))
    return SUCCESS


def _question(arguments: Namespace, episodes: Episodes) -> StressQuestion:
    days: Decimal | None = arguments.days
    policy = Policy(arguments.policy)
    if arguments.episode is not None:
        if days is not None:
            msg = "an episode takes its own days; leave --days out"
            raise InputError(msg, "--days")
        return StressQuestion(path=episodes.find(arguments.episode).path, policy=policy)
    return StressQuestion(drop=arguments.fall, to_price=arguments.to_price, days=days, policy=policy)
