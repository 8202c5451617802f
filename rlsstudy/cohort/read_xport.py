"""The former name of reading SAS transport files; :func:`rlsstudy.cohort.read_sas.read_sas` reads them."""

from __future__ import annotations

from rlsstudy.cohort.read_sas import read_sas as read_xport

__all__ = ["read_xport"]
