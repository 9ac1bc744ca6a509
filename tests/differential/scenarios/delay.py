"""``channels.delay``: its model and worker."""

import datetime
import json
from unittest import mock

from channels import Channel, channel_layers
from channels.delay.models import DelayedMessage
from channels.delay.worker import Worker
from django.utils import timezone

from tests.differential.recorder import scenario


class PatchedWorker(Worker):
    """A worker that takes a given number of turns."""

    turns = 0

    @property
    def termed(self):
        self.turns -= 1
        return self.turns < 0

    @termed.setter
    def termed(self, value):
        pass


def work(turns):
    worker = PatchedWorker(
        channel_layers["default"], signal_handlers=False, database_sleep_duration=-1
    )
    worker.turns = turns
    with mock.patch("time.sleep"):
        worker.run()


def delay(**changes):
    content = {"channel": "test", "delay": 1000, "content": {"value": 1}}
    content.update(changes)
    Channel("asgi.delay").send(content, immediately=True)


def stored():
    return [
        [message.channel_name, json.loads(message.content)]
        for message in DelayedMessage.objects.order_by("pk")
    ]


def make_due():
    DelayedMessage.objects.update(due_date=timezone.now() - datetime.timedelta(seconds=1))


@scenario
def stores_messages(t):
    delay()
    work(1)
    t.note("stored", stored())
    t.messages("test")


@scenario
def sends_due_messages(t):
    delay()
    work(1)
    make_due()
    work(1)
    t.messages("test")
    t.note("stored", stored())


@scenario
def sends_zero_delays_in_the_same_turn(t):
    delay(delay=0)
    work(1)
    t.messages("test")
    t.note("stored", stored())


@scenario
def negative_delay(t):
    delay(delay=-1000)
    work(1)
    t.messages("test")


@scenario
def missing_keys(t):
    for key in ["channel", "content", "delay"]:
        content = {"channel": "test", "delay": 1000, "content": {"value": 1}}
        del content[key]
        Channel("asgi.delay").send(content)
        with t.logs("django.channels"):
            work(1)
        t.note("stored", stored())


@scenario
def invalid_channel_name(t):
    delay(channel="x" * 600)
    with t.logs("django.channels"):
        work(1)
    t.note("stored", stored())


@scenario
def an_invalid_message_ends_the_worker(t):
    Channel("asgi.delay").send({"nothing": True})
    delay()
    work(2)
    t.note("left", t.case.get_next_message("asgi.delay"))


@scenario
def model_fields(t):
    for name in ["due_date", "channel_name", "content"]:
        field = DelayedMessage._meta.get_field(name)
        t.note(name, [type(field).__name__, field.max_length, field.db_index])
    t.note("table", DelayedMessage._meta.db_table)
    t.note("name", DelayedMessage.__name__)


@scenario
def delay_property(t):
    before = timezone.now()
    message = DelayedMessage(channel_name="test", content="{}", delay=5000)
    t.note("delay", message.delay)
    t.note("due", 4 < (message.due_date - before).total_seconds() < 30)
    message.delay = 0
    t.note("again", message.delay)
    t.raises_type("unset", lambda: DelayedMessage(channel_name="test", content="{}").delay)


@scenario
def is_due(t):
    now = timezone.now()
    for name, seconds in [("past", -10), ("future", 1000)]:
        due_date = now + datetime.timedelta(seconds=seconds)
        DelayedMessage.objects.create(channel_name=name, content="{}", due_date=due_date)
    t.note("due", [message.channel_name for message in DelayedMessage.objects.is_due()])
    t.note("chained", DelayedMessage.objects.filter(channel_name="future").is_due().exists())


@scenario
def sending_a_message(t):
    message = DelayedMessage(channel_name="test", content=json.dumps({"value": 1}), delay=0)
    message.save()
    message.send()
    t.messages("test")
    t.note("stored", stored())


@scenario
def sending_on_another_layer(t):
    message = DelayedMessage(channel_name="test", content=json.dumps({"value": 1}), delay=0)
    message.save()
    message.send(channel_layer=channel_layers["second"])
    t.messages("test")
    t.messages("test", alias="second")


@scenario
def sending_onto_a_full_channel(t):
    for number in range(10):
        Channel("test").send({"n": number})
    message = DelayedMessage(channel_name="test", content="{}", delay=0)
    message.save()
    message.send(requeue_delay=60000)
    t.note("delay", message.delay)
    t.note("stored", stored())
    t.note("due", DelayedMessage.objects.is_due().exists())
    message.send()
    t.note("default", message.delay)


@scenario
def worker_constructor(t):
    worker = Worker(channel_layers["default"])
    t.note(
        "attributes",
        [worker.signal_handlers, worker.termed, worker.in_job, worker.database_sleep_duration],
    )
    with t.logs("django.channels"):
        worker.in_job = True
        worker.sigterm_handler(15, None)
        t.note("termed", worker.termed)
        worker.in_job = False
        try:
            worker.sigterm_handler(15, None)
        except SystemExit as error:
            t.note("idle", error.code)


@scenario
def logs(t):
    delay(delay=0)
    with t.logs("django.channels"):
        work(2)


@scenario
def order_of_due_messages(t):
    for number in range(3):
        delay(delay=0, content={"n": number})
    work(3)
    t.messages("test")


@scenario
def app_config(t):
    from django.apps import apps

    config = apps.get_containing_app_config("channels.delay.models") or apps.get_app_config(
        DelayedMessage._meta.app_label
    )
    t.note("verbose name", str(config.verbose_name))
