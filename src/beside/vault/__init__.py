"""Keys and sealed fields. The only place that imports a cryptography library."""
