// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/seed.h"
#include "prepare/text/word_net.h"

namespace holdout {

// Small changes to a text that leave what it says (Wei, Zou 2019, EMNLP-IJCNLP, "EDA"). `share` is of the words: of a
// text with words, at least one is changed when it is above 0. All else of the text stays where it is.

/// Words in place of which others of the same meaning stand; stop words of English and words without synonyms stay.
std::string withSynonyms(std::string_view text, double share, const WordNet& words, RandomStream& random);
/// Each word left out with this probability; one always stays.
std::string withoutWords(std::string_view text, double share, RandomStream& random);
/// Two words at random change places, and again for as many words as the share asks for.
std::string withSwaps(std::string_view text, double share, RandomStream& random);
/// The sentences in another order.
std::string withShuffledSentences(std::string_view text, RandomStream& random);

}  // namespace holdout
