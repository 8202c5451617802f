"""Write the packaged synthetic cohorts again: ``python data_synthetic/build.py``."""

from pathlib import Path

from rlsstudy.cohort.packaged import write_packaged

if __name__ == "__main__":
    write_packaged(Path(__file__).parent)
