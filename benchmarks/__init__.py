"""What we claim about speed, memory and accuracy, each one command."""
