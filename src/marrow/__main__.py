"""``python -m marrow`` is the same as ``marrow``."""

from marrow.cli import main

if __name__ == "__main__":
    main()
