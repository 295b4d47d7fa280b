"""Background work, each piece once a minute (books, who walks what and the walk of all services nightly) by whichever
worker is free, never two of a kind.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

import structlog
from django.db import transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Status

from tongban.accounts import attempts
from tongban.applications import agencies, batch_rows, confirming, messages, refunds
from tongban.casework import seals, tallies
from tongban.platform import time
from tongban.registry import directory
from tongban.supervision import assignments, overdue, returns, sweeping, webhooks, week_sheets

log = structlog.get_logger(__name__)

EVERY_MINUTE = "* * * * *"
MOST_DEATHS = 3
"""So many workers may die with a job in their hands; then it is left, for it may be what ends them."""
BATCH_SECONDS = 15
"""How long rows of tables are taken before other work has its turn."""
WHEN_NOBODY_COMES = "10 18 * * *"
"""Ten past two in the morning: schedules are told in UTC."""
EVERY_NIGHT = "40 19 * * *"
"""Twenty to four, likewise."""


@app.periodic(cron=EVERY_MINUTE)
@app.task(lock="sweep", queueing_lock="sweep")
def sweep(timestamp: int) -> None:
    """Do what time does by itself."""
    del timestamp
    sweeping.sweep()


@app.periodic(cron=EVERY_MINUTE)
@app.task(lock="seal", queueing_lock="seal")
def seal(timestamp: int) -> None:
    """Put every case that changed under a seal."""
    del timestamp
    seals.seal()


@app.periodic(cron=EVERY_MINUTE)
@app.task(lock="fold", queueing_lock="fold")
def fold(timestamp: int) -> None:
    """Fold what boards count, so that whoever looks at one has little left to fold."""
    del timestamp
    tallies.fold()


@app.periodic(cron=EVERY_MINUTE)
@app.task(lock="send-messages", queueing_lock="send-messages")
def send_messages(timestamp: int) -> None:
    """Tell people outside the site that something waits for them."""
    del timestamp
    messages.send_waiting()


@app.periodic(cron=EVERY_MINUTE)
@app.task(lock="deliver-webhooks", queueing_lock="deliver-webhooks")
def deliver_webhooks(timestamp: int) -> None:
    """Tell other systems what happened."""
    del timestamp
    webhooks.fan_out()
    webhooks.deliver()


@app.periodic(cron=EVERY_MINUTE)
@app.task(lock="pass-on", queueing_lock="pass-on")
def pass_on(timestamp: int) -> None:
    """Give holders elsewhere what cases wrote for them, and let the cases hear whether it was taken."""
    del timestamp
    directory.pass_on()
    confirming.tell_cases()


@app.periodic(cron=EVERY_MINUTE)
@app.task(lock="tell-agencies", queueing_lock="tell-agencies")
def tell_agencies(timestamp: int) -> None:
    """Send agencies elsewhere their cases, and tell them what happened to those that two agencies see."""
    del timestamp
    agencies.note_new()
    agencies.tell()


@app.periodic(cron=EVERY_MINUTE)
@app.task(lock="refunds", queueing_lock="refunds")
def give_back(timestamp: int) -> None:
    """Give fees back that ended cases asked for."""
    del timestamp
    refunds.carry_out()


@app.task(lock="take-rows", queueing_lock="take-rows")
def take_rows() -> None:
    """Send rows of tables; where some are left, come back behind whatever else waits."""
    if batch_rows.carry_on(BATCH_SECONDS):
        take_rows_soon()


def take_rows_soon() -> None:
    """Let a free worker send rows now, unless one is about to."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        take_rows.defer()


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="go-on-with-rows")
def go_on_with_rows(timestamp: int) -> None:
    """Take up the tables of a worker that died."""
    del timestamp
    take_rows_soon()


@app.periodic(cron=EVERY_NIGHT)
@app.task(lock="reconcile", queueing_lock="reconcile")
def reconcile(timestamp: int) -> None:
    """Compare what was paid and given back with the provider's books."""
    del timestamp
    for line in refunds.reconcile():
        log.warning("payment_differs", **line)


@app.periodic(cron=EVERY_NIGHT)
@app.task(lock="report-overdue", queueing_lock="report-overdue")
def report_overdue(timestamp: int) -> None:
    """Make a problem of what turned red and of visits nobody came back after; give out what nobody gave in time."""
    del timestamp
    overdue.report()
    returns.report()
    overdue.give_out()


@app.periodic(cron=EVERY_NIGHT)
@app.task(lock="keep-week", queueing_lock="keep-week")
def keep_week(timestamp: int) -> None:
    """Keep what the week on paper says, which no board could count again."""
    del timestamp
    week_sheets.keep(time.now())


@app.periodic(cron=EVERY_NIGHT)
@app.task(lock="assign-walks", queueing_lock="assign-walks")
def assign_walks(timestamp: int) -> None:
    """Let the votes of a month that has ended say who walks what."""
    del timestamp
    assignments.assign_by_votes()


@app.periodic(cron=WHEN_NOBODY_COMES)
@app.task(lock="walk", queueing_lock="walk")
async def walk(timestamp: int) -> None:
    """Let the machine walk every service, in a process of its own: for minutes nothing else could be done here.

    No thread starts it, for it ends with whoever started it.
    """
    del timestamp
    command = [sys.executable, "-m", "tongban", "walk", "--all", "--json"]
    subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603, ASYNC220 -- nobody waits


@app.periodic(cron=EVERY_MINUTE)
@app.task(lock="forget-attempts", queueing_lock="forget-attempts")
def forget_attempts(timestamp: int) -> None:
    """Forget log-in attempts that no longer slow anybody."""
    del timestamp
    attempts.forget_old()


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="free-stalled", pass_context=True)
async def free_stalled(context: JobContext, timestamp: int) -> None:
    """Take the jobs of workers that died from their hands, for the next to do: what they locked would hold up all.

    It has no lock itself, or a worker that died in it would hold up the next.
    """
    del timestamp
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        log.warning("job_freed", task=job.task_name, deaths=job.attempts + 1)
        if job.attempts < MOST_DEATHS:
            with suppress(UniqueViolation):  # the same waits already, and is done instead
                await manager.retry_job(job)
                continue
        await manager.finish_job(job, status=Status.FAILED, delete_job=True)
