"""What is shown: numbers in words, tables, figures and prose. The one door to matplotlib.

Nothing is written to a file or put on a screen here. ``numbers`` writes every number;
``elements`` holds what can stand in a notebook or report; ``markup`` and ``plain`` write it for
Jupyter and terminals; ``canvas`` gives figures their look and their bytes.
"""
