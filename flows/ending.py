"""What runs of the flows say, and how they end: in a state that says why, and told to the webhook where it is bad.

A release that was held back, and a run that was refused because another one writes, end as failed with the reason,
not with a traceback.
"""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

# first: it silences Prefect before Prefect is imported
from embedded import prefect_server

# isort: split
from prefect import Flow, flow, get_run_logger, runtime
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Completed, Failed
from rich.console import Console

from osint_ingest.model import RefusedRun
from osint_ingest.release.publish import Recap
from osint_ingest.run.alerts import Ended, Notice, held_back, tell
from osint_ingest.run.progress import Reporter, plain_console
from osint_ingest.run.summary import counts_of, print_recap
from osint_ingest.settings import Settings

HELD_BACK = "Held back"
REFUSED = "Refused"
_ENDED: dict[str | None, Ended] = {HELD_BACK: "held_back", REFUSED: "refused"}

Arguments = ParamSpec("Arguments")


class RunLog(Reporter):
    """Says everything into the log of the flow run, which the server keeps and its pages show."""

    def __init__(self) -> None:
        super().__init__(Console(file=open(os.devnull, "w", encoding="utf-8"), force_terminal=False))  # noqa: PTH123, SIM115

    def say(self, line: str) -> None:
        get_run_logger().info(line)

    def warn(self, line: str) -> None:
        get_run_logger().warning(line)


def reporter_of_run() -> Reporter:
    """The run's log where a worker runs a deployment, else the terminal."""
    return RunLog() if runtime.deployment.id else Reporter()


def settings_of(**given: Any) -> Settings:
    """Settings of a run: what its parameters say, else the environment."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


def ends_in_a_state(run: Callable[Arguments, Recap]) -> Callable[Arguments, State[Recap]]:
    """The body of a flow, whose recap or refusal becomes the state that the run ends in."""

    @wraps(run)
    def ended(*args: Arguments.args, **kwargs: Arguments.kwargs) -> State[Recap]:
        try:
            recap = run(*args, **kwargs)
        except RefusedRun as refusal:
            return Failed(name=REFUSED, message=str(refusal))
        if recap.held:
            return Failed(name=HELD_BACK, message=held_back("", recap).reason, data=recap)
        made = f"published {recap.release.name}" if recap.release else "nothing changed"
        return Completed(message=f"{made}; {counts_of(recap)}", data=recap)

    return ended


def recap_of(state: State[Any]) -> Recap | None:
    """What the run made, where it came so far; a state that came from the server does not hold it."""
    found = getattr(state.data, "result", state.data)
    return found if isinstance(found, Recap) else None


def tell_webhook(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """State-change hook: tells how a run ended that did not end well, also one whose process died."""
    places = {name: flow_run.parameters.get(name) for name in ("raw", "curated")}
    recap = recap_of(state)
    held = recap.held.name if recap and recap.held else None
    ended = _ENDED.get(state.name, "failed")
    tell(Notice(flow.name, ended, state.message or str(state.name), held, recap), settings_of(**places))


def as_flow(
    name: str, **options: Any
) -> Callable[[Callable[Arguments, Recap]], Flow[Arguments, State[Recap]]]:
    """A decorator: makes a function that returns a recap the flow of that name. Its bad ends are told to the
    webhook."""
    told: list[Any] = [tell_webhook]
    made = flow(name=name, validate_parameters=False, on_failure=told, on_crashed=told, **options)
    return lambda run: made(ends_in_a_state(run))


def run_once(chosen_flow: Flow[..., Any], arguments: dict[str, Any]) -> int:
    """Runs a flow here and now, prints its recap, and returns the exit code of the command line."""
    with prefect_server():
        state: Any = chosen_flow(**arguments, return_state=True)
        recap = recap_of(state)
        if recap is None and state.name != REFUSED:
            state.result()  # raises what went wrong
    if recap is None:
        message = f"osint-ingest: {state.message}"
        plain_console(stderr=True).print(message, style="red", soft_wrap=True)
        return 1
    print_recap(recap, settings_of(curated=arguments["curated"]), plain_console())
    return recap.exit_code
