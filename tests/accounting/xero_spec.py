"""Xero's OpenAPI description as a check of what we send."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator


class XeroSpec:
    """Validates bodies against the components of the description."""

    def __init__(self, path: Path) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._spec = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe

    def faults(self, component: str, body: object) -> list[str]:
        """Return what is wrong with a body, and the fields that Xero does not know."""
        schema = {"$ref": f"#/components/schemas/{component}", "components": self._spec["components"]}
        wrong = [
            f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(body)
        ]
        return wrong + list(self._unknown(component, body, "$"))

    def _unknown(self, component: str, body: Any, path: str) -> list[str]:  # noqa: ANN401 - JSON
        known: dict[str, Any] = self._spec["components"]["schemas"][component].get("properties", {})
        found = [f"{path}: {component} has no {name}" for name in body if name not in known]
        for name, value in body.items():
            inner = known.get(name, {})
            reference = inner.get("$ref") or inner.get("items", {}).get("$ref")
            if reference is None:
                continue
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict):
                    found += self._unknown(reference.rpartition("/")[2], part, f"{path}.{name}")
        return found
