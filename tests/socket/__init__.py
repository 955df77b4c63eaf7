"""The specification again, byte by byte through real sockets."""
