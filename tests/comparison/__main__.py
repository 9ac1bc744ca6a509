"""``python -m tests.comparison``: run all features with all libraries, write the docs' table."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from .libraries import LIBRARIES
from .probe import answers_of
from .table import TABLE, render


def main() -> None:
    """Write the table."""
    with ThreadPoolExecutor() as processes:
        columns = list(processes.map(answers_of, LIBRARIES))
    TABLE.write_text(render(columns))
    print(f"{TABLE.name}: {len(columns[0])} features, each run with {len(columns)} libraries")


if __name__ == "__main__":
    main()
