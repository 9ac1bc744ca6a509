"""``runworker``, ``runserver`` and ``rundelay``: options, and what they build."""

from unittest import mock

from channels import channel_layers
from django.core.management import CommandError, call_command, load_command_class

from tests.differential.recorder import scenario


def options(app, name, *arguments):
    parser = load_command_class(app, name).create_parser("manage.py", name)
    return vars(parser.parse_args(list(arguments)))


def chosen(found, names):
    return {name: found[name] for name in names}


RUNWORKER = ["layer", "only_channels", "exclude_channels", "threads"]
RUNSERVER = ["run_worker", "use_asgi", "http_timeout", "websocket_handshake_timeout", "addrport"]
RUNDELAY = ["layer", "sleep"]


@scenario
def runworker_options(t):
    t.note("defaults", chosen(options("channels", "runworker"), RUNWORKER))
    arguments = [
        "--layer",
        "second",
        "--only-channels",
        "a*",
        "--only-channels",
        "b",
        "--exclude-channels=c",
        "--threads",
        "4",
    ]
    t.note("given", chosen(options("channels", "runworker", *arguments), RUNWORKER))


@scenario
def runserver_options(t):
    t.note("defaults", chosen(options("channels", "runserver"), RUNSERVER))
    arguments = [
        "--noworker",
        "--noasgi",
        "--http_timeout",
        "30",
        "--websocket_handshake_timeout",
        "7",
        "8001",
    ]
    t.note("given", chosen(options("channels", "runserver", *arguments), RUNSERVER))


@scenario
def rundelay_options(t):
    t.note("defaults", chosen(options("channels.delay", "rundelay"), RUNDELAY))
    t.note(
        "given",
        chosen(
            options("channels.delay", "rundelay", "--layer", "second", "--sleep", "0.5"), RUNDELAY
        ),
    )


@scenario
def in_memory_layers_are_refused(t):
    for name in ["runworker", "rundelay"]:
        t.raises(name, call_command, name)
    t.note("class", CommandError.__name__)


@scenario
def unknown_layer(t):
    for name in ["runworker", "rundelay"]:
        t.raises(name, call_command, name, layer="missing")


def plain_layer(t):
    """The test swaps in-memory layers in; the commands need one that says it spans processes."""
    return mock.patch.object(type(channel_layers["plain"]), "local_only", return_value=False)


@scenario
def runworker_builds_a_worker(t):
    with plain_layer(t), mock.patch("channels.management.commands.runworker.Worker") as worker:
        call_command("runworker", layer="plain", verbosity=0)
        _, kwargs = worker.call_args
        t.note("keywords", sorted(kwargs))
        t.note("layer", kwargs["channel_layer"] is channel_layers["plain"])
        t.note("values", [kwargs["only_channels"], kwargs["exclude_channels"], kwargs["callback"]])
        t.note("calls", [call[0] for call in worker.return_value.method_calls])


@scenario
def runworker_passes_its_options(t):
    with plain_layer(t), mock.patch("channels.management.commands.runworker.Worker") as worker:
        call_command(
            "runworker",
            "--layer",
            "plain",
            "--only-channels",
            "a",
            "--exclude-channels",
            "b",
            verbosity=2,
        )
        _, kwargs = worker.call_args
        t.note(
            "values",
            [kwargs["only_channels"], kwargs["exclude_channels"], kwargs["callback"].__name__],
        )


@scenario
def runworker_threads(t):
    with plain_layer(t), mock.patch("channels.management.commands.runworker.WorkerGroup") as group:
        call_command("runworker", layer="plain", threads=3, verbosity=0)
        _, kwargs = group.call_args
        t.note("keywords", sorted(kwargs))
        t.note("threads", kwargs["n_threads"])


@scenario
def runworker_adds_default_routes(t):
    with plain_layer(t), mock.patch("channels.management.commands.runworker.Worker"):
        call_command("runworker", layer="plain", verbosity=0)
    t.note("channels", channel_layers["plain"].router.channels)


@scenario
def runworker_sends_its_signal(t):
    from channels.signals import worker_process_ready

    seen = []

    def receiver(sender, **kwargs):
        seen.append(sender)

    worker_process_ready.connect(receiver)
    try:
        with plain_layer(t), mock.patch("channels.management.commands.runworker.Worker") as worker:
            call_command("runworker", layer="plain", verbosity=0)
            t.note("sender", seen == [worker.return_value])
    finally:
        worker_process_ready.disconnect(receiver)


@scenario
def runworker_stops_on_ctrl_c(t):
    with plain_layer(t), mock.patch("channels.management.commands.runworker.Worker") as worker:
        worker.return_value.run.side_effect = KeyboardInterrupt
        t.raises("interrupted", call_command, "runworker", layer="plain", verbosity=0)


@scenario
def rundelay_builds_a_worker(t):
    with plain_layer(t), mock.patch("channels.delay.management.commands.rundelay.Worker") as worker:
        call_command("rundelay", layer="plain", sleep=5, verbosity=0)
        _, kwargs = worker.call_args
        t.note("keywords", sorted(kwargs))
        t.note("layer", kwargs["channel_layer"] is channel_layers["plain"])
        t.note("sleep", kwargs["database_sleep_duration"])
        t.note("calls", [call[0] for call in worker.return_value.method_calls])


@scenario
def commands_log(t):
    layer = mock.patch.object(type(channel_layers["plain"]), "__str__", lambda self: "the layer")
    with plain_layer(t), layer, mock.patch("channels.management.commands.runworker.Worker"):
        with t.logs("django.channels"):
            call_command("runworker", layer="plain", verbosity=1)


@scenario
def runserver_chooses_its_consumer(t):
    from channels.management.commands.runserver import Command

    with mock.patch("django.conf.settings.DEBUG", True):
        t.note("debug", type(Command().get_consumer()).__name__)
        t.note("no static", type(Command().get_consumer(use_static_handler=False)).__name__)
    t.note("plain", type(Command().get_consumer()).__name__)
    t.note("insecure", type(Command().get_consumer(insecure_serving=True)).__name__)


@scenario
def staticfiles_runserver_is_ours(t):
    from channels.management.commands.runserver import Command as Ours
    from django.contrib.staticfiles.management.commands.runserver import Command as Static

    t.note("bases", issubclass(Static, Ours))


@scenario
def runworker_has_a_callback(t):
    from channels.management.commands.runworker import Command

    t.note("consumer_called", callable(Command().consumer_called))
