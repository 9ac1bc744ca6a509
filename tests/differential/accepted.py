"""The differences that are meant: what 1.1.8 does wrong and channeltest does as documented.

A scenario named here must differ, or the entry is out of date and its test fails. Scenarios that
hold to both stacks belong elsewhere: each of these notes little besides the difference.
"""

from __future__ import annotations

#: The scenario's name and why channeltest differs from the original.
ACCEPTED: dict[str, str] = {
    "apply_routes.dict_of_routes": "A dict in the list is included, as in ROUTING.",
    "apply_routes.aliases": "1.1.8 ignores aliases and changes the default layer's routes.",
    "apply_routes.empty_list": "1.1.8 raises IndexError for an empty list; it is an empty routing.",
    "apply_routes.on_a_class": "1.1.8's class form drops the routes before tearDown() runs.",
    "clients.join_group_uses_the_default_layer": "1.1.8 forgets the client's alias.",
    "clients.two_question_marks": "1.1.8 cannot unpack a query string that holds a question mark.",
    "handler.handler_response_later": "1.1.8 answers 500 as soon as Django has a MIDDLEWARE.",
    "handler.view_consumer_waits_for_a_full_channel": "Nobody reads it: 1.1.8 waits forever.",
    "includes.uncopyable_content": "1.1.8 deep-copies the whole message to change one value.",
    "layers.receive_many_is_deprecated": "1.x's own documentation still tells tests to call it.",
    "manager.str_of_the_layer_of_the_test": "The captive layer is a class of channeltest's own.",
    "message.finishing_twice": "1.1.8 fails to delete what is not there.",
    "message.pending_errors_appear_at_flush": "A bad name is reported by the call that has it.",
    "routing.consumers_that_are_not_callable": "1.1.8 fails when the first message comes.",
    "security.debug_allows_localhost": "1.1.8 cannot match [::1], which is localhost too.",
    "security.validate_origin_is_abstract": "1.1.8 calls NotImplemented, which is no exception.",
    "worker.deny_connection": "1.1.8's worker ends with a ValueError; here it logs and goes on.",
    "worker.socket_exceptions_run": "The same, for the other exceptions of websockets.",
}
