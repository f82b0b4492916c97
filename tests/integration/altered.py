"""Pitazo's command line with some constants of the code set to other values.

`python -m tests.integration.altered '{"projections.GENERATION": 8}' serve projector` is a
projector of another version, as far as anybody can see.
"""

import importlib
import json
import sys


def main() -> None:
    altered = json.loads(sys.argv.pop(1))
    for name, value in altered.items():
        module, _, constant = name.rpartition(".")
        assert hasattr(importlib.import_module(module), constant), name
        setattr(importlib.import_module(module), constant, value)
    from services import cli

    cli.main()


if __name__ == "__main__":
    main()
