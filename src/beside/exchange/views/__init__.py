"""What people see: what is brought in, and what goes out."""
