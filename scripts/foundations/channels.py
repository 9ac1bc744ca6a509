"""What the package leans on in asgiref, Channels and channels_redis."""

from __future__ import annotations

import inspect

from .row import Foundation, accepts, every, has, of, sets, variables

ROWS = [
    # asgiref
    *(
        Foundation(
            f"asgiref.{name} =",
            f"``{name}`` of ``asgiref.sync.SyncToAsync``",
            why,
            "look for where ``SyncToAsync.__call__`` takes its executor from",
            every(
                has("asgiref.sync:SyncToAsync", name),
                lambda name=name: (  # type: ignore[misc]
                    f"self.{name}" in inspect.getsource(of("asgiref.sync:SyncToAsync.__call__"))
                ),
            ),
        )
        for name, why in [
            ("single_thread_executor", "has thread-sensitive calls use the test's connections"),
            ("context_to_thread_executor", "does so for the contexts of Django's requests"),
        ]
    ),
    Foundation(
        "_executor",
        "``_executor`` of ``asgiref.sync.ThreadSensitiveContext``, None or missing by default",
        "tells an executor that asgiref made for a context from one that somebody brought",
        "look for how ``SyncToAsync.__call__`` fills ``context_to_thread_executor``",
        lambda: getattr(of("asgiref.sync:ThreadSensitiveContext")(), "_executor", None) is None,
    ),
    Foundation(
        "threadlocal",
        "``threadlocal.main_event_loop`` and ``main_event_loop_pid`` of ``SyncToAsync``",
        "has ``async_to_sync`` in a thread-sensitive call use the stage's loop",
        "look for where ``AsyncToSync.__init__`` finds the loop of its thread",
        lambda: all(
            name in inspect.getsource(of("asgiref.sync:AsyncToSync"))
            for name in ("main_event_loop", "main_event_loop_pid")
        ),
    ),
    Foundation(
        "thread_handler",
        "``SyncToAsync.thread_handler``, which runs a call in its thread",
        "names the call that a thread runs in an error",
        "name the wrapper instead",
        has("asgiref.sync:SyncToAsync", "thread_handler"),
    ),
    Foundation(
        "AsyncToSync.executors.current",
        "``asgiref.sync.AsyncToSync.executors``",
        "gives a forked server process executors of its own",
        "start server processes with ``spawn``",
        has("asgiref.sync:AsyncToSync", "executors"),
    ),
    *(
        Foundation(
            mark,
            f"``{mark}`` of applications",
            "tells an ASGI application from a consumer of Channels 1",
            "look for the marks that ``asgiref.compatibility.is_double_callable`` reads",
            lambda mark=mark: (  # type: ignore[misc]
                mark in inspect.getsource(of("asgiref.compatibility"))
            ),
        )
        for mark in ("_asgi_single_callable", "_asgi_double_callable")
    ),
    Foundation(
        "Patch(asgiref.single_thread_executor)",
        "``single_thread_executor`` of ``asgiref.sync.SyncToAsync``, looked up for each call",
        "has a live server's thread-sensitive calls use the test's connections",
        "look for where ``SyncToAsync.__call__`` takes its executor from",
        lambda: (
            "self.single_thread_executor"
            in inspect.getsource(of("asgiref.sync:SyncToAsync.__call__"))
        ),
    ),
    Foundation(
        "CurrentThreadExecutor.run_until_future.__code__",
        "the code object of ``CurrentThreadExecutor.run_until_future``",
        "tells a thread that waits in ``async_to_sync`` for a loop",
        "call such a thread one that is at work",
        has("asgiref.current_thread_executor:CurrentThreadExecutor.run_until_future", "__code__"),
    ),
    Foundation(
        'f_locals["future"]',
        "the variable ``future`` of ``CurrentThreadExecutor.run_until_future``",
        "tells whether the thread goes on by itself",
        "call such a thread one that is at work",
        variables(
            "asgiref.current_thread_executor:CurrentThreadExecutor.run_until_future", "future"
        ),
    ),
    Foundation(
        "_work_items",
        "``_work_items`` of ``CurrentThreadExecutor``, the calls that it was handed",
        "tells whether the thread goes on by itself",
        "call such a thread one that is at work",
        every(
            variables(
                "asgiref.current_thread_executor:CurrentThreadExecutor.run_until_future", "self"
            ),
            lambda: (
                len(of("asgiref.current_thread_executor:CurrentThreadExecutor")(None)._work_items)
                == 0
            ),
        ),
    ),
    Foundation(
        "Patch(ApplicationCommunicator.__init__)",
        "``ApplicationCommunicator.__init__(application, scope)`` of ``asgiref.testing``",
        "records what a communicator of ``channels.testing`` sends and receives",
        "leave such communicators out of the record",
        accepts("asgiref.testing:ApplicationCommunicator.__init__", "self", "application", "scope"),
    ),
    # Channels
    Foundation(
        "Patch(channels_consumer.async_to_sync)",
        "``async_to_sync`` of ``channels.consumer``, which gives a SyncConsumer its ``send``",
        "lets a synchronous consumer send without a detour over the event loop",
        "leave the patch out: it is slower, not wrong",
        lambda: of("channels.consumer:async_to_sync") is of("asgiref.sync:async_to_sync"),
    ),
    Foundation(
        'f_locals["close"]',
        "the variable ``close`` of ``WebsocketConsumer.send`` and of its asynchronous twin",
        "a message of Channels 1 has the frame and its close together",
        "let the close follow as a message of its own",
        every(
            variables("channels.generic.websocket:WebsocketConsumer.send", "close"),
            variables("channels.generic.websocket:AsyncWebsocketConsumer.send", "close"),
        ),
    ),
    Foundation(
        "AsyncConsumer.__call__.__code__",
        "the code object of ``AsyncConsumer.__call__``",
        "tells a consumer that asks for its own channel from others",
        "look for the function that calls ``new_channel``",
        lambda: "new_channel" in of("channels.consumer:AsyncConsumer.__call__").__code__.co_names,
    ),
    Foundation(
        'f_locals["self"]',
        "the variable ``self`` of ``AsyncConsumer.__call__`` and of unittest's ``run``",
        "finds the consumer instance, and the test case that runs",
        "look for the variable that holds the instance",
        every(
            variables("channels.consumer:AsyncConsumer.__call__", "self"),
            variables("unittest:TestCase.run", "self"),
        ),
    ),
    Foundation(
        "await_many_dispatch.__code__",
        "the code object of ``channels.utils.await_many_dispatch``",
        "tells a consumer that waits for its next event from one that is busy",
        'leave the words "for its next event" out of the error',
        lambda: (
            "await_many_dispatch"
            in of("channels.consumer:AsyncConsumer.__call__").__code__.co_names
        ),
    ),
    Foundation(
        "_make_backend",
        "``_make_backend(name, config)`` of ``channels.layers.ChannelLayerManager``",
        "lets Channels read the layers of a Channels 1 project",
        "look for where the manager refuses the key ROUTING",
        accepts("channels.layers:ChannelLayerManager._make_backend", "self", "name", "config"),
    ),
    Foundation(
        "modern_layers.backends =",
        "``backends`` of ``channels.layers.ChannelLayerManager``",
        "gives a live test the test layers, and the others back after it",
        "look for where the manager keeps what it has made",
        lambda: isinstance(of("channels.layers:channel_layers").backends, dict),
    ),
    Foundation(
        "ChannelsConfig.ready =",
        "``ready`` of ``channels.apps.ChannelsConfig``, which does nothing",
        "registers the data bindings whichever app config the project names",
        "call what is there as well",
        lambda: (
            "ready" not in vars(of("channels.apps:ChannelsConfig"))
            or of("channels.apps:ChannelsConfig").ready.__module__.startswith("channeltest")
        ),
    ),
    *(
        Foundation(
            f"consumer.{name} =",
            f"``AsyncConsumer`` and ``SyncConsumer`` have no class attribute ``{name}``",
            "lets modern consumers take the replies of Channels 1",
            "look at what Channels means by it, and choose another name",
            lambda name=name: (  # type: ignore[misc]
                name
                not in inspect.getsource(of("channels.consumer:AsyncConsumer")).replace(
                    f"self.{name}", ""
                )
            ),
        )
        for name in ("channel_receive", "channels1_reply")
    ),
    Foundation(
        "AsyncConsumer.as_route =",
        "``AsyncConsumer`` has no ``as_route`` of its own",
        "gives modern consumers what routes of Channels 1 are made with",
        "look at what Channels means by it",
        lambda: of("channels.consumer:AsyncConsumer").as_route.__module__.startswith("channeltest"),
    ),
    Foundation(
        "_clean_expired",
        "``channels`` and ``_clean_expired`` of ``channels.layers.InMemoryChannelLayer``",
        "reads the messages that wait",
        "look for where the layer keeps them",
        every(
            has("channels.layers:InMemoryChannelLayer", "_clean_expired"),
            lambda: isinstance(of("channels.layers:InMemoryChannelLayer")().channels, dict),
        ),
    ),
    *(
        Foundation(
            f"Patch(InMemoryChannelLayer.{name})",
            f"``{name}({', '.join(parameters)})`` of ``channels.layers.InMemoryChannelLayer``",
            "records what crosses a layer of Channels in memory",
            "leave such layers out of the record",
            accepts(f"channels.layers:InMemoryChannelLayer.{name}", "self", *parameters),
        )
        for name, *parameters in [
            ("send", "channel", "message"),
            ("receive", "channel"),
            ("new_channel", "prefix"),
            ("group_add", "group", "channel"),
            ("group_discard", "group", "channel"),
            ("group_send", "group", "message"),
        ]
    ),
    Foundation(
        "InMemoryChannelLayer.receive.__code__",
        "the code object of ``InMemoryChannelLayer.receive``",
        "tells a wait for a channel from one for another queue",
        "call such a wait one for a queue",
        has("channels.layers:InMemoryChannelLayer.receive", "__code__"),
    ),
    # channels_redis
    Foundation(
        "receive_count",
        "``receive_count``, ``client_prefix`` and ``hosts`` of channels_redis' layer",
        "lets several event loops of a process read its channels",
        "give each loop a layer of its own from the start",
        sets("channels_redis.core:RedisChannelLayer", "receive_count", "client_prefix", "hosts"),
    ),
    Foundation(
        "consistent_hash",
        "``consistent_hash`` of channels_redis' layer",
        "finds the server that a channel's messages are on",
        "use the function that channels_redis chooses a server with",
        has("channels_redis.core:RedisChannelLayer", "consistent_hash"),
    ),
]
