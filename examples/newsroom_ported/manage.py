#!/usr/bin/env python
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

if __name__ == "__main__":
    # What is not here has not been ported, and comes from the project as it was.
    sys.path.insert(1, os.path.join(os.path.dirname(HERE), "newsroom"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings_ported")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
