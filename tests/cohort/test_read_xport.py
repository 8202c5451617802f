"""SAS transport files keep their zeros, and damaged ones are an error of our own."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from rlsstudy.cohort.read_xport import read_xport
from rlsstudy.errors import CohortError


@pytest.mark.parametrize("version", [5, 8])
def test_transport_file_keeps_zeros_gaps_and_texts(tmp_path, version):
    path = tmp_path / "cohort.xpt"
    frame = pd.DataFrame({"ID": [1.0, 2.0, 3.0], "X": [0.0, np.nan, 0.1], "T": ["00123", "", "NA"]})
    pyreadstat.write_xport(frame, path, file_format_version=version)

    table = read_xport(path)

    assert table.columns["X"].values.tolist()[::2] == [0.0, 0.1]
    assert np.isnan(table.columns["X"].values[1])
    assert list(table.columns["T"].cells) == ["00123", "", "NA"]


@pytest.mark.parametrize("size", [100, 700])
def test_damaged_transport_file_is_our_own_error(tmp_path, size):
    path = tmp_path / "cohort.xpt"
    pyreadstat.write_xport(pd.DataFrame({"ID": [1.0, 2.0]}), path)
    path.write_bytes(path.read_bytes()[:size])

    with pytest.raises(CohortError) as caught:
        read_xport(path)

    assert caught.value.problems[0].code == "E_DAMAGED"
