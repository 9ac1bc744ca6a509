import json

from channels import Channel

from .models import Job


class Result:
    id = "1"


class Task:
    """Stands for Celery's, always eager."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *args):
        return self.function(*args)

    def delay(self, *args):
        QUEUE.append((self.function, args))
        return Result


QUEUE = []


@Task
def sec3(job_id, reply_channel):
    # Change task status to completed
    job = Job.objects.get(pk=job_id)
    job.status = "completed"
    job.save()

    # Send status update back to browser client
    if reply_channel is not None:
        Channel(reply_channel).send(
            {
                "text": json.dumps(
                    {
                        "action": "completed",
                        "job_id": job.id,
                        "job_name": job.name,
                        "job_status": job.status,
                    }
                )
            }
        )
