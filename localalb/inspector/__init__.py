"""A page that shows what a load balancer never shows, and its own server."""
