"""Durable background work (后台任务): alone knows the job engine, DBOS.

A job is a name and the id of what it is about, never the data itself: arguments stay in the engine's
tables. A job with the same id runs once; a worker that dies in the middle runs it again when it comes back,
so a handler must be idempotent. A handler that fails is tried again a few times, then given up by a
callback that tells somebody.

The engine's traps, each held by a contract test: its version of the application is a hash of the source
unless it is pinned, and then any change strands the work that waits; its default serializer is pickle; work
of a process that never comes back is taken over by nobody; it logs advertisements.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.errors import JobsUnavailable
from store.engine import Databases

if TYPE_CHECKING:
    from dbos import DBOSClient, WorkflowStatus

log = logging.getLogger(__name__)

APPLICATION = "bonafide"
#: Changed by hand, and only when a job's steps change so that work under way cannot go on as it began.
APPLICATION_VERSION = "1"

#: People wait for these.
ANSWERS = "answers"
#: Nobody waits for these: indexes, imports, retention.
BACKGROUND = "background"

#: How many jobs of each queue one worker runs at once, and how often it looks for more, in seconds.
QUEUES: dict[str, tuple[int, float]] = {ANSWERS: (4, 0.05), BACKGROUND: (1, 0.5)}
#: Answers that one worker makes at once where a model makes them: most of them wait for it.
PATIENT = 16

Handler = Callable[[str], None]
#: Called with the job's name, the id and the reason (a class of error, never a text from outside);
#: idempotent.
GivenUp = Callable[[str, str, str], None]

#: A job in the middle of which the worker died so often is given up: it may be what kills the worker.
_DEATHS = 5
_SLICE = 500


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a handler that fails is tried, and the pause before the second try in seconds; it doubles."""

    attempts: int = 3
    pause: float = 1.0


def prepare(databases: Databases) -> None:
    """Make the engine's own tables, or bring them up to date; quick when there is nothing to do."""
    _be_quiet()
    from dbos import DBOS

    url = databases.jobs.url.render_as_string(hide_password=False)
    try:
        DBOS.migrate(url)
    except SQLAlchemyError as wrong:
        raise JobsUnavailable(
            f"the job queue cannot be set up for the moment ({type(wrong).__name__})"
        ) from wrong


class JobClient:
    """Queues jobs from a process that runs none; safe to use from many threads."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._lock = threading.Lock()
        self._client: DBOSClient | None = None

    def connect(self) -> None:
        """Set the queue up where that is still to be done; before the first transaction that a job is part
        of.
        """
        prepare(self._databases)
        self._connected()

    def enqueue(
        self, name: str, identity: str, *, queue: str = ANSWERS, connection: Connection | None = None
    ) -> None:
        """Queue the job `name` for `identity`; the same id again changes nothing, whatever the name.

        With a `connection` of the main database the job is part of its transaction. Raises `JobsUnavailable`,
        also when the queue was never set up and the transaction is in the way of doing so now.
        """
        options: Any = {
            "workflow_name": name,
            "queue_name": queue,
            "workflow_id": identity,
            "app_version": APPLICATION_VERSION,
        }
        try:
            if not self._is_set_up():
                if connection is not None:
                    raise JobsUnavailable(
                        "the job queue is not set up; connect the client before a transaction"
                    )
                prepare(self._databases)
            if connection is None:
                self._connected().enqueue(options, identity)
            else:
                self._connected().enqueue_in_transaction(connection, options, identity)
        except SQLAlchemyError as wrong:
            raise JobsUnavailable(f"the job queue cannot be reached ({type(wrong).__name__})") from wrong

    def waiting(self) -> int:
        """How many jobs are queued or running."""
        try:
            if not self._is_set_up():
                return 0
            return len(
                self._connected().list_workflows(
                    status=["ENQUEUED", "PENDING"], load_input=False, load_output=False
                )
            )
        except SQLAlchemyError as wrong:
            raise JobsUnavailable(f"the job queue cannot be reached ({type(wrong).__name__})") from wrong

    def close(self) -> None:
        """Let the client go; its engine belongs to the house."""
        with self._lock:
            if self._client is not None:
                self._client.destroy()
                self._client = None

    def _is_set_up(self) -> bool:
        """Whether the engine's tables are there; read only, because a transaction may hold the write lock."""
        if self._client is not None:
            return True
        schema = None if self._databases.dialect == "sqlite" else "dbos"
        return inspect(self._databases.read).has_table("workflow_status", schema=schema)

    def _connected(self) -> DBOSClient:
        _be_quiet()
        with self._lock:
            if self._client is None:
                from dbos import DBOSClient, DBOSPortableJSONSerializer

                self._client = DBOSClient(
                    system_database_engine=self._databases.jobs,
                    serializer=DBOSPortableJSONSerializer(),
                    application_name=APPLICATION,
                    retry_connection_errors=False,
                )
            return self._client


