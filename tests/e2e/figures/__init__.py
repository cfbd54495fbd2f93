"""What people see of a worker: figures, panels and alerts."""
