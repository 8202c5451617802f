# %% [markdown]
# # Start here
#
# A whole study in one sitting: the question, the people, the answer, and how far the answer can be trusted.
#
# - **Aim:** To read an effect, its interval and the assumptions behind it
# - **Time:** About 20 minutes
# - **Data:** The cohort of the study that is named below
#
# ## The question
#
# Two people of the same age can differ widely in how severe their symptoms are. This study asks what goes
# along with that difference. It takes one factor after the other and asks by how many points the outcome
# would differ if that factor were different, and only that factor with whatever follows from it. This is a
# question about causes, and measurements alone do not answer it. People were observed, not assigned, and
# those who differ in one thing differ in others too. What turns a comparison into an answer is a set of
# assumptions, and here these are written down first, in a *declared* model that can be drawn, criticised
# and changed. The checks on the data, the adjustment of every comparison and the words on every axis come
# from that one declaration.
#
# The next cell names the study. `"default"` is the one that comes with the package; put the name of your own
# study file in its place, and everything that follows is about your data.

# %% tags=["parameters"]
STUDY = "default"

# %%
import rlsstudy as rls

study = rls.load_study(STUDY)
cohort = rls.load_cohort(study)

# %% [markdown]
# ## What we assume
#
# The figure shows what the model says about one of the factors. An arrow from one variable to another says
# that the first may be a cause of the second. Where there is no arrow, the model says that there is no
# direct effect, and that is the bolder of the two claims. A common cause of factor and outcome is a
# *confounder*: leave it out of account, and its effect is credited to the factor. A variable on the way from
# the factor to the outcome is a *mediator*: hold it constant, and part of the very effect that was asked
# about disappears. A common *effect* of two variables is neither, and holding it constant can create an
# association out of nothing. So the rule is not to adjust for as much as possible. It is to block every path
# that leads backwards out of the factor and to leave the paths forward open; this is Pearl's back-door
# criterion, and the package applies it to each factor in turn.

# %%
factor, outcome, population = study.factors[0], study.outcome, study.population
rls.plot_graph(study.model, factor, outcome, measured=cohort.data.columns, population=population)

# %% [markdown]
# ## The people
#
# An estimate is about somebody, and the reader should know about whom. The first table of a study says who
# took part: how old they were, what was measured, and for how many of them it is missing. Numbers are given
# as mean with standard deviation, or as median with quartiles where a few high values would pull the mean
# away; levels are given as counts with their share of those who have a value. A value can be absent because
# it was never recorded or because it does not exist for that person, and these are counted apart. If the
# cohort is synthetic, the sentences below say so. Its numbers then show how a method behaves, and are no
# evidence about patients. The notebook [The cohort](01_the_cohort.ipynb) takes more time over all of this.

# %% tags=["summary"]
rls.describe_cohort(cohort)

# %%
rls.tabulate_cohort(cohort)

# %% [markdown]
# ## The answer
#
# Each factor has a model of its own, so that each row of the table answers one question. An effect compares
# two values of the factor, the *contrast*, and is the difference in the outcome that goes with it. The crude
# difference compares people as they come. The second one compares people of the same age and sex, which is
# what most papers would do first. The third adjusts for what the graph asks for, and it is the one to read
# as an effect, as far as the graph is right. Where the three differ, confounding is one reason. Another is
# that they use different people: whoever has a gap in any variable of a model is not in it, and a note under
# the table says how many each column uses. Nor does agreement show that there was nothing to adjust for,
# because two biases can cancel each other. If an effect cannot be had from the measured variables, the table
# says what is missing, and gives no number.

# %%
effects = rls.estimate_effects(cohort)

# %% [markdown]
# A simulated cohort has one thing that no other has: its truth is known, because the causes were declared
# before anybody was simulated. With such a cohort the next cell adds to each estimate the true effect, which
# follows from the declaration, so that the table can show whether the interval holds it. With any other
# cohort the cell does nothing.

# %%
effects = rls.score_effects(effects, cohort) if cohort.truth_is_known else effects

# %% tags=["summary"]
rls.tabulate_effects(effects, model=study.model)

# %% [markdown]
# The same numbers as a drawing. A dot is an estimate and the line through it the 95% interval: in 95 of 100
# repetitions of a study, such an interval holds the effect, if the assumptions are right. Its width tells of
# chance alone. A wrong arrow, a selected group of people or a poor measurement moves the whole interval, and
# does not widen it. An interval that crosses zero does not show that there is no effect; it says that effects
# from one end to the other are compatible with these data.

# %% tags=["summary"]
rls.plot_effects(effects)

# %% tags=["summary"]
rls.describe_effects(effects)

# %% [markdown]
# ## What would change our mind
#
# No single table settles a question of this kind, and for several factors the published evidence is divided.
# It helps to say beforehand what would make us give up a conclusion:
#
# - **A common cause that nobody measured.** Every adjusted effect rests on the claim that there is none of any
#   weight. Draw the arrow you suspect and see which effects can still be had.
# - **The arrow runs the other way.** Severe symptoms change how people sleep, move, eat and are treated. What
#   was measured at the same time as the outcome may be its consequence.
# - **Who came into the study.** A clinic sees those who are badly off or who have a second complaint. Among
#   them, two causes can look related that have nothing to do with each other. If your cohort is the simulated
#   clinic that comes with the package, its rule of admission leaves effects nearly as they are. A real clinic
#   gives no such promise.
# - **What was left out.** A participant with a gap in any variable of a model is not in that model; the column
#   *N* counts who is. If gaps depend on the outcome, the estimate does too.
# - **Chance.** With many factors, some intervals miss zero though nothing is there. One that does so here is
#   a reason to look again in other people, not a finding.
#
# ## Things to try next
#
# - Read [The cohort](01_the_cohort.ipynb), to see who left and what the outcome looks like.
# - Simulate people from the general population instead of a clinic, `rls.simulate_cohort(design="population")`,
#   and see which estimates move.
# - Draw the graph of another factor, `study.factors[1]`, and ask of each arrow whether you believe it.
# - Begin a study of your own: `rlsstudy new my_study` writes a commented study file, and
#   `rlsstudy check` says what is wrong with a data file before anything is computed.
#
# ## Provenance
#
# What these results were made from. The same study, data and versions give the same numbers again.

# %%
rls.tabulate_provenance(cohort)
