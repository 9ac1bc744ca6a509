"""The same programs on Channels 1.1.8 and on channeltest, their transcripts compared.

``scenarios/`` are hand-written programs, ``runner.py`` runs them on the interpreter it is started
with; ``programs.py`` runs random programs there. The original's transcripts are committed in
``transcripts/``; ``python -m tests.differential.record`` and ``tests.differential.corpus`` record
them anew.
"""
