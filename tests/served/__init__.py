"""A half-ported project, to be served by real servers and worker processes."""
