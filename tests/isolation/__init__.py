"""Tests that must not see each other's messages, groups, routes and sessions."""
