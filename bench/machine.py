"""What the machine is like before a measurement: without it, no figure can be compared."""

import os
import platform

from bench import servers


def told() -> str:
    return (
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; "
        f"load before the start {os.getloadavg()[0]:.1f}; "
        f"a write of 400 bytes reaches the disk in {servers.sync_seconds() * 1e6:.0f} µs"
    )
