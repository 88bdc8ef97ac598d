"""How jobs are done: at least once, whatever is killed meanwhile.

Every job is deferred in the transaction of the change it belongs to. A worker that is killed leaves
its job marked as under way; the sweep here gives it back once the worker has been silent.
"""

from __future__ import annotations

import logging
from typing import cast

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

log = logging.getLogger(__name__)

BEAT = 5.0  # seconds between a worker's signs of life
SILENT = 20.0  # seconds without one after which its jobs are somebody else's
GOODBYE = 8.0  # seconds for jobs under way when the worker is asked to end
KEPT = 14 * 24  # hours for which a job that failed for good can be looked at


@app.periodic(cron="* * * * * */10", periodic_id="stalled")
@app.task(queue="sweeps", queueing_lock="stalled", pass_context=True, name="host.give_back")
async def give_back(context: JobContext, timestamp: int) -> None:
    """Let every job of a silent worker run again, and forget the worker."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        await manager.retry_job(job)
        log.warning("job %s of a lost worker runs again", job.task_name)
    await manager.prune_stalled_workers(SILENT)


@app.periodic(cron="17 4 * * *", periodic_id="old")
@app.task(queue="sweeps", queueing_lock="old", pass_context=True, name="host.clear_away")
async def clear_away(context: JobContext, timestamp: int) -> None:
    """Forget jobs that failed long ago; those that went well are forgotten at once."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEPT, include_failed=True, include_cancelled=True, include_aborted=True
    )


def work() -> None:
    """Do jobs until SIGTERM or SIGINT; what is under way gets a few seconds to end."""
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    with app.replace_connector(connector) as working:
        working.run_worker(
            concurrency=3,
            delete_jobs="successful",
            update_heartbeat_interval=BEAT,
            stalled_worker_timeout=SILENT,
            shutdown_graceful_timeout=GOODBYE,
        )
