"""An app whose migrations are slow, which only a test installs (config.tests.planting)."""
