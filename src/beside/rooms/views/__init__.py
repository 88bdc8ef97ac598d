"""What people see of a room: at its door, in its circle, and what browsers ask by themselves."""
