"""What the package leans on in pytest, and uvicorn, which serves in live tests."""

from __future__ import annotations

import inspect

from .row import Foundation, accepts, every, has, of, variables

ROWS = [
    # pytest
    *(
        Foundation(
            name,
            f"``{variable}``, a variable of pytest's ``{name}``",
            "finds the function or the fixture that runs",
            "look for the function that runs it",
            variables(f"{module}:{name}", variable),
        )
        for module, name, variable in [
            ("_pytest.fixtures", "pytest_fixture_setup", "request"),
            ("_pytest.python", "pytest_pyfunc_call", "pyfuncitem"),
        ]
    ),
    Foundation(
        "_setupstate",
        "``_setupstate.stack[node][0]`` of a pytest session, the list of its finalizers",
        "has a call made behind the teardown of all fixtures",
        "look for where ``SetupState.addfinalizer`` keeps them",
        lambda: (
            "self.stack[node]" in inspect.getsource(of("_pytest.runner:SetupState.addfinalizer"))
        ),
    ),
    Foundation(
        "pytest_make_collect_report",
        "``call`` of a pytest ``CollectReport``, and ``cause`` of a ``ConftestImportFailure``",
        "says what to do when a name of Channels 1 could not be imported",
        "look for where pytest keeps the error of a module that it cannot collect",
        every(
            lambda: (
                "rep.call = call"
                in inspect.getsource(of("_pytest.runner:pytest_make_collect_report"))
            ),
            accepts("_pytest.config:ConftestImportFailure", "path", "cause"),
        ),
    ),
    # uvicorn
    Foundation(
        "capture_signals",
        "``capture_signals``, ``main_loop``, ``on_tick``, ``shutdown`` of ``uvicorn.Server``",
        "starts and stops a server at once and in any thread",
        "look for what ``Server.serve`` and ``_serve`` call",
        every(
            has("uvicorn:Server", "capture_signals"),
            accepts("uvicorn:Server.main_loop", "self"),
            accepts("uvicorn:Server.on_tick", "self", "counter"),
            accepts("uvicorn:Server.shutdown", "self", "sockets"),
        ),
    ),
    Foundation(
        "server_state",
        "``servers`` and ``server_state`` (``connections``, ``tasks``) of ``uvicorn.Server``",
        "closes the connections and ends the applications of a server",
        "look for what ``Server.shutdown`` closes",
        every(
            has("uvicorn.server:ServerState"),
            lambda: {"connections", "tasks"} <= vars(of("uvicorn.server:ServerState")()).keys(),
            lambda: "self.servers" in inspect.getsource(of("uvicorn:Server")),
        ),
    ),
]
