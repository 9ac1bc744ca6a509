"""The same programs on Channels 1.1.8 and on channeltest, their transcripts compared.

``scenarios/`` are hand-written programs, ``programs.py`` runs random ones; ``runner.py`` runs either on the
interpreter it is started with. The original's transcripts are committed in ``transcripts/``;
``python -m tests.differential.record`` records them anew.
"""