class Jobs:
    """Runs jobs in this process. The engine is one a process, so there is one of these a process."""

    def __init__(
        self,
        databases: Databases,
        *,
        executor: str,
        patience: Patience | None = None,
        answers: int | None = None,
    ) -> None:
        """`executor` names the slot ("worker-1"): a worker that comes back under it goes on with its own
        work. `answers` are made at once, where more than usual may be.
        """
        self._databases = databases
        self._executor = executor
        self._patience = patience or Patience()
        self._answers = answers
        self._given_up: GivenUp = _only_log
        #: The jobs that run in this process; a set's own add and discard need no lock.
        self._running: set[str] = set()

    def launch(self, handlers: Mapping[str, Handler], *, given_up: GivenUp | None = None) -> None:
        """Start to run jobs; work that this executor left behind is taken up at once."""
        prepare(self._databases)
        from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

        self._given_up = given_up or _only_log
        config: DBOSConfig = {
            "name": APPLICATION,
            "application_version": APPLICATION_VERSION,
            "executor_id": self._executor,
            "system_database_engine": self._databases.jobs,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "ERROR",
            "run_migrations": False,
            "enable_otlp": False,
            # A stop waits for the end of such a pause.
            "notification_listener_polling_interval_sec": 0.25,
        }
        DBOS(config=config)
        for name, handler in handlers.items():
            DBOS.workflow(name=name, max_recovery_attempts=_DEATHS)(self._job(name, handler))
        DBOS.launch()
        for queue, (concurrency, pause) in QUEUES.items():
            if queue == ANSWERS:
                concurrency = self._answers or concurrency
            DBOS.register_queue(
                queue, worker_concurrency=concurrency, polling_interval_sec=pause, on_conflict="always_update"
            )

    def stop(self, grace: int = 5) -> None:
        """Take no more jobs and wait for those that run, at most `grace` seconds; the rest goes on next
        time.
        """
        from dbos import DBOS

        # The engine looks once a second whether jobs still run; where none does, it need not look. A job that begins
        # in this very moment is one whose worker died: it is done again at the next start.
        DBOS.destroy(workflow_completion_timeout_sec=grace if self._running else 0, destroy_registry=True)

    def adopt(self, executors: Iterable[str]) -> int:
        """Take over what these executors left behind; how many jobs. Only for executors that are surely
        dead.
        """
        from dbos import DBOS

        dead = [name for name in executors if name != self._executor]
        if not dead:
            return 0
        left = DBOS.list_workflows(status="PENDING", executor_id=dead, load_input=False, load_output=False)
        for queue in QUEUES:
            # What was recovered before runs in the engine's own queue; somebody may wait for it.
            ids = [job.workflow_id for job in left if _queue_of(job) == queue]
            if ids:
                DBOS.resume_workflows(ids, queue_name=queue)
        return len(left)

    def bury(self) -> int:
        """Give up the jobs that the engine itself gave up: in the middle of them a worker died again and
        again.
        """
        from dbos import DBOS

        dead = DBOS.list_workflows(
            status=["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED"],
            limit=_SLICE,
            load_input=False,
            load_output=False,
        )
        for job in dead:
            self._given_up(job.name, job.workflow_id, "the worker died in the middle of it")
            DBOS.delete_workflow(job.workflow_id)
        return len(dead)

    def forget(self, before: datetime) -> int:
        """Delete what was finished before this instant, in slices; how many jobs."""
        from dbos import DBOS

        gone = 0
        while True:
            old = DBOS.list_workflows(
                status="SUCCESS",
                completed_before=before.isoformat(),
                limit=_SLICE,
                load_input=False,
                load_output=False,
            )
            if old:
                DBOS.delete_workflows([job.workflow_id for job in old])
            gone += len(old)
            if len(old) < _SLICE:
                return gone

    def _job(self, name: str, handler: Handler) -> Callable[[str], None]:
        def attempt(identity: str) -> str | None:
            return self._attempt(name, handler, identity)

        def give_up(identity: str, reason: str) -> None:
            self._given_up(name, identity, reason)

        def job(identity: str) -> None:
            from dbos import DBOS

            self._running.add(identity)
            try:
                reason = DBOS.run_step({"name": "attempt"}, attempt, identity)
                if reason is not None:
                    DBOS.run_step({"name": "give up", "retries_allowed": True}, give_up, identity, reason)
            finally:
                self._running.discard(identity)

        return job

    def _attempt(self, name: str, handler: Handler, identity: str) -> str | None:
        """Run the handler with patience; None, or the class of the error that ended the last try.

        The error itself is kept out of the engine's tables: its text may hold what somebody wrote.
        """
        pause = self._patience.pause
        for number in range(1, self._patience.attempts + 1):
            try:
                handler(identity)
            except Exception as wrong:
                last = type(wrong).__name__
                log.warning("%s %s failed at try %s", name, identity, number, exc_info=wrong)
            else:
                return None
            if number < self._patience.attempts:
                # Also while the worker stops: a stop must not use up the tries.
                time.sleep(pause)
                pause *= 2
        return last


def _queue_of(job: WorkflowStatus) -> str:
    return job.queue_name if job.queue_name in QUEUES else ANSWERS


def _only_log(name: str, identity: str, reason: str) -> None:
    log.error("%s %s is given up: %s", name, identity, reason)


def _be_quiet() -> None:
    """The engine's own log shows errors only: no banners, no advertisements."""
    engine = logging.getLogger("dbos")
    engine.setLevel(logging.ERROR)
    if not engine.handlers:
        # With a handler in place the engine does not add its own to the console.
        engine.addHandler(logging.NullHandler())
