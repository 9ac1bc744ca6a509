"""Bigger scenarios for the stage: real servers, databases, many connections, much bad luck."""
