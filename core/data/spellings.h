// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "base/job_context.h"
#include "data/column.h"

namespace holdout {

/// How spellings are taken to mean the same.
enum class SpellingMethod {
    Key,      ///< they have one spellingKey: case, accents, punctuation and the order of words do not count
    Distance  ///< their keys differ by a letter or two, but not by their digits
};

struct Spelling {
    std::string text;
    std::int64_t count = 0;  ///< cells
};

/// Spellings that may mean the same: at least two, the most frequent first (then in natural order). Whether they do is for
/// the person to say.
using SpellingCluster = std::vector<Spelling>;

/// The clusters of a column of categories or text, those of most cells first. Keys that share three letters in a row are
/// compared (n-gram blocking): at most 1 edit in keys of 5 to 8 characters, 2 in longer ones, none in shorter ones.
/// A column of more than 50,000 different values has none. Empty for other types. Throws Cancelled.
std::vector<SpellingCluster> spellingClusters(const Column& column, SpellingMethod method, JobContext& context);

}  // namespace holdout
