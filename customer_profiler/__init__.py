"""Customer Profiler: questions, two recommended products, a lead. docs/architecture.md shows the house."""
