"""What test suites of Channels 1 projects do beyond the documentation's examples."""
