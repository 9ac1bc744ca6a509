"""`Server`: the interface server of a Channels 1 project, on today's Daphne."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..base_layer import BaseChannelLayer
from .layer_application import LayerApplication


class Server:
    """Serves HTTP and websockets by way of a channel layer.

    Args:
        channel_layer: Gets a message for every request and frame; workers, here or in another
            process, reply.
        endpoints: Twisted endpoint descriptions, as `build_endpoint_description_strings` makes.
        ws_protocols: Websocket subprotocols to accept, when a client offers one.
        websocket_timeout: Seconds that a websocket may stay open; by default as long as the
            layer keeps a channel in a group.
        options: What else Daphne's server takes: ``signal_handlers``, ``action_logger``,
            ``http_timeout`` (seconds), ``websocket_handshake_timeout`` (seconds),
            ``root_path``, ``verbosity`` and so on.

    Raises:
        UserWarning: There are no endpoints.

    Source: the arguments are those of Daphne 1.
    """

    def __init__(
        self,
        channel_layer: BaseChannelLayer,
        *,
        endpoints: Sequence[str] = (),
        ws_protocols: Sequence[str] | None = None,
        websocket_timeout: float | None = None,
        http_timeout: float = 120,
        **options: Any,
    ) -> None:
        if not endpoints:
            raise UserWarning("No endpoints. This server will not listen on anything.")
        self.channel_layer = channel_layer
        self.endpoints = list(endpoints)
        self.application = LayerApplication(channel_layer, ws_protocols or ())
        self.options = {
            "websocket_timeout": websocket_timeout or getattr(channel_layer, "group_expiry", 86400),
            "http_timeout": http_timeout,
            **options,
        }

    def run(self) -> None:
        """Serve until stopped.

        Raises:
            ImportError: Daphne is not installed.
            OSError: It could not listen; Daphne has logged why.
        """
        try:
            # Here, because Daphne is optional and importing it installs a Twisted reactor.
            from daphne.server import Server as DaphneServer
        except ImportError as error:
            raise ImportError(
                f"Serving a channel layer needs Daphne ({error}): pip install daphne"
            ) from error
        server = DaphneServer(self.application, endpoints=self.endpoints, **self.options)
        server.run()
        if server.abort_start is True:
            raise OSError(f"Cannot listen on {', '.join(self.endpoints)}")


def build_endpoint_description_strings(
    host: str | None = None,
    port: int | str | None = None,
    unix_socket: str | None = None,
    file_descriptor: int | str | None = None,
) -> list[str]:
    """Describe in Twisted's terms where a server listens.

    Args:
        host: Host name or address; together with ``port``.
        port: TCP port.
        unix_socket: Path of a socket.
        file_descriptor: Number of an open socket.

    Returns:
        One description for each place. Source: Daphne 1.

    Raises:
        ValueError: A host without a port, or a port without a host.
    """
    endpoints = []
    if bool(host) != bool(port):
        raise ValueError("TCP binding requires both port and host kwargs.")
    if host and port:
        # Colons separate the parts of a description.
        interface = host.strip("[]").replace(":", r"\:")
        endpoints.append(f"tcp:port={int(port)}:interface={interface}")
    if unix_socket:
        endpoints.append(f"unix:{unix_socket}")
    if file_descriptor is not None:
        endpoints.append(f"fd:fileno={int(file_descriptor)}")
    return endpoints
