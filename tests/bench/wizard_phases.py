"""Names that a measurement and the process it starts share."""

ENGINE = "the web engine's one-time start"
