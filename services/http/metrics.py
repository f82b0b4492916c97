"""What a process counts, as Prometheus reads it."""

from collections.abc import Mapping

Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counters and gauges by name and labels."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self._meanings = meanings
        self._values: dict[str, dict[Labels, float]] = {name: {} for name in meanings}

    def add(self, name: str, amount: float = 1, **labels: str) -> None:
        values = self._values[name]
        key = tuple(labels.items())
        values[key] = values.get(key, 0) + amount

    def text(self) -> str:
        lines = []
        for name, values in self._values.items():
            kind = "counter" if name.endswith("_total") else "gauge"
            lines += [f"# HELP {name} {self._meanings[name]}", f"# TYPE {name} {kind}"]
            for labels, value in values.items():
                written = ",".join(f'{label}="{text}"' for label, text in labels)
                lines.append(f"{name}{{{written}}} {value:g}" if written else f"{name} {value:g}")
        return "\n".join(lines) + "\n"
