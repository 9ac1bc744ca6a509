"""The names of the modules of Channels 1's packages, as a suite may import or patch them.

python -m tests.differential.names  # records the original's anew; needs Python 3.8
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import types
from typing import Any, Dict, List

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(HERE, "names.json")

#: Packages whose every module is looked at, and single modules.
PACKAGES = ("channels", "asgi_redis")
MODULES = ("asgiref.base_layer", "asgiref.conformance", "asgiref.inmemory")

#: Their own tests, and what only runs in Twisted.
LEFT_OUT = ("channels.tests", "asgi_redis.twisted_utils")


def modules() -> List[str]:
    """The names of the modules, of the stack that this runs on."""
    found = list(MODULES)
    for name in PACKAGES:
        package = importlib.import_module(name)
        walked = pkgutil.walk_packages(package.__path__, name + ".")
        found += [name, *(module.name for module in walked)]
    return sorted(name for name in found if not name.startswith(LEFT_OUT))


def is_their_own(value: Any) -> bool:
    """Whether a value is of these packages: a class, function or instance of theirs, or plain."""
    if isinstance(value, types.ModuleType) or type(value).__name__ == "_Feature":
        return False
    home = getattr(value, "__module__", None) or ""
    return not home or home.startswith((*PACKAGES, "asgiref", "django.dispatch"))


def public_names(module: Any) -> List[str]:
    """The names in a module, without private ones and those of other packages."""
    values = vars(module).items()
    return sorted(
        name for name, value in values if not name.startswith("_") and is_their_own(value)
    )


def recorded() -> Dict[str, List[str]]:
    """The original's names by module, as they were recorded."""
    with open(RECORDED) as file:
        names: Dict[str, List[str]] = json.load(file)
    return names


def original() -> Dict[str, List[str]]:
    """The original's names by module, asked of it now.

    Raises:
        RuntimeError: There is no Python 3.8.
    """
    from tests.differential import transcripts

    python = transcripts.reference()
    if python is None:
        raise RuntimeError("No Python 3.8 here to run the original with.")
    command = [str(python), os.path.abspath(__file__), "--print"]
    environment = {**os.environ, "PYTHONPATH": str(transcripts.ROOT)}
    run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    names: Dict[str, List[str]] = json.loads(run.stdout)
    return names


def main() -> None:
    """The command line; see the module's docstring."""
    if "--print" in sys.argv:
        from tests.differential import stack

        with stack.environment():
            found = {name: public_names(importlib.import_module(name)) for name in modules()}
        json.dump(found, sys.stdout)
        return
    with open(RECORDED, "w") as file:
        json.dump(original(), file, indent=1, sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    main()
