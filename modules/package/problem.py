"""The one kind of failure that is the user's to put right."""


class PackageError(Exception):
    """What is wrong with the files, and what to do about it, in one line."""
