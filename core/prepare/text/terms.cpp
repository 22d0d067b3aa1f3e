// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/text/terms.h"

#include <libstemmer.h>
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"
#include "prepare/text/stop_words.h"
#include "prepare/text/word_breaks.h"

namespace holdout {
namespace {

struct StemmerDeleter {
    void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

/// Text views that can be looked up without making a string of them.
struct ViewHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

bool isBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
/// Whether a character of UTF-8 begins with this byte.
bool beginsCharacter(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, beginsCharacter));
}

struct Part {
    std::size_t begin;
    std::size_t end;
};

}  // namespace

struct TermReader::State {
    TermRule rule;
    WordBreaks breaks;
    std::unordered_set<std::string_view> stopWords;
    std::unique_ptr<sb_stemmer, StemmerDeleter> stemmer;
    std::unordered_map<std::string, std::string, ViewHash, std::equal_to<>> stems;
    std::string buffer;       ///< what terms are cut from
    std::vector<Part> parts;  ///< of the buffer: words, or characters
    std::vector<std::string_view> terms;

    std::string_view view(Part part) const {
        return std::string_view(buffer).substr(part.begin, part.end - part.begin);
    }

    const std::string& stemOf(std::string_view word) {
        if (const auto known = stems.find(word); known != stems.end()) return known->second;
        const sb_symbol* stem = sb_stemmer_stem(stemmer.get(), reinterpret_cast<const sb_symbol*>(word.data()),
                                                static_cast<int>(word.size()));
        const auto length = static_cast<std::size_t>(sb_stemmer_length(stemmer.get()));
        return stems.emplace(word, std::string(reinterpret_cast<const char*>(stem), length)).first->second;
    }

    /// The words of a text, each ended by one blank in `buffer`.
    void readWords(std::string_view text) {
        const std::string lowered = rule.lowerCase ? lowerCase(text) : std::string(text);
        buffer.clear();
        parts.clear();
        breaks.find(lowered, [&](std::size_t begin, std::size_t end) {
            std::string_view word = std::string_view(lowered).substr(begin, end - begin);
            if (rule.shortest > 1 && characters(word) < rule.shortest) return;
            if (rule.dropStopWords && stopWords.contains(word)) return;
            if (rule.stem) word = stemOf(word);
            parts.push_back({buffer.size(), buffer.size() + word.size()});
            buffer += word;
            buffer += ' ';
        });
    }

    void addRuns(std::size_t first, std::size_t last, std::size_t length) {
        for (std::size_t i = first; i + length <= last; ++i)
            terms.push_back(view({parts[i].begin, parts[i + length - 1].end}));
    }

    void splitCharacters(std::size_t from) {
        for (std::size_t i = from; i < buffer.size(); ++i) {
            if (beginsCharacter(buffer[i]) || parts.empty())
                parts.push_back({i, i + 1});
            else
                parts.back().end = i + 1;
        }
    }

    /// Runs of blanks become one, as in scikit-learn; a single line end stays what it is.
    void readCharacters(std::string_view text) {
        const std::string lowered = rule.lowerCase ? lowerCase(text) : std::string(text);
        buffer.clear();
        parts.clear();
        for (std::size_t i = 0; i < lowered.size();) {
            std::size_t end = i;
            while (end < lowered.size() && isBlank(lowered[end])) ++end;
            if (end - i > 1)
                buffer += ' ';
            else
                buffer += lowered[i];
            i = std::max(end, i + 1);
        }
        splitCharacters(0);
        for (std::size_t length = rule.least; length <= rule.most; ++length) addRuns(0, parts.size(), length);
    }

    void readCharactersInWords(std::string_view text) {
        const std::string lowered = rule.lowerCase ? lowerCase(text) : std::string(text);
        buffer.clear();
        parts.clear();
        std::vector<Part> words;  // of `parts`
        for (std::size_t i = 0; i < lowered.size(); ++i) {
            if (isBlank(lowered[i])) continue;
            std::size_t end = i;
            while (end < lowered.size() && !isBlank(lowered[end])) ++end;
            const std::size_t from = buffer.size(), firstPart = parts.size();
            buffer += " " + lowered.substr(i, end - i) + " ";
            splitCharacters(from);
            words.push_back({firstPart, parts.size()});
            i = end;
        }
        for (const Part& word : words)
            for (std::size_t length = rule.least; length <= rule.most; ++length) {
                addRuns(word.begin, word.end, std::min(length, word.end - word.begin));
                if (length >= word.end - word.begin) break;  // a short word counts once
            }
    }
};

TermReader::TermReader(const TermRule& rule) : m_state(std::make_unique<State>()) {
    m_state->rule = rule;
    if (rule.dropStopWords) {
        const std::string_view all = stopWordsOf(rule.language);
        if (all.empty())
            throw Error("There is no list of stop words for " + rule.language + ".", {.parameter = "stop_words"},
                        "Keep them, and leave out terms that most rows have with max_share instead.");
        for (std::size_t begin = 0; begin < all.size();) {
            const std::size_t end = std::min(all.find(' ', begin), all.size());
            m_state->stopWords.insert(all.substr(begin, end - begin));
            begin = end + 1;
        }
    }
    if (rule.stem) {
        m_state->stemmer.reset(sb_stemmer_new(rule.language.c_str(), "UTF_8"));
        if (!m_state->stemmer)
            throw Error("There is no stemmer for " + rule.language + ".", {.parameter = "stem"},
                        "Choose another language, or words as they are.");
    }
}

TermReader::~TermReader() = default;
TermReader::TermReader(TermReader&&) noexcept = default;

std::span<const std::string_view> TermReader::words(std::string_view text) {
    m_state->readWords(text);
    m_state->terms.clear();
    m_state->addRuns(0, m_state->parts.size(), 1);
    return m_state->terms;
}

std::span<const std::string_view> TermReader::terms(std::string_view text) {
    State& state = *m_state;
    state.terms.clear();
    if (state.rule.unit == TermRule::Unit::Characters) {
        state.readCharacters(text);
    } else if (state.rule.unit == TermRule::Unit::CharactersInWords) {
        state.readCharactersInWords(text);
    } else {
        state.readWords(text);
        for (std::size_t length = state.rule.least; length <= state.rule.most; ++length)
            state.addRuns(0, state.parts.size(), length);
    }
    return state.terms;
}

std::vector<std::string> stemmedLanguages() {
    std::vector<std::string> languages;
    for (const char** name = sb_stemmer_list(); *name; ++name) languages.emplace_back(*name);
    return languages;
}

}  // namespace holdout
