"""A target of leads under measurement: its part of ``crm.yml``, and the secrets it is given by the environment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.backlog import TARGET
from customer_profiler.adapters.crm.config import build_target, read_crm
from customer_profiler.services.ports import LeadTarget


@dataclass(frozen=True)
class Target:
    """A target that stands alone in ``crm.yml``, with these ``keys``; ``secrets`` are variables that they name."""

    keys: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> dict[str, str]:
        """Write ``crm.yml`` into a folder; give the variables by which the product finds and fills it."""
        file = folder / "crm.yml"
        # JSON is YAML.
        file.write_text(json.dumps(self.keys), "utf-8")
        return {"PROFILER_CRM": str(file), **self.secrets}

    def build(self, folder: Path) -> LeadTarget:
        """Give the target as the worker builds it."""
        self.write(folder)
        return build_target(read_crm(folder / "crm.yml", folder, variables=self.secrets).targets[TARGET])
