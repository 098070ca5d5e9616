"""What tests of projects and of extensions need of MOPS."""

from __future__ import annotations

from mops_cli.delivery.bus.memory import MemoryBus

__all__ = ["MemoryBus"]
