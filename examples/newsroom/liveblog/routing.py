from channels import include, route

dictation_routing = [
    route("websocket.connect", "liveblog.dictation.connect_dictation", path=r"^/$"),
    route("websocket.receive", "liveblog.dictation.receive_dictation", path=r"^/$"),
    route("websocket.disconnect", "liveblog.dictation.disconnect_dictation", path=r"^/$"),
]

reader_routing = {
    "websocket.connect": "liveblog.consumers.connect_reader",
    "websocket.disconnect": "liveblog.consumers.disconnect_reader",
}

websocket_routing = [
    include(dictation_routing, path=r"^/(?P<slug>[\w-]+)/dictate"),
    include(reader_routing, path=r"^/(?P<slug>[\w-]+)/$"),
]

worker_routing = [route("liveblog.entry", "liveblog.consumers.save_entry")]
