"""What is left in the evening: what everybody said, what was stored and answered, and what came to the screens."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, select

from bot.store.tables import addresses, deliveries, messages
from tests.chaos.citizens import TWICE, Citizen
from tests.chaos.town import Town

SHOWN = ("sent", "delivered", "seen")


@dataclass(frozen=True)
class Talk:
    """One citizen's day.

    `said`: the words by the number of their update. `heard`: what was stored, (number, words, state), as it arrived.
    `told`: the deliveries, (words, state), in the order of the talk. `shown`: what came to the screen, in its order.
    """

    said: Mapping[int, str]
    heard: Sequence[tuple[int, str, str]]
    told: Sequence[tuple[str, str]]
    shown: Sequence[str]

    @property
    def answers(self) -> list[str]:
        """What the assistant must have answered to what was stored, in this order."""
        lines = [_lines(words) for _, words, _ in self.heard]
        return [f"{turn}. {line}" for turn, some in enumerate(lines, 1) for line in some]

    @property
    def answered(self) -> list[str]:
        return [words for words, _ in self.told]

    def told_as(self, *states: str) -> set[str]:
        return {words for words, state in self.told if state in states}

    @property
    def shown_again(self) -> list[str]:
        return [words for words, times in Counter(self.shown).items() if times > 1]

    @property
    def out_of_order(self) -> int:
        """How many lines came to the screen after one that belongs behind them."""
        places = [self.answered.index(words) for words in self.shown]
        return sum(later < earlier for earlier, later in pairwise(places))


@dataclass(frozen=True)
class Report:
    """`totals` is what happened, by its name; `lost` the updates that Telegram gave up."""

    seed: int
    talks: Sequence[Talk]
    totals: Mapping[str, int]
    lost: Sequence[int]
    late: tuple[int, int]

    def __str__(self) -> str:
        width = max(map(len, self.totals))
        lines = [f"  {name:<{width}}  {number:>6}" for name, number in self.totals.items()]
        return "\n".join((f"chaos, seed {self.seed}", *lines))


async def reckon(town: Town, citizens: Sequence[Citizen], seed: int, late: tuple[int, int]) -> Report:
    """`late` is how many updates came again in the evening, and how many of them were answered with 200."""
    stored = await town.store.read(_stored)
    talks = [_talk(citizen, stored[str(citizen.person.id)]) for citizen in citizens]
    totals = {**_delivered(town), "late": late[0], **_calls(town), "killed": _killed(town), **_turns(talks)}
    return Report(seed, talks, totals, town.telegram.record.lost, late)


def _lines(words: str) -> tuple[str, ...]:
    """As the assistant of `tests.fakes.brain` answers."""
    return ("One", "Two") if words == TWICE else (f"You said {words}",)


def _stored(connection: Connection) -> dict[str, tuple[list[Any], list[Any]]]:
    """Messages and deliveries by the name of their address, in the order of the talk."""
    found: dict[str, tuple[list[Any], list[Any]]] = {}
    for name in connection.execute(select(addresses.c.name)).scalars():
        found[name] = [], []
    for place, table in enumerate((messages, deliveries)):
        rows = select(table, addresses.c.name).join(addresses).order_by(table.c.address, table.c.sequence)
        for row in connection.execute(rows):
            found[row.name][place].append(row)
    return found


def _talk(citizen: Citizen, stored: tuple[list[Any], list[Any]]) -> Talk:
    heard, told = stored
    return Talk(
        said=citizen.said,
        heard=[(int(row.event.partition(":")[0]), row.body["text"], row.state) for row in heard],
        told=[(row.body["text"], row.state) for row in told],
        shown=[_first_line(line.text) for line in citizen.person.screen().messages if line.by_bot],
    )


def _first_line(text: str) -> str:
    """Without the numbered choices below it."""
    return text.partition("\n")[0]


def _delivered(town: Town) -> dict[str, int]:
    front = town.front
    return {
        "updates": len(front.updates),
        "posted": front.updates.total() + front.broken,
        "doubled": front.updates.total() - len(front.updates),
        "broken": front.broken,
        "answered 200": front.outcomes[200],
        "answered 503": front.outcomes[503],
        "no server": front.outcomes[502],
        "other answers": front.outcomes.total() - sum(front.outcomes[status] for status in (200, 502, 503)),
        "answers lost": front.lost,
    }


def _calls(town: Town) -> dict[str, int]:
    calls = Counter[str]()
    for call in town.telegram.record.called("sendMessage"):
        calls[call.fault or str(call.outcome)] += 1
    errors = ("error_json", "error_html", "bad_gateway_json", "bad_gateway_html")
    return {
        "sends": calls.total(),
        "429": calls["429"],
        "5xx": _sum(calls, errors),
        "slow": calls["slow"],
        "cut before": calls["reset_before"],
        "cut after": calls["reset_after"],
        "half an answer": calls["garbled"],
    }


def _killed(town: Town) -> int:
    return sum(member.kills for member in (*town.servers, *town.workers))


def _turns(talks: Sequence[Talk]) -> dict[str, int]:
    heard = Counter(state for talk in talks for _, _, state in talk.heard)
    told = Counter(state for talk in talks for _, state in talk.told)
    return {
        "messages": heard.total(),
        "answered": heard["done"],
        "replies": told.total(),
        "sent": _sum(told, SHOWN),
        "unknown": told["unknown"],
        "dead letters": told["failed"],
        "still open": told["queued"] + told["sending"],
        "shown twice": sum(len(talk.shown_again) for talk in talks),
        "out of order": sum(talk.out_of_order for talk in talks),
    }


def _sum(counted: Counter[str], names: Iterable[str]) -> int:
    return sum(counted[name] for name in names)
