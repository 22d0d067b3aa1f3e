// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/text/word_net.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/error.h"
#include "prepare/text/word_breaks.h"

namespace holdout {
namespace {

std::string contentOf(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw Error("The dictionary of synonyms is not installed.", {.file = path.string()},
                    "Install WordNet: apt install wordnet-base.");
    std::ostringstream content;
    content << file.rdbuf();
    return std::move(content).str();
}

std::string_view lineAt(const std::string& file, std::size_t begin) {
    return std::string_view(file).substr(begin, file.find('\n', begin) - begin);
}

/// The line of an index file that begins with `word` and a blank. Lines are sorted by their bytes.
std::optional<std::string_view> indexLine(const std::string& file, std::string_view word) {
    std::size_t low = 0, high = file.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        const std::size_t before = middle == 0 ? std::string::npos : file.rfind('\n', middle - 1);
        const std::size_t begin = before == std::string::npos ? 0 : before + 1;
        const std::string_view line = lineAt(file, begin);
        const std::string_view lemma = line.substr(0, line.find(' '));
        if (lemma == word && !line.starts_with(' ')) return line;
        if (lemma < word)
            low = begin + line.size() + 1;
        else
            high = begin;
    }
    return std::nullopt;
}

std::vector<std::string_view> fieldsOf(std::string_view line) {
    std::vector<std::string_view> fields;
    for (std::size_t begin = 0; begin < line.size();) {
        const std::size_t end = std::min(line.find(' ', begin), line.size());
        if (end > begin) fields.push_back(line.substr(begin, end - begin));
        begin = end + 1;
    }
    return fields;
}

std::size_t numberOf(std::string_view text, int base = 10) {
    std::size_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number, base);
    return number;
}

/// lemma pos synset_cnt p_cnt [symbol…] sense_cnt tagsense_cnt offset…: the offset of the first sense.
std::optional<std::size_t> firstSense(std::string_view line) {
    const auto fields = fieldsOf(line);
    if (fields.size() < 4) return std::nullopt;
    const std::size_t at = 6 + numberOf(fields[3]);
    if (fields.size() <= at) return std::nullopt;
    return numberOf(fields[at]);
}

/// "bright(a)" → "bright"; "ice_cream" → "ice cream".
std::string plainWord(std::string_view word) {
    std::string plain = lowerCase(word.substr(0, word.find('(')));
    std::ranges::replace(plain, '_', ' ');
    return plain;
}

}  // namespace

WordNet::WordNet(const std::filesystem::path& folder) {
    constexpr std::array names{"noun", "verb", "adj", "adv"};
    for (std::size_t i = 0; i < names.size(); ++i)
        m_parts[i] = {contentOf(folder / (std::string("index.") + names[i])),
                      contentOf(folder / (std::string("data.") + names[i]))};
}

std::vector<std::string> WordNet::synonyms(std::string_view word) const {
    std::vector<std::string> found;
    std::string lemma(word);
    std::ranges::replace(lemma, ' ', '_');
    for (const PartOfSpeech& part : m_parts) {
        const auto line = indexLine(part.index, lemma);
        const auto offset = line ? firstSense(*line) : std::nullopt;
        if (!offset || *offset >= part.data.size()) continue;
        // offset lex_filenum ss_type w_cnt word lex_id [word lex_id…], w_cnt in two hexadecimal digits.
        const auto fields = fieldsOf(lineAt(part.data, *offset));
        const std::size_t count = fields.size() > 3 ? numberOf(fields[3], 16) : 0;
        for (std::size_t i = 0; i < count && 4 + 2 * i < fields.size(); ++i) {
            std::string synonym = plainWord(fields[4 + 2 * i]);
            if (synonym != word) found.push_back(std::move(synonym));
        }
    }
    std::ranges::sort(found);
    found.erase(std::ranges::unique(found).begin(), found.end());
    return found;
}

}  // namespace holdout
