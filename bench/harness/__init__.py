"""The benchmark harness of Hyaline: see docs/performance.md."""
