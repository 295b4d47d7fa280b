"""Background work, each piece once a minute by whichever worker is free: never two of one kind side by side."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongban.accounts import attempts
from tongban.applications import messages
from tongban.casework import seals
from tongban.registry import directory
from tongban.supervision import sweeping, webhooks

EVERY_MINUTE = "* * * * *"


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
@app.task(lock="hand-over", queueing_lock="hand-over")
def hand_over(timestamp: int) -> None:
    """Give holders elsewhere what cases wrote for them."""
    del timestamp
    directory.hand_over()


@app.periodic(cron=EVERY_MINUTE)
@app.task(lock="forget-attempts", queueing_lock="forget-attempts")
def forget_attempts(timestamp: int) -> None:
    """Forget log-in attempts that no longer slow anybody."""
    del timestamp
    attempts.forget_old()
