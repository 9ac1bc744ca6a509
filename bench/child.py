"""One side of the comparison: a process that measures the workloads it reads the names of.

It reads one workload's name per line, behind a tab the side for those that have both in one
process, and answers each with one line of JSON. The first line that it writes says what it runs on.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import sys


def main() -> None:
    # Whatever a consumer prints must not be taken for an answer.
    answers, sys.stdout = sys.stdout, sys.stderr

    def answer(**content: object) -> None:
        answers.write(json.dumps(content) + "\n")
        answers.flush()

    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    connection.creation.create_test_db(verbosity=0)

    import channels

    from .workloads import WORKLOADS

    pairs: dict = {}
    growth: dict = {}
    empty: dict = {}
    records: dict = {}
    if not channels.__version__.startswith("1."):
        from .modern import EMPTY, GROWTH, PAIRS
        from .records import RECORDS

        pairs, growth, empty, records = PAIRS, GROWTH, EMPTY, RECORDS
    answer(
        python=platform.python_version(),
        django=django.get_version(),
        channels=channels.__version__,
        workloads=list(WORKLOADS),
        pairs=list(pairs),
        growth=list(growth),
        empty=list(empty),
        records=list(records),
    )
    beside = {**pairs, **growth, **empty}
    for line in sys.stdin:
        name, _, side = line.strip().partition("\t")
        gc.collect()
        measure = getattr(beside[name], side) if side else {**WORKLOADS, **records}[name]
        answer(seconds=measure())


if __name__ == "__main__":
    main()
