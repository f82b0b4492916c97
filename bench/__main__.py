"""`make bench`: every measurement in one run, or those named: `make bench ARGS="append replay"`.

Each works on a fresh server in a temporary folder and stops by itself. The exit status is 1 if
a figure that must be reached is not.
"""

import argparse
import asyncio
import importlib
import sys
import time

import uvloop

from bench import machine
from bench.figures import Result, table

BENCHES = {
    "append": "appends below HTTP",
    "post": "the same through HTTP",
    "replay": "the log read, decoded and folded again",
    "project": "the projector whole, from an empty build",
    "live": "from a post to the frame that shows it",
    "memory": "what a log of a million events takes",
    "qualify": "who has clinched a berth before the last matchdays",
}


def main() -> int:
    assert __doc__, "it says what it promises"
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n")[0])
    told = "; ".join(f"{name}: {what}" for name, what in BENCHES.items())
    parser.add_argument("benches", nargs="*", metavar="bench", help=f"{told} (default: all)")
    chosen = parser.parse_args().benches or list(BENCHES)
    if unknown := [name for name in chosen if name not in BENCHES]:
        parser.error(f"there is no bench {unknown[0]}; there are {', '.join(BENCHES)}")
    print(machine.told(), flush=True)
    results = []
    for name in chosen:
        begun = time.monotonic()
        results.append(_run(name))
        print(f"\n{table(results[-1])}\n  took {time.monotonic() - begun:.0f} s", flush=True)
    missed = [ratio for result in results for ratio in result.ratios if ratio.is_missed]
    for ratio in missed:
        print(f"\nmissed what must be reached: {ratio.what}, {ratio.unit}")
    return 1 if missed else 0


def _run(name: str) -> Result:
    module = importlib.import_module(f"bench.{name}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        result: Result = runner.run(module.bench())
    return result


if __name__ == "__main__":
    sys.exit(main())
