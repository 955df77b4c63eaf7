"""`python -m localalb` is the command `localalb`."""

from localalb.cli import main

if __name__ == "__main__":
    main()
