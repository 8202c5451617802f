"""Cut the extract in `data/` from the full NHANES files, and compute its reference numbers.

Run by hand, from anywhere: python cut_extract.py FOLDER_WITH_THE_FULL_FILES
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import statsmodels.api as sm

HERE = Path(__file__).resolve().parent
ITEMS = [f"DPQ0{number}0" for number in range(1, 10)]
COLUMNS = {
    "P_DEMO": ["RIAGENDR", "RIDAGEYR"],
    "P_FERTIN": ["LBXFER"],
    "P_HSCRP": ["LBXHSCRP"],
    "P_CBC": ["LBXHGB"],
    "P_BMX": ["BMXBMI"],
    "P_DPQ": ITEMS,
}
EVERY, FIRST = 78, 57  # every 78th participant gives 199; from the 58th on, both codes for missing occur


def cut(source: Path) -> dict[str, pd.DataFrame]:
    """Return the needed columns of the chosen participants."""
    full = {
        name: pyreadstat.read_xport(source / f"{name}.XPT", usecols=["SEQN", *columns])[0]
        for name, columns in COLUMNS.items()
    }
    chosen = full["P_DEMO"]["SEQN"].iloc[FIRST::EVERY]
    return {name: table[table["SEQN"].isin(chosen)] for name, table in full.items()}


def joint_model(tables: dict[str, pd.DataFrame]) -> dict[str, object]:
    """Fit the joint linear model on complete cases of 18 years and over, with statsmodels."""
    merged = tables["P_DEMO"]
    for name in list(COLUMNS)[1:]:
        merged = merged.merge(tables[name], on="SEQN", how="left")
    merged["phq9"] = merged[ITEMS].where(merged[ITEMS] <= 3).sum(axis=1, skipna=False)
    design = pd.DataFrame(
        {
            "intercept": 1.0,
            "log ferritin": np.log(merged["LBXFER"]),
            "log crp": np.log(merged["LBXHSCRP"]),
            "haemoglobin": merged["LBXHGB"],
            "bmi": merged["BMXBMI"],
            "age / 10": merged["RIDAGEYR"] / 10,
            "female": (merged["RIAGENDR"] == 2).astype(float),
        }
    )
    used = design.notna().all(axis=1) & merged["phq9"].notna() & (merged["RIDAGEYR"] >= 18)
    fit = sm.OLS(merged["phq9"][used], design[used]).fit(method="qr", cov_type="HC3")
    return {
        "model": "PHQ-9 total on all terms together, least squares, HC3 standard errors",
        "computed_with": f"statsmodels {sm.__version__}, method='qr'",
        "n": int(fit.nobs),
        "terms": list(design.columns),
        "coef": fit.params.tolist(),
        "se_hc3": fit.bse.tolist(),
    }


def main(source: Path) -> None:
    """Write the extract and its reference numbers."""
    tables = cut(source)
    (HERE / "data").mkdir(exist_ok=True)
    for name, table in tables.items():
        pyreadstat.write_xport(table, HERE / "data" / f"{name}.XPT", table_name=name, file_format_version=5)
    reference = json.dumps(joint_model(tables), indent=2)
    (HERE / "data" / "reference.json").write_text(reference + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
