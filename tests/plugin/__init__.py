"""An operation of another package, as docs/plug-ins.md shows it."""
