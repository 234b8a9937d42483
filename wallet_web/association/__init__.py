"""Pages for who runs the circuit: the association's officers. Not here: what they move."""
