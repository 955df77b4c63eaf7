"""The cases again, byte by byte through real sockets."""
