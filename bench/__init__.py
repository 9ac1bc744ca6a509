"""Benchmarks: the same Channels 1 workloads on the original and on this project."""
