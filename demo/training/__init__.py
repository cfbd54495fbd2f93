"""How are the demonstration's model and audio made? Run `python -m demo.training`."""
