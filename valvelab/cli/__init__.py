"""The valvelab command: each verb reads a file, calls one function and writes a file."""
