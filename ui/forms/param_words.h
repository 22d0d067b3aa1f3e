// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "param/param_set.h"

namespace holdout {

/// UTF-8 of core as a QString.
QString fromCore(std::string_view text);

/// "Strength of the penalty. A number of at least 0. Default: 0.01."
QString paramTooltip(const ParamSpec& spec);
/// "Must be a number of at least 0."
QString ruleSentence(const ParamSpec& spec);
QString groupTitle(ParamGroup group);

/// The text of a number's field: the shortest that a person would write ("1e-4", "0.01") and that reads back as `value`.
QString numberText(double value);
/// A value as a person reads it: choices by their label, "on" and "off" for flags.
QString valueWords(const ParamSpec& spec, const ParamValue& value);
/// The parameters that differ from their defaults, or all when `all`: "median · numbers". For cards and chips.
QString paramSummary(ParamSpecs specs, const ParamSet& values);

/// What `text` says for a parameter of this kind; none when it cannot be read as such. Does not check the rule.
std::optional<ParamValue> parseValue(const ParamSpec& spec, const QString& text);

/// lambda's equivalent in scikit-learn for a model fitted on `rows` rows: "scikit-learn: C = 0.095 (n = 1,047)". Empty
/// for models without one. Ours is the mean loss plus lambda times the penalty (Friedman, Hastie, Tibshirani 2010); theirs sums
/// losses (C, ridge's alpha) or takes the same mean (lasso, elastic net).
QString lambdaEquivalent(std::string_view model, double lambda, std::int64_t rows);

}  // namespace holdout
