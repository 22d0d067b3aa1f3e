// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdout {

/// How a text is cut into terms.
struct TermRule {
    enum class Unit {
        Words,             ///< runs of words; a word is what Unicode's word boundaries (UAX 29) leave between them
        Characters,        ///< runs of characters, blanks among them
        CharactersInWords  ///< runs of characters that do not cross words; a blank stands on either side of each word
    };
    Unit unit = Unit::Words;
    std::size_t least = 1;  ///< how many units a term has at least, and at most
    std::size_t most = 1;
    bool lowerCase = true;
    // For words:
    std::size_t shortest = 1;          ///< characters that a word must have
    std::string language = "english";  ///< whose stop words and stems
    bool dropStopWords = false;
    bool stem = false;  ///< by the language's Snowball stemmer, after stop words are dropped
};

/// The languages that stems are known for.
std::vector<std::string> stemmedLanguages();

/// Cuts texts into terms. Not thread-safe, and not quick to make: one for each unit of work.
class TermReader {
public:
    /// Throws Error when the language has no stop words or no stemmer and the rule asks for them.
    explicit TermReader(const TermRule& rule);
    ~TermReader();
    TermReader(TermReader&&) noexcept;

    /// The terms of a text in UTF-8, in order, as scikit-learn's CountVectorizer makes them of the same tokens. They
    /// live until the next call.
    std::span<const std::string_view> terms(std::string_view text);
    /// The words themselves, before they are joined to terms; for Unit::Words.
    std::span<const std::string_view> words(std::string_view text);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace holdout
