"""What a contributor runs: each module is a command."""
