"""``python -m rlsstudy``: the same as the command ``rlsstudy``."""

from rlsstudy.deliver.cli import main

if __name__ == "__main__":
    main()
