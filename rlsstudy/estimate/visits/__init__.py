"""An outcome that is measured at several visits, and models of it."""
