"""Tests of proofs: they run git, and commands that stand for a suite."""
