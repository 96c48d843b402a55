"""From the outbox to the other side: each message once, in the order of its channel.

An outcome that nobody knows is never answered by sending again. The message stays first in its channel
until the longest time that the post can take is over; then it is looked for by its outbox id in the
channel's history, and only when it is surely not there it goes out again. Delivery lives by the machine's
own clock, also where `BONAFIDE_NOW` stops the clock of everything else: history is searched by it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from bot.gateway.parcels import UPLOAD, Parting, lost, shown
from bot.gateway.posting import (
    Absent,
    Ambiguous,
    Found,
    Outcome,
    Poster,
    RateLimited,
    Refused,
    Sent,
    Trace,
    Unreachable,
    Untraceable,
)
from store.engine import reading, unit_of_work
from store.errors import StoreError
from store.outbox import Outbox, OutgoingMessage

log = logging.getLogger(__name__)


#: A payload may name an earlier message of the same channel by its key, because only the sender learns its
#: ts: to change it (`chat.update`) or to reply in its thread.
REFERENCES = {"update_of": "ts", "thread_of": "thread_ts"}


@dataclass(frozen=True, slots=True)
class Pace:
    """How the sender waits, in seconds."""

    #: Between two looks at the outbox when nothing was due.
    poll: float = 0.1
    #: After a refusal that somebody has to mend (a revoked token, a missing scope).
    mend: float = 60.0
    #: The first pause after no connection came about, or after a proven loss; doubles up to `longest`.
    first: float = 0.5
    longest: float = 60.0
    #: A message that still cannot be delivered after this long is given up.
    patience: float = 86_400.0


class Sender:
    """Sends what is due; several senders on one outbox never send the same channel at the same time."""

    def __init__(
        self,
        write: Engine,
        read: Engine,
        poster: Poster,
        *,
        workers: int = 4,
        pace: Pace | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._write = write
        self._read = read
        self._poster = poster
        self._workers = workers
        self._pace = pace or Pace()
        self._now = now
        #: A post may take `timeout`; the lease leaves it that, and as much again for a slow commit.
        self._lease = timedelta(seconds=2 * poster.timeout + 1)
        self._busy: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def run(self, stop: threading.Event) -> None:
        """Send until `stop` is set; a post that is under way is finished and written down."""
        healthy = True
        with ThreadPoolExecutor(self._workers, thread_name_prefix="sender") as pool:
            while not stop.is_set():
                try:
                    self._start(pool, stop)
                except StoreError as wrong:
                    if healthy:
                        log.warning("what leaves waits in the outbox: %s", wrong)
                    healthy = False
                    stop.wait(1.0)
                else:
                    healthy = True
                    stop.wait(self._pace.poll)

    def send_due(self) -> int:
        """Send what is due now in this thread, channel by channel; how many channels were looked at."""
        work = self._due()
        for channel, message in work:
            self._serve(channel, message, threading.Event())
        return len(work)

    def _due(self) -> list[tuple[tuple[str, str], OutgoingMessage | None]]:
        """Channels with something to do, each with the message that has to be looked for first, if any."""
        now = self._now()
        with reading(self._read) as connection:
            outbox = Outbox(connection)
            stale = [((message.team, message.channel), message) for message in outbox.stale(now)]
            due = [((message.team, message.channel), None) for message in outbox.due(now)]
        return [*stale, *due]

    def _start(self, pool: ThreadPoolExecutor, stop: threading.Event) -> None:
        for channel, message in self._due():
            with self._lock:
                if channel in self._busy or len(self._busy) >= 2 * self._workers:
                    continue
                self._busy.add(channel)
            task = pool.submit(self._serve, channel, message, stop)
            task.add_done_callback(lambda done, channel=channel: self._release(channel, done))

    def _release(self, channel: tuple[str, str], done: Future[None]) -> None:
        with self._lock:
            self._busy.discard(channel)
        wrong = done.exception()
        if wrong is not None:
            # The message stays claimed and is looked for when its lease is over; the other channels go on.
            log.error("sending to one channel stopped", exc_info=wrong)

    def _serve(self, channel: tuple[str, str], stale: OutgoingMessage | None, stop: threading.Event) -> None:
        """Look for the stale message of a channel, then send the channel until nothing is due there."""
        outcome: tuple[OutgoingMessage, Outcome] | None = None
        if stale is not None and not self._reconcile(stale, stop):
            return
        while True:
            message = self._settle_and_claim(channel, outcome, stop)
            if message is None:
                return
            outcome = (message, self._post(message))

    def _post(self, message: OutgoingMessage) -> Outcome:
        # A thread that was frozen between the claim and here may have lost its lease: it must not post.
        assert message.not_before is not None
        if self._now() + timedelta(seconds=self._poster.seconds(message)) > message.not_before:
            return Unreachable("the sender was held up before it could send")
        return self._poster.post(message)

    def _settle_and_claim(
        self,
        channel: tuple[str, str],
        outcome: tuple[OutgoingMessage, Outcome] | None,
        stop: threading.Event,
    ) -> OutgoingMessage | None:
        """Write down what became of one message and take the next, in one transaction; None: done here."""
        while True:
            try:
                with unit_of_work(self._write) as connection:
                    outbox = Outbox(connection)
                    if outcome is not None:
                        self._settle(outbox, *outcome)
                    if stop.is_set():
                        return None
                    return self._claim(outbox, channel)
            except StoreError as wrong:
                # What was sent must be written down; if it cannot be, it is looked for after the lease.
                if outcome is None or stop.wait(1.0):
                    raise
                log.warning("what was sent cannot be written down yet: %s", wrong)

    def _claim(self, outbox: Outbox, channel: tuple[str, str]) -> OutgoingMessage | None:
        """The channel's next message, ready to be posted."""
        while True:
            now = self._now()
            message = outbox.claim_next(*channel, now=now, until=now + self._lease)
            if message is None:
                return None
            if outbox.is_overtaken(message, now=now):
                outbox.mark_sent(message, None, now=now, note="overtaken by a later change")
                continue
            ready = _with_references(outbox, message)
            if not isinstance(ready, str):
                return self._leased(outbox, ready, now)
            log.error("the message %s is given up: %s", message.id, ready)
            self._fail(outbox, message, ready)

    def _leased(self, outbox: Outbox, message: OutgoingMessage, now: datetime) -> OutgoingMessage | None:
        """The message with a lease that is long enough for it."""
        needed = timedelta(seconds=2 * self._poster.seconds(message) + 1)
        return message if needed <= self._lease else outbox.hold(message, until=now + needed)

    def _settle(self, outbox: Outbox, message: OutgoingMessage, outcome: Outcome) -> None:
        now = self._now()
        match outcome:
            case Sent(ts, note, uploads):
                if not outbox.mark_sent(message, ts, now=now, note=note):
                    log.error("the message %s was sent by a sender that had lost its lease", message.id)
                elif message.method == UPLOAD:
                    self._follow(outbox, message, shown(message.key, message.payload, uploads))
            case RateLimited(after):
                outbox.mark_pending(message, not_before=now + after)
            case Ambiguous(reason):
                log.warning("nobody knows whether the message %s arrived (%s)", message.id, reason)
                check_at = now + timedelta(seconds=self._poster.timeout)
                outbox.mark_ambiguous(message, check_at=check_at, error=reason)
            case Refused(reason, True):
                log.error("the message %s was refused for good: %s", message.id, reason)
                self._fail(outbox, message, reason)
            case Refused(reason, False):
                self._again(outbox, message, reason, pause=self._pace.mend)
            case Unreachable(reason):
                self._again(outbox, message, reason, pause=self._backoff(message))

    def _again(self, outbox: Outbox, message: OutgoingMessage, reason: str, *, pause: float) -> None:
        now = self._now()
        if message.age.total_seconds() > self._pace.patience:
            log.error("the message %s is given up: %s", message.id, reason)
            self._fail(outbox, message, reason)
            return
        if message.attempts == 1:
            log.warning("the message %s waits: %s", message.id, reason)
        outbox.mark_pending(message, not_before=now + timedelta(seconds=pause), error=reason)

    def _fail(self, outbox: Outbox, message: OutgoingMessage, reason: str) -> None:
        """Give a message up; who waits for files is told."""
        if outbox.mark_failed(message, reason) and message.method == UPLOAD:
            self._follow(outbox, message, lost(message.key, message.payload))

    def _follow(self, outbox: Outbox, message: OutgoingMessage, parting: Parting) -> None:
        """Put the message that follows an upload, in the transaction that settles it."""
        if parting.payload:
            outbox.put(
                parting.key,
                message.team,
                parting.channel,
                "chat.postMessage",
                parting.payload,
                now=message.created_at,
            )

    def _backoff(self, message: OutgoingMessage) -> float:
        return min(self._pace.longest, self._pace.first * 2 ** min(message.attempts - 1, 20))

    def _reconcile(self, message: OutgoingMessage, stop: threading.Event) -> bool:
        """Look for a message; whether its channel may go on."""
        now = self._now()
        with unit_of_work(self._write) as connection:
            outbox = Outbox(connection)
            if not outbox.claim_check(message, now=now, until=now + self._lease):
                return False
            posted = _with_references(outbox, message)
        trace = Untraceable(posted) if isinstance(posted, str) else self._poster.find(posted)
        with unit_of_work(self._write) as connection:
            return self._conclude(Outbox(connection), message, trace) and not stop.is_set()

    def _conclude(self, outbox: Outbox, message: OutgoingMessage, trace: Trace) -> bool:
        now = self._now()
        match trace:
            case Found(ts):
                return outbox.mark_sent(message, ts, now=now)
            case Absent():
                # One loss is bad luck and goes out at once; a side that keeps losing gets pauses.
                if message.attempts == 1:
                    return outbox.mark_pending(message)
                self._again(
                    outbox, message, message.error or "it never arrived", pause=self._backoff(message)
                )
            case Untraceable(reason):
                log.error("nobody can tell whether the message %s arrived: %s", message.id, reason)
                return outbox.mark_unknown(message, reason)
            case RateLimited(after):
                outbox.mark_ambiguous(message, check_at=now + after, error="its history may not be read yet")
            case Unreachable(reason):
                check_at = now + timedelta(seconds=self._backoff(message))
                outbox.mark_ambiguous(message, check_at=check_at, error=reason)
        return False


def _with_references(outbox: Outbox, message: OutgoingMessage) -> OutgoingMessage | str:
    """The message with the ts of the messages that it names by key; a text says which one has none."""
    payload = dict(message.payload)
    for reference, argument in REFERENCES.items():
        if (key := payload.pop(reference, None)) is not None:
            earlier = outbox.by_key(str(key))
            if earlier is None or earlier.ts is None:
                return f"the message “{key}” that it belongs to was not sent"
            payload[argument] = earlier.ts
    return replace(message, payload=payload)
