// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace holdout {

/// English words of one meaning: Princeton's WordNet 3.0 as Debian's wordnet-base installs it, read from its dictionary
/// files (wndb(5WN), wninput(5WN)). Its own C library keeps its state in globals, which parallel folds cannot share.
/// Immutable; threads may share it.
class WordNet {
public:
    /// Throws Error that names the package when the files are not there.
    explicit WordNet(const std::filesystem::path& folder = "/usr/share/wordnet");

    /// Words and phrases, lower case, that mean the same as `word` (lower case) in its most frequent sense as a noun,
    /// as a verb, as an adjective and as an adverb; ascending, without `word`. Empty for an unknown or inflected word.
    std::vector<std::string> synonyms(std::string_view word) const;

private:
    struct PartOfSpeech {
        std::string index;
        std::string data;
    };
    std::array<PartOfSpeech, 4> m_parts;
};

}  // namespace holdout
