"""What do they see? Joining, signing in, their account, the first hour, leaving for good."""
