"""Customer Profiler: questions, two recommended products, a lead. docs/architecture.md shows the house."""

__version__ = "0.1.0"
