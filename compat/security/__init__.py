"""Security of websocket connections."""
