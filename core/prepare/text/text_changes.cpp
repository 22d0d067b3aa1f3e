// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/text/text_changes.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>
#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "prepare/text/stop_words.h"
#include "prepare/text/word_breaks.h"

namespace holdout {
namespace {

/// A text as words and what stands before each of them and after the last.
struct Pieces {
    std::vector<std::string> words;
    std::vector<std::string> between;  ///< one more than words

    explicit Pieces(std::string_view text) {
        std::size_t done = 0;
        WordBreaks breaks;
        breaks.find(text, [&](std::size_t begin, std::size_t end) {
            between.emplace_back(text.substr(done, begin - done));
            words.emplace_back(text.substr(begin, end - begin));
            done = end;
        });
        between.emplace_back(text.substr(done));
    }

    std::string text() const {
        std::string all;
        for (std::size_t i = 0; i < words.size(); ++i) all += between[i] + words[i];
        return all + between.back();
    }
};

std::size_t countFor(double share, std::size_t words) {
    if (share <= 0 || words == 0) return 0;
    return std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(share * static_cast<double>(words))));
}

bool isStopWord(const std::string& word) {
    static const std::unordered_set<std::string_view> words = [] {
        std::unordered_set<std::string_view> all;
        const std::string_view list = stopWordsOf("english");
        for (std::size_t begin = 0; begin < list.size();) {
            const std::size_t end = std::min(list.find(' ', begin), list.size());
            all.insert(list.substr(begin, end - begin));
            begin = end + 1;
        }
        return all;
    }();
    return words.contains(word);
}

std::string likeCase(std::string word, const std::string& old) {
    if (!word.empty() && std::isupper(static_cast<unsigned char>(old.front())))
        word.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(word.front())));
    return word;
}

}  // namespace

std::string withSynonyms(std::string_view text, double share, const WordNet& wordNet, RandomStream& random) {
    Pieces pieces(text);
    std::vector<std::size_t> order(pieces.words.size());
    std::iota(order.begin(), order.end(), 0U);
    random.shuffle(order);
    std::size_t left = countFor(share, order.size());
    for (std::size_t i = 0; i < order.size() && left > 0; ++i) {
        std::string& word = pieces.words[order[i]];
        const std::string plain = lowerCase(word);
        if (isStopWord(plain)) continue;
        const std::vector<std::string> synonyms = wordNet.synonyms(plain);
        if (synonyms.empty()) continue;
        word = likeCase(synonyms[random.below(synonyms.size())], word);
        --left;
    }
    return pieces.text();
}

std::string withoutWords(std::string_view text, double share, RandomStream& random) {
    Pieces pieces(text);
    if (pieces.words.size() < 2) return std::string(text);
    std::vector<char> stays;
    for (std::size_t i = 0; i < pieces.words.size(); ++i) stays.push_back(random.uniform() >= share);
    const auto stayed = std::ranges::count(stays, 1);
    if (stayed == 0 || (share > 0 && stayed == std::ssize(stays))) {
        const std::size_t one = random.below(stays.size());
        stays[one] = !stays[one];
    }
    std::string all;
    for (std::size_t i = 0; i < stays.size(); ++i)
        if (stays[i]) all += (all.empty() && i > 0 ? "" : pieces.between[i]) + pieces.words[i];
    return all + pieces.between.back();
}

std::string withSwaps(std::string_view text, double share, RandomStream& random) {
    Pieces pieces(text);
    if (pieces.words.size() < 2) return std::string(text);
    for (std::size_t left = countFor(share, pieces.words.size()); left > 0; --left) {
        const std::size_t a = random.below(pieces.words.size());
        std::size_t b = random.below(pieces.words.size() - 1);
        b += b >= a;
        std::swap(pieces.words[a], pieces.words[b]);
    }
    return pieces.text();
}

std::string withShuffledSentences(std::string_view text, RandomStream& random) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> breaks(
        icu::BreakIterator::createSentenceInstance(icu::Locale::getEnglish(), status));
    UText bytes = UTEXT_INITIALIZER;
    utext_openUTF8(&bytes, text.data(), static_cast<std::int64_t>(text.size()), &status);
    if (U_SUCCESS(status)) breaks->setText(&bytes, status);
    if (U_FAILURE(status)) return std::string(text);
    std::vector<std::string> sentences;
    std::int32_t begin = breaks->first();
    for (std::int32_t end = breaks->next(); end != icu::BreakIterator::DONE; begin = end, end = breaks->next()) {
        std::string sentence(text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
        while (!sentence.empty() && std::isspace(static_cast<unsigned char>(sentence.back()))) sentence.pop_back();
        if (!sentence.empty()) sentences.push_back(std::move(sentence));
    }
    utext_close(&bytes);
    if (sentences.size() < 2) return std::string(text);
    random.shuffle(sentences);
    std::string all;
    for (const std::string& sentence : sentences) all += (all.empty() ? "" : " ") + sentence;
    return all;
}

}  // namespace holdout
