class ClientError(Exception):
    """Something the client did wrong; it is told so and the connection stays open."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code
