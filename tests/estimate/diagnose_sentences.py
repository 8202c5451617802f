"""What is said of each case: check, what it is about, verdict, and the whole sentence."""

SENTENCES = {
    "right": [
        (
            "straight line",
            "dose",
            "fine",
            (
                "Nothing speaks against Dose acting along a straight line (p = 0.34; letting it bend moves "
                "the estimate by 0.22 points, 0.83 standard errors)."
            ),
        ),
        (
            "straight line",
            "age",
            "fine",
            (
                "Nothing speaks against Age acting along a straight line (p = 0.85; letting it bend moves the "
                "estimate by 0.002 points, 0.016 standard errors)."
            ),
        ),
        (
            "form",
            "whole model",
            "fine",
            (
                "Nothing suggests that the model as a whole has the wrong form (RESET, p = 0.62; along the "
                "prediction the outcome leaves it by up to 0.14 points)."
            ),
        ),
        (
            "scatter",
            "whole model",
            "fine",
            (
                "The scatter is much the same everywhere (the residual SD is 2.8 to 3.3 points over 5 groups "
                "by the prediction, largest over smallest 1.2; Breusch-Pagan, p = 0.17)."
            ),
        ),
        (
            "influence",
            "1 vs 0",
            "fine",
            (
                "No single participant decides the estimate: without the participant who moves it most the "
                "estimate of Dose, 1 vs 0 changes by 0.042 points (0.29 standard errors), without the five "
                "who move it most in one direction by 0.17 points (1.2); 22 participants (6 %) have |DFBETA| "
                "above 2/√n = 0.10, where about 6 % is usual."
            ),
        ),
        (
            "overlap",
            "dose",
            "fine",
            (
                "The covariates share little with Dose: the interval is 1.0 times as wide as if they were "
                "unrelated to it (variance inflation 1.0), and 0.96 times as wide as without any covariates."
            ),
        ),
        (
            "condition",
            "whole model",
            "fine",
            (
                "No column is nearly made of the others: the condition of all columns together is 1.1, below "
                "30."
            ),
        ),
        (
            "residuals",
            "whole model",
            "fine",
            (
                "Residuals are about as even as those of a normal distribution (skewness −0.053, excess "
                "kurtosis −0.24). With 400 participants their shape matters little for a mean difference and "
                "its interval; predictions for one person are another matter."
            ),
        ),
        (
            "floor",
            "score",
            "fine",
            ("The scale has no floor here: 0 % have the lowest possible value, 0; up to 15 % is accepted."),
        ),
        (
            "ceiling",
            "score",
            "fine",
            (
                "The scale has no ceiling here: 0 % have the highest possible value, 40; up to 15 % is "
                "accepted."
            ),
        ),
        (
            "beyond the scale",
            "score",
            "fine",
            ("Predictions keep to the scale: 0 of 400 predictions (0 %) lie beyond its ends."),
        ),
    ],
    "right and small": [
        (
            "residuals",
            "whole model",
            "fine",
            (
                "Residuals are about as even as those of a normal distribution (skewness −0.19, excess "
                "kurtosis 0.23). With 150 participants the interval can rely on that."
            ),
        ),
    ],
    "bent factor": [
        (
            "straight line",
            "dose",
            "serious",
            (
                "Dose does not act along a straight line (p < 0.001; letting it bend moves the estimate by "
                "2.4 points, 7.8 standard errors). One number does not describe this effect: show the curve "
                "(dose_response), and say between which values the contrast stands."
            ),
        ),
        (
            "form",
            "whole model",
            "serious",
            (
                "Predictions bend away from the outcome (RESET, p < 0.001; along the prediction the outcome "
                "leaves it by up to 3.0 points): a curve, an interaction or an end of the scale is missing. "
                "Find it in the rows about straight lines and ends of the scale before the estimate is "
                "reported."
            ),
        ),
        (
            "influence",
            "1 vs 0",
            "look",
            (
                "One participant has much weight: without the participant who moves it most the estimate of "
                "Dose, 1 vs 0 changes by 0.17 points (0.62 standard errors), without the five who move it "
                "most in one direction by 0.51 points (2.2); 27 participants (7 %) have |DFBETA| above 2/√n = "
                "0.10, where about 6 % is usual. Check entry and unit of the extreme values."
            ),
        ),
    ],
    "hardly bent": [
        (
            "straight line",
            "dose",
            "look",
            (
                "Dose does not act along a straight line (p = 0.005; letting it bend moves the estimate by "
                "0.52 points, 1.9 standard errors). One number does not describe this effect: show the curve "
                "(dose_response), and say between which values the contrast stands."
            ),
        ),
        (
            "form",
            "whole model",
            "look",
            (
                "Predictions bend away from the outcome, and not far (RESET, p = 0.001; along the prediction "
                "the outcome leaves it by up to 0.62 points). Look at the rows about straight lines and about "
                "the ends of the scale."
            ),
        ),
    ],
    "bent confounder": [
        (
            "straight line",
            "age",
            "serious",
            (
                "The covariate Age does not act along a straight line (p < 0.001; letting it bend moves the "
                "estimate by 2.7 points, 8.6 standard errors), so that adjusting for the line leaves "
                "confounding behind. Adjust for spline(age, 4) in a formula (fit_formula), and report that "
                "estimate beside this one."
            ),
        ),
    ],
    "bent covariate": [
        (
            "straight line",
            "age",
            "look",
            (
                "The covariate Age does not act along a straight line (p < 0.001; letting it bend moves the "
                "estimate by 0.020 points, 0.13 standard errors). The estimate of Dose hardly depends on it; "
                "say so beside it."
            ),
        ),
    ],
    "scatter": [
        (
            "scatter",
            "whole model",
            "look",
            (
                "The scatter differs (the residual SD is 1.2 to 9.1 points over 5 groups by the prediction, "
                "largest over smallest 7.6; Breusch-Pagan, p < 0.001). The interval allows for it (HC3), but "
                "a mean difference says least where the scatter is widest; look at the quartiles beside it "
                "(model='quantile_25' and 'quantile_75')."
            ),
        ),
        (
            "residuals",
            "whole model",
            "look",
            (
                "Residuals are heavy-tailed (skewness −0.52, excess kurtosis 7.4). With 400 participants "
                "their shape matters little for a mean difference and its interval; predictions for one "
                "person are another matter."
            ),
        ),
    ],
    "wild": [
        (
            "influence",
            "1 vs 0",
            "serious",
            (
                "One participant decides the estimate: without the participant who moves it most the estimate "
                "of Dose, 1 vs 0 changes by 2.8 points (9.0 standard errors), without the five who move it "
                "most in one direction by 3.0 points (10); 4 participants (3 %) have |DFBETA| above 2/√n = "
                "0.18, where about 6 % is usual. Check entry and unit of the extreme values, and report the "
                "estimate with and without them, or that of model='robust' beside it."
            ),
        ),
        (
            "residuals",
            "whole model",
            "serious",
            (
                "Residuals are lopsided, with a long tail upwards and heavy-tailed (skewness 8.6, excess "
                "kurtosis 85). With 120 participants the interval may be off; give a bootstrap interval or "
                "model='robust' beside it."
            ),
        ),
    ],
    "heavy": [
        (
            "residuals",
            "whole model",
            "look",
            (
                "Residuals are heavy-tailed (skewness −0.36, excess kurtosis 4.1). With 150 participants the "
                "interval may be off; give a bootstrap interval or model='robust' beside it."
            ),
        ),
    ],
    "near": [
        (
            "overlap",
            "dose",
            "serious",
            (
                "The covariates tell almost everything about Dose: the interval is 51 times as wide as if "
                "they were unrelated to it (variance inflation 2,593), and 56 times as wide as without any "
                "covariates. The data can hardly hold them fixed and move the factor; ask whether a covariate "
                "is the factor under another name, and which of them the graph needs."
            ),
        ),
        (
            "condition",
            "whole model",
            "look",
            (
                "Some columns are nearly made of others: the condition of all columns together is 102. Among "
                "covariates this does no harm to the factor's estimate; what it costs the factor stands in "
                "the row above."
            ),
        ),
    ],
    "rather near": [
        (
            "overlap",
            "dose",
            "look",
            (
                "The covariates share much with Dose: the interval is 2.8 times as wide as if they were "
                "unrelated to it (variance inflation 8.0), and 3.1 times as wide as without any covariates. "
                "The estimate is not biased by this; it is uncertain."
            ),
        ),
    ],
    "ceiling": [
        (
            "ceiling",
            "score",
            "look",
            (
                "The scale has a ceiling: 25 % have the highest possible value, 10, more than 15 %. It cannot "
                "tell these participants apart, so that the estimate is drawn towards 0; model='ordinal' "
                "takes the ends as they are; give it beside this one."
            ),
        ),
    ],
    "floor": [
        (
            "floor",
            "score",
            "look",
            (
                "The scale has a floor: 59 % have the lowest possible value, 20, more than 15 %. It cannot "
                "tell these participants apart, so that the estimate is drawn towards 0; model='ordinal' "
                "takes the ends as they are; give it beside this one."
            ),
        ),
        (
            "beyond the scale",
            "score",
            "serious",
            (
                "Predictions leave the scale: 62 of 400 predictions (16 %) lie beyond its ends. A straight "
                "line is the wrong shape for this outcome; model='ordinal' takes the ends as they are; give "
                "it beside this one."
            ),
        ),
    ],
    "beyond": [
        (
            "beyond the scale",
            "score",
            "look",
            (
                "Predictions leave the scale: 8 of 400 predictions (2 %) lie beyond its ends, where the "
                "straight line cannot hold; model='ordinal' takes the ends as they are; give it beside this "
                "one."
            ),
        ),
    ],
    "even steps": [
        (
            "straight line",
            "steps",
            "fine",
            (
                "Nothing speaks against Steps acting in equal steps (p = 0.13; letting it bend moves the "
                "estimate by 0.54 points, 1.3 standard errors)."
            ),
        ),
    ],
    "uneven steps": [
        (
            "straight line",
            "steps",
            "serious",
            (
                "Steps does not act in equal steps (p < 0.001; letting it bend moves the estimate by 4.5 "
                "points, 11 standard errors). One step does not describe this effect: compare the levels one "
                "by one."
            ),
        ),
    ],
    "odds": [
        (
            "form",
            "whole model",
            "fine",
            (
                "Nothing suggests that the model as a whole has the wrong form (link test, p = 0.78; along "
                "the prediction the outcome leaves it by up to 0.079 points)."
            ),
        ),
        (
            "proportional odds",
            "dose",
            "fine",
            (
                "The slope of Dose is much the same at every cut (p = 0.22; with each cut's own slope it "
                "would be 0.94 to 1.2 points for 1 vs 0)."
            ),
        ),
        (
            "proportional odds",
            "age",
            "fine",
            (
                "The slope of Age is much the same at every cut (p = 0.06; with each cut's own slope it would "
                "be 0.086 to 0.42 points over one standard deviation)."
            ),
        ),
        (
            "proportional odds",
            "all columns",
            "fine",
            (
                "One slope for all cuts does for all columns together (p = 0.08; with its own slopes at every "
                "cut the estimate of 1 vs 0 moves by 0.12 points, 1.3 standard errors)."
            ),
        ),
    ],
    "no odds": [
        (
            "proportional odds",
            "dose",
            "serious",
            (
                "The slope of Dose is not the same at every cut (p < 0.001; with each cut's own slope it "
                "would be 0.074 to 0.49 points for 1 vs 0). One number hides at which severity the factor "
                "acts: show the effect at each cut, and give model='linear' beside it, which does not need "
                "proportional odds."
            ),
        ),
        (
            "proportional odds",
            "all columns",
            "serious",
            (
                "One slope for all cuts is wrong for all columns together (p < 0.001; with its own slopes at "
                "every cut the estimate of 1 vs 0 moves by 0.049 points, 1.2 standard errors). Do not report "
                "this estimate alone; give model='linear' beside it, which does not need proportional odds."
            ),
        ),
    ],
    "hardly odds": [
        (
            "proportional odds",
            "dose",
            "look",
            (
                "The slope of Dose is not the same at every cut (p = 0.005; with each cut's own slope it "
                "would be 0.72 to 1.2 points for 1 vs 0). The estimate is an average over the cuts; say so, "
                "and show the effect at each cut."
            ),
        ),
    ],
    "no odds of age": [
        (
            "proportional odds",
            "age",
            "look",
            (
                "The slope of the covariate Age is not the same at every cut (p < 0.001; with each cut's own "
                "slope it would be −0.65 to 0.67 points over one standard deviation). The row about all "
                "columns says what that does to the estimate."
            ),
        ),
        (
            "proportional odds",
            "all columns",
            "look",
            (
                "One slope for all cuts is not quite right for all columns together (p < 0.001; with its own "
                "slopes at every cut the estimate of 1 vs 0 moves by 0.013 points, 0.15 standard errors). "
                "Odds ratios are averages over the cuts, and the estimate stands."
            ),
        ),
    ],
    "top of an ordinal": [
        (
            "ceiling",
            "score",
            "look",
            (
                "The scale has a ceiling: 25 % have the highest possible value, 10, more than 15 %. The model "
                "takes this as it is, but the scale cannot tell these participants apart, so that a true "
                "difference among them is not seen."
            ),
        ),
    ],
    "risk": [
        (
            "form",
            "whole model",
            "fine",
            (
                "Nothing suggests that the model as a whole has the wrong form (link test, p = 0.25; along "
                "the prediction the outcome leaves it by up to 3.2 percentage points)."
            ),
        ),
        (
            "calibration",
            "whole model",
            "fine",
            (
                "Predicted probabilities agree with what happened (over 10 groups by the prediction the "
                "observed share differs from it by 5.7 percentage points on average; Hosmer-Lemeshow, p = "
                "0.34)."
            ),
        ),
        (
            "calibration slope",
            "whole model",
            "fine",
            (
                "The model is hardly overfitted (calibration slope 0.95, intercept 0, each participant "
                "predicted by the others)."
            ),
        ),
        (
            "events",
            "whole model",
            "fine",
            ("There are enough events (199 of the rarer outcome for 2 coefficients, 100 for each)."),
        ),
    ],
    "bent risk": [
        (
            "calibration",
            "whole model",
            "serious",
            (
                "Predicted probabilities differ from what happened (over 10 groups by the prediction the "
                "observed share differs from it by 17 percentage points on average; Hosmer-Lemeshow, p < "
                "0.001), so that the average difference is worked out from wrong ones. Find the curve or the "
                "interaction that is missing before it is reported."
            ),
        ),
    ],
    "hardly bent risk": [
        (
            "calibration",
            "whole model",
            "look",
            (
                "Predicted probabilities differ a little from what happened (over 10 groups by the prediction "
                "the observed share differs from it by 8.5 percentage points on average; Hosmer-Lemeshow, p = "
                "0.006). Look at the rows about straight lines."
            ),
        ),
    ],
    "no risk": [
        (
            "calibration slope",
            "whole model",
            "not made",
            (
                "The model hardly tells apart who has the outcome, so that overfitting cannot be judged. For "
                "the effect of one factor this is no fault."
            ),
        ),
    ],
    "few ill": [
        (
            "calibration slope",
            "whole model",
            "look",
            (
                "The model follows its participants too closely (calibration slope 0.75, intercept −0.46, "
                "each participant predicted by the others; without overfitting the slope is 1). Log odds are "
                "a little too far from 0; with few events take model='firth', or fewer covariates."
            ),
        ),
        (
            "events",
            "whole model",
            "look",
            (
                "There are few events (15 of the rarer outcome for 2 coefficients, 7.5 for each; 10 are "
                "wanted). Intervals may be off; take model='firth', or fewer covariates."
            ),
        ),
    ],
    "visits": [
        (
            "random effects",
            "whole model",
            "fine",
            (
                "Participants' own levels are about normally distributed (skewness 0.066, excess kurtosis "
                "−0.032, 0.3 % beyond three standard deviations)."
            ),
        ),
        (
            "variance between people",
            "whole model",
            "fine",
            (
                "68 % of the variance left by the columns is between participants, so that their visits are "
                "rightly taken together."
            ),
        ),
        (
            "scatter by visit",
            "whole model",
            "fine",
            (
                "The scatter is much the same at every visit (residual SD 1.6 to 1.8 points, largest over "
                "smallest 1.1)."
            ),
        ),
        (
            "correlation of visits",
            "whole model",
            "fine",
            (
                "Any two visits of a participant are about equally alike, as the model has it (correlation "
                "0.68 of neighbours, 0.67 of visits further apart; p = 0.85)."
            ),
        ),
        ("missed visits", "whole model", "fine", ("No participant with a first value lacks a later visit.")),
    ],
    "lopsided people": [
        (
            "random effects",
            "whole model",
            "look",
            (
                "Participants' own levels are lopsided (skewness 2.9, excess kurtosis 11, 3 % beyond three "
                "standard deviations). The estimate of the factor and its interval are hardly touched; "
                "predictions for single participants are. model='gee' makes no such assumption."
            ),
        ),
    ],
    "no people": [
        (
            "variance between people",
            "whole model",
            "look",
            (
                "Next to none of the variance left by the columns is between participants (0.1 %), so that "
                "visits count as if they were of different people. Compare with model='gee', whose intervals "
                "do not rest on this."
            ),
        ),
    ],
    "wider visit": [
        (
            "scatter by visit",
            "whole model",
            "look",
            (
                "The scatter differs between visits, and is widest at week 12 (residual SD 2.3 to 4.7 points, "
                "largest over smallest 2.0). The model takes it for the same; compare with model='gee', whose "
                "errors allow for it."
            ),
        ),
    ],
    "much wider visit": [
        (
            "scatter by visit",
            "whole model",
            "serious",
            (
                "The scatter differs much between visits, and is widest at week 12 (residual SD 2.5 to 10 "
                "points, largest over smallest 4.1). The model takes it for the same, so that its interval "
                "may be wrong; report model='gee', whose errors allow for it."
            ),
        ),
    ],
    "neighbours": [
        (
            "correlation of visits",
            "whole model",
            "serious",
            (
                "Neighbouring and distant visits are not equally alike (correlation 0.52 of neighbours, 0.28 "
                "of visits further apart; p < 0.001), and the model takes them for equally alike, so that its "
                "interval may be wrong. Report model='gee', or 'mixed_slope'."
            ),
        ),
    ],
    "somewhat neighbours": [
        (
            "correlation of visits",
            "whole model",
            "look",
            (
                "Neighbouring and distant visits are not equally alike (correlation 0.61 of neighbours, 0.45 "
                "of visits further apart; p < 0.001). The interval may be somewhat off; compare with "
                "model='mixed_slope' and 'gee'."
            ),
        ),
    ],
    "lost": [
        (
            "missed visits",
            "whole model",
            "look",
            (
                "30 % of the participants with a first value lack a later visit, and their values differ from "
                "the start (6.1 points higher at the first visit than those of the others, p < 0.001). The "
                "model allows for this as far as their measured visits tell it; say how many were lost and "
                "how they differ."
            ),
        ),
    ],
}
