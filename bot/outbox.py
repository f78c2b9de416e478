"""The only code that sends: claims what is due, sends it within the budget, and settles it or tries again."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from heapq import heappop, heappush

import structlog

from bot import metrics
from bot.backoff import Backoff
from bot.budget import Alone, Budget, Leave
from bot.lines import PATIENCE, Answer, Line
from bot.logs import trace
from bot.messages import Channel, Lane, Pace, Receipt, ReceiptState, SendError
from bot.settling import Settling
from bot.signals import DELIVERIES, Signals
from bot.store import Store, deliveries
from bot.store.deliveries import IS_OUT, Delivery, Outcome, Room
from dialogs.session import Reply

log = structlog.get_logger()

TIMEOUT = timedelta(seconds=30)
LEASE = timedelta(seconds=60)
"""Of what is being sent; a part takes no longer than TIMEOUT, and every part begins a new lease."""
HOLD = timedelta(seconds=20)
"""Of what waits for its place. Nobody who is still in line when only MARGIN is left is given one."""
MARGIN = timedelta(seconds=4)
SHORT = timedelta(seconds=0.1)
"""For so short a time it is not worth while to write down that it waits."""
MOST_AT_ONCE = 400
"""Deliveries under way on one channel."""
FOR_REPLIES = 100
"""So many of them only replies may be: a platform that has become slow must not fill up with notices."""
MOST_ATTEMPTS = 8
BACKOFF = Backoff(timedelta(seconds=2), timedelta(minutes=10))
LONGEST_PAUSE = timedelta(hours=1)
"""A platform that names a longer time is asked again after this one."""
STOPPED = timedelta(minutes=5)
BREATH = timedelta(seconds=0.01)
"""Between two looks while there is more to do than fits, so that each finds many."""
LOOK_AGAIN = Backoff(timedelta(seconds=0.5), timedelta(seconds=5))
"""After a look that failed."""
GRACE = timedelta(seconds=5)
"""What is being sent when the process stops has so long to finish."""


class Outbox:
    """Sends on the channels of this process: the first lane first, and in order for each address."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        signals: Signals,
        clock: Callable[[], datetime],
        budget: Budget | None = None,
    ) -> None:
        self._store = store
        self._channels = channels
        self._signals = signals
        self._clock = clock
        self._budget = budget or Alone()
        self._settling = Settling(store, signals, clock, LEASE)
        self._lines: dict[tuple[str, Lane], Line] = {}
        self._stopped_until: dict[str, datetime] = {}
        self._under_way: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._put_back: list[datetime] = []
        self._left_some = False
        self._failed_looks = 0

    async def run(self) -> None:
        """Sends until it is cancelled; what is being sent then may finish, for a short while."""
        try:
            with self._signals.listen(DELIVERIES) as bell:
                while True:
                    if await self._look():
                        await bell.wait(self._patience())
        finally:
            await self._finish()

    async def send_due(self) -> int:
        """Sends what is due now, at most one an address; how many were claimed."""
        claimed = await self._claim()
        await asyncio.gather(*map(self._start, claimed))
        return len(claimed)

    async def _look(self) -> bool:
        """Begins to send what is due. Whether it could be looked; what is under way goes on in any case."""
        try:
            claimed = await self._claim()
        except Exception as error:
            self._failed_looks += 1
            if self._failed_looks == 1:
                log.error("nothing can be claimed", **trace(error))
            await asyncio.sleep(LOOK_AGAIN.wait(self._failed_looks).total_seconds())
            return False
        self._failed_looks = 0
        for delivery in claimed:
            self._start(delivery)
        if self._left_some:
            await asyncio.sleep(BREATH.total_seconds())
        return True

    def _patience(self) -> timedelta:
        """Until the first of what this process put back is due. What others put back, they look for."""
        now = self._clock()
        while self._put_back and self._put_back[0] <= now:
            heappop(self._put_back)
        return min(self._put_back[0] - now, self._signals.poll) if self._put_back else self._signals.poll

    async def _finish(self) -> None:
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=GRACE.total_seconds())
        for task in late:
            task.cancel()

    async def _claim(self) -> tuple[Delivery, ...]:
        now = self._clock()
        rooms = self._rooms(now)
        if not rooms:
            return ()
        claimed = await self._store.write(deliveries.claim, rooms, now, now + LEASE)
        self._left_some = any(_is_filled(room, claimed) for room in rooms)
        return claimed

    def _rooms(self, now: datetime) -> list[Room]:
        rooms = []
        for name, channel in self._channels.items():
            most = MOST_AT_ONCE - self._under_way[name]
            stopped = self._stopped_until.get(name, now) > now
            lanes = (
                {} if stopped else {lane: self._room(channel, lane, most) for lane in self._open_lanes(channel, now)}
            )
            if lanes:
                rooms.append(Room(name, lanes, most))
        return rooms

    def _open_lanes(self, channel: Channel, now: datetime) -> list[Lane]:
        pace = channel.pace
        return [lane for lane in Lane if pace is None or not self._line(channel, pace, lane).is_closed(now)]

    def _room(self, channel: Channel, lane: Lane, most: int) -> int:
        room = most if lane is Lane.REPLY else most - FOR_REPLIES
        if channel.pace is not None:
            room = min(room, self._line(channel, channel.pace, lane).room)
        return max(room, 0)

    def _line(self, channel: Channel, pace: Pace, lane: Lane) -> Line:
        line = self._lines.get((channel.name, lane))
        if line is None:
            line = self._lines[channel.name, lane] = Line(self._budget, pace, lane)
        return line

    def _start(self, delivery: Delivery) -> asyncio.Task[None]:
        self._under_way[delivery.address.channel] += 1
        task = asyncio.create_task(self._deliver(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._send(delivery)
        except Exception as error:
            # It stays claimed, and is found when the lease is over.
            log.error("not settled", delivery=delivery.id, **trace(error))
        finally:
            self._under_way[delivery.address.channel] -= 1
            self._signals.notify(str(delivery.address))
            if self._left_some:
                self._signals.ring(DELIVERIES)

    async def _send(self, delivery: Delivery) -> None:
        channel = self._channels[delivery.address.channel]
        if delivery.reply is None:
            await self._end(delivery, ReceiptState.FAILED)
        elif delivery.resumed and not _may_repeat(channel, delivery):
            await self._end(delivery, ReceiptState.UNKNOWN)
        else:
            await self._send_parts(channel, delivery, channel.parts(delivery.reply))

    async def _send_parts(self, channel: Channel, delivery: Delivery, parts: tuple[Reply, ...]) -> None:
        """Those that are not sent yet. If none is left, because they were cut differently then, it is all sent."""
        if delivery.part >= len(parts):
            return await self._end(delivery, ReceiptState.SENT)
        going: Delivery | None = delivery
        while going is not None:
            going = await self._send_part(channel, going, parts)
        return None

    async def _send_part(self, channel: Channel, delivery: Delivery, parts: tuple[Reply, ...]) -> Delivery | None:
        """The delivery on to its next part, None where it has ended or waits for later."""
        ready = await self._wait_for_budget(channel, delivery)
        if ready is None:
            return None
        try:
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                receipt = await channel.send(ready.address, parts[ready.part], ready.sequence)
        except SendError as error:
            await self._refused(channel, ready, error)
        except Exception as error:
            # It may have gone out, so only a channel that shows it once may be given it twice.
            log.error("sending broke off", channel=channel.name, delivery=ready.id, **trace(error))
            await self._broke_off(channel, ready)
        else:
            return await self._sent(ready, receipt, is_last=ready.part + 1 == len(parts))
        return None

    async def _sent(self, delivery: Delivery, receipt: Receipt, *, is_last: bool) -> Delivery | None:
        ends = is_last or receipt.state not in IS_OUT
        state = receipt.state if ends else ReceiptState.SENDING
        due = self._clock() + LEASE
        outcome = Outcome(delivery, state, due, delivery.part + 1, delivery.attempts, receipt)
        after = await self._settle(outcome)
        return None if ends else after

    async def _wait_for_budget(self, channel: Channel, delivery: Delivery) -> Delivery | None:
        """The delivery when its next part may be sent, None where that is too far ahead and it was put back."""
        pace = channel.pace
        if pace is None:
            return delivery
        line = self._line(channel, pace, delivery.lane)
        line.waiting += 1
        try:
            return await self._wait_in(line, delivery)
        finally:
            line.waiting -= 1
            if self._left_some:
                self._signals.ring(DELIVERIES)

    async def _wait_in(self, line: Line, delivery: Delivery) -> Delivery | None:
        answer = await line.at_once(delivery.address.id)
        if answer is not None and answer.leave.granted and answer.leave.wait <= SHORT:
            return await self._come(delivery, answer)
        if answer is not None and not answer.leave.granted and (answer.is_long or not answer.leave.lane):
            await self._put_off(line, delivery, answer.leave)
            return None
        # Meanwhile it is not being sent: if the process dies now, another one finds it unsent.
        due = self._clock() + HOLD
        held = await self._settle(Outcome(delivery, ReceiptState.QUEUED, due, delivery.part, delivery.attempts))
        if held is None:
            return None
        if answer is None or not answer.leave.granted:
            answer = await line.wait(held.address.id, HOLD - MARGIN)
        if not answer.leave.granted:
            await self._put_off(line, held, answer.leave)
            return None
        return await self._come(held, answer)

    async def _come(self, delivery: Delivery, answer: Answer) -> Delivery | None:
        """Its place has come. What was held begins a little before, because to write that down takes a while too."""
        metrics.waited(delivery.address.channel, delivery.lane, answer.leave.wait)
        begun: Delivery | None = delivery
        if delivery.held:
            await answer.wait(early=SHORT)
            begun = await self._settling.begin(delivery)
        if begun is None:
            self._look_at(delivery.until)
            return None
        await answer.wait()
        return begun

    async def _put_off(self, line: Line, delivery: Delivery, leave: Leave) -> None:
        """If the whole lane has to wait long, nothing is claimed for it meanwhile."""
        due = self._clock() + leave.wait
        if leave.lane and leave.wait > PATIENCE:
            line.closed_until = due
        metrics.put_off(delivery.address.channel, delivery.lane)
        await self._try_later(delivery, due)

    async def _refused(self, channel: Channel, delivery: Delivery, error: SendError) -> None:
        if error.alarm:
            log.error("refused, and the fault is ours", channel=channel.name, delivery=delivery.id)
            metrics.alarm(channel.name)
        if error.gone:
            return await self._settling.leave(delivery)
        if error.stops:
            return await self._try_later(delivery, self._stop(channel))
        if error.retry and error.retry_after is not None and error.alarm:
            # It is about money and not about pace: what costs nothing may go on.
            return await self._try_later(delivery, self._clock() + error.retry_after)
        if error.retry and error.retry_after is not None:
            return await self._pause(channel, delivery, min(error.retry_after, LONGEST_PAUSE))
        if error.retry:
            return await self._try_again(delivery)
        if error.alarm:
            return await self._give_up(delivery)
        log.warning("refused", channel=channel.name, delivery=delivery.id)
        return await self._end(delivery, ReceiptState.FAILED)

    def _stop(self, channel: Channel) -> datetime:
        """Nothing more is taken for this channel until then."""
        now = self._clock()
        if self._stopped_until.get(channel.name, now) <= now:
            log.error("channel stopped", channel=channel.name)
            metrics.alarm(channel.name)
            self._stopped_until[channel.name] = now + STOPPED
        return self._stopped_until[channel.name]

    async def _pause(self, channel: Channel, delivery: Delivery, wait: timedelta) -> None:
        """The platform's own wait is kept, and is no attempt."""
        metrics.paused(channel.name)
        if channel.pace is not None:
            await self._budget.pause(channel.pace, delivery.address.id, wait)
        await self._try_later(delivery, self._clock() + wait)

    async def _broke_off(self, channel: Channel, delivery: Delivery) -> None:
        if _may_repeat(channel, delivery):
            return await self._try_again(delivery)
        return await self._end(delivery, ReceiptState.UNKNOWN)

    async def _try_again(self, delivery: Delivery) -> None:
        """After a while; the last attempt is the end."""
        attempts = delivery.attempts + 1
        if attempts >= MOST_ATTEMPTS:
            return await self._give_up(delivery)
        return await self._try_later(delivery, self._clock() + BACKOFF.wait(attempts), attempts)

    async def _try_later(self, delivery: Delivery, due: datetime, attempts: int | None = None) -> None:
        attempts = delivery.attempts if attempts is None else attempts
        await self._settle(Outcome(delivery, ReceiptState.QUEUED, due, delivery.part, attempts))
        self._look_at(due)

    def _look_at(self, due: datetime) -> None:
        heappush(self._put_back, due)
        if self._put_back[0] == due:
            self._signals.ring(DELIVERIES)

    async def _give_up(self, delivery: Delivery) -> None:
        """Nobody takes it, and the citizen is there: somebody has to look."""
        log.error("dead letter", channel=delivery.address.channel, delivery=delivery.id, lane=delivery.lane.name)
        metrics.dead_letter(delivery.address.channel, delivery.lane)
        await self._end(delivery, ReceiptState.FAILED)

    async def _end(self, delivery: Delivery, state: ReceiptState) -> None:
        await self._settle(Outcome(delivery, state, self._clock(), delivery.part, delivery.attempts))

    async def _settle(self, outcome: Outcome) -> Delivery | None:
        after = await self._settling.settle(outcome)
        if after is not None and outcome.state not in (ReceiptState.QUEUED, ReceiptState.SENDING):
            metrics.settled(outcome.delivery.address.channel, outcome.delivery.lane, outcome.state)
        return after


def _may_repeat(channel: Channel, delivery: Delivery) -> bool:
    """What may have gone out is sent again where that shows once, or where it had better be there twice than never."""
    return channel.repeatable or delivery.lane is Lane.EMERGENCY


def _is_filled(room: Room, claimed: tuple[Delivery, ...]) -> bool:
    """Whether there may be more than was taken."""
    taken = Counter(delivery.lane for delivery in claimed if delivery.address.channel == room.channel)
    return taken.total() >= room.most or any(taken[lane] >= count for lane, count in room.lanes.items())
