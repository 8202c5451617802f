# %% [markdown]
# # The cohort
#
# Before any effect: who took part, who did not, what was measured, and what is missing.
#
# - **Aim:** To judge whom the results are about and what could have bent them before the first model
# - **Time:** About 15 minutes
# - **Data:** The cohort of the study that is named below
#
# The next cell names the study, as in [Start here](00_start_here.ipynb).

# %% tags=["parameters"]
STUDY = "default"

# %%
import rlsstudy as rls

study = rls.load_study(STUDY)
cohort = rls.load_cohort(study)

# %% [markdown]
# ## Who left, and why
#
# Between the people one would like to know about and the rows of a table lie many doors. Some people were
# never invited, some did not come, some were taken out by a rule, some could not be matched between two
# files. Each door can let through people who differ from those it keeps out, and then the rest are no longer
# a picture of the whole. No method mends this afterwards without knowing who stood at the door. So every step
# at which participants leave is written into a ledger, with its reason and the numbers before and after.
# Nobody disappears by accident: what is not in the ledger did not happen.

# %%
rls.tabulate_ledger(cohort)

# %% [markdown]
# ## Who is here
#
# The table lists every measured variable, by field. Read it twice. The first time ask whom it describes: would
# your patients, or the people in your town, look like this? The second time look for the improbable: a share
# that is too round, a spread that is too small, a median at the edge of what the instrument can show. Mean and
# standard deviation describe a bell; for a quantity with a long tail, such as most things measured in blood,
# the median with its quartiles says more, and the declaration tells the table which of the two to use. No test
# compares groups here. Whether two groups differ by chance is not the question when nobody drew lots; what
# matters is whether they differ by enough to bend a comparison.

# %%
rls.tabulate_cohort(cohort)

# %% [markdown]
# ## What the outcome looks like
#
# All effects in these notebooks are differences in the mean of the outcome, so it pays to look at more than its
# mean. Is there one hill or two? Do many people sit at the lowest or the highest possible value, where the
# scale can no longer tell them apart? A score is a sum of answers and not a length: a step at its low end
# need not mean the same to a person as a step at its high end. Bands such as *mild* and *severe* are agreed
# names for stretches of the scale, and lose information when they are used in place of it. None of this
# forbids a linear model of the mean; it says what such a model leaves out.

# %%
rls.plot_outcome(cohort)

# %% [markdown]
# ## What is missing
#
# A gap in a table is a fact about a person, and its reason matters more than its number. A value that does not
# exist for somebody, such as a severity for a person without the condition, is not missing. A value that was
# lost with a tube of blood is missing by accident; leaving those people out costs precision and little else. The
# models of these notebooks use the people who have all the variables of the model concerned, and say how many
# these are. If gaps depend on the outcome, among people who are alike in the factor and in what is adjusted
# for, the estimate does too, as when those who are worst off stay away. If they depend only on the factor and
# on what is adjusted for, even on the very value that is absent, the estimate is not moved, though a mean or a
# share in the tables above is. No table can tell the one kind from the other. That gaps are of the harmless
# kind is an assumption like those in the graph.

# %%
rls.describe_cohort(cohort)

# %% [markdown]
# ## What is declared about the causes
#
# The data are one half of a study; the other half is what its authors already believe. The table lists every
# declared arrow that leads to the outcome or to a factor, how good the evidence for it is, and where it comes
# from. *Strong* means that large or repeated studies agree; *contested* that good studies disagree, or that the
# supporters studied only their own patients; *null* that the effect was looked for and not found; *assumed* that
# somebody had to write a number and says so. Sizes serve one purpose, to simulate a cohort whose truth is known;
# a study of real people needs none, and may declare arrows alone. An estimate uses the arrows and never the
# sizes. Whoever doubts a row can change it in a study file, and see what depends on it.

# %%
rls.tabulate_model(study.model, leading_to=[study.outcome, *study.factors])

# %% [markdown]
# ## What would change our mind
#
# - **A door that is not in the ledger.** The ledger begins with the first file. How people came to be in that
#   file stands in no column, and has to be asked of those who collected it.
# - **A unit or a code that was read wrongly.** A table can look right with a quantity in the wrong unit. Compare
#   each median with a published one from people of the same kind.
# - **Gaps that follow the outcome.** If those with a gap were worse off, the people left in a model are too well.
#
# ## Things to try next
#
# - Split the first table, `rls.tabulate_cohort(cohort, by="sex")`, and look for differences that matter.
# - Draw the outcome of a cohort from another design, `rls.plot_outcome(rls.simulate_cohort(design="population"))`.
# - Pick the row of the last table that you find hardest to believe, and look up its source.
#
# ## Provenance
#
# What these results were made from. The same study, data and versions give the same numbers again.

# %%
rls.tabulate_provenance(cohort)
