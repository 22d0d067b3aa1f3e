// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/libsvm_reader.h"

#include <algorithm>
#include <charconv>

#include "base/format.h"
#include "data/file_bytes.h"
#include "data/number_text.h"

namespace holdout {
namespace {

constexpr std::uint32_t MostColumns = 100'000;

struct Entry {
    std::uint32_t row = 0;
    std::uint32_t index = 0;
    double value = 0;
};

/// The word that `text` begins with, cut off with the blanks behind it.
std::string_view takeWord(std::string_view& text) {
    const std::size_t end = std::min(text.size(), text.find_first_of(" \t\r"));
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t\r", end)));
    return word;
}

bool readEntry(std::string_view word, Entry& entry) {
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos) return false;
    const auto [end, error] = std::from_chars(word.data(), word.data() + colon, entry.index);
    return error == std::errc{} && end == word.data() + colon &&
           parseNumberText(word.substr(colon + 1), {}, entry.value);
}

class LineReader {
public:
    LineReader(std::vector<Entry>& entries, const std::string& name) : m_entries(entries), m_place{.file = name} {}

    /// Adds the entries of a line; its label comes back.
    double read(std::string_view line, std::uint32_t row, std::int64_t number) {
        m_place.row = number;
        const std::string_view label = takeWord(line);
        double value = 0;
        if (!parseNumberText(label, {}, value))
            throw Error("The label \"" + std::string(label) + "\" is no number.", m_place,
                        "Write lines as: 1 3:0.5 7:1.");
        std::int64_t last = -1;
        while (!line.empty() && line.front() != '#') {
            const std::string_view word = takeWord(line);
            if (word.starts_with("qid:")) continue;
            Entry entry{.row = row};
            if (!readEntry(word, entry) || entry.index <= last)
                throw Error("\"" + std::string(word.substr(0, 40)) + "\" is no index and value that can stand here.",
                            m_place, "Indices are whole numbers that rise within a line, as in: 1 3:0.5 7:1.");
            last = entry.index;
            m_entries.push_back(entry);
        }
        return value;
    }

private:
    std::vector<Entry>& m_entries;
    Place m_place;
};

std::vector<ColumnPtr> columnsOf(std::vector<double> labels, const std::vector<Entry>& entries, std::uint32_t first,
                                 std::uint32_t last) {
    const std::size_t rows = labels.size();
    std::vector<std::vector<double>> values(last < first ? 0 : last - first + 1, std::vector<double>(rows));
    for (const Entry& entry : entries) values[entry.index - first][entry.row] = entry.value;
    std::vector<ColumnPtr> columns = {Column::numbers("label", std::move(labels))};
    for (std::size_t c = 0; c < values.size(); ++c)
        columns.push_back(Column::numbers("f" + std::to_string(first + c), std::move(values[c])));
    return columns;
}

}  // namespace

bool isLibsvm(const FileSource& source) {
    if (source.isFolder) return false;
    for (const std::string_view ending : {".libsvm", ".svm"})
        if (source.kindName.ends_with(ending)) return true;
    // Two lines at least of a number and pairs of an index and a number, with none between.
    std::string_view text = source.bytes.substr(0, 64 * 1024);
    std::size_t lines = 0;
    for (; lines < 5 && text.find('\n') != std::string_view::npos; ++lines) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(line.size() + 1);
        double label = 0;
        Entry entry;
        if (!parseNumberText(takeWord(line), {}, label) || line.empty()) return false;
        while (!line.empty())
            if (!readEntry(takeWord(line), entry)) return false;
    }
    return lines >= 2;
}

ReadResult readLibsvm(const FileSource& source, const ReadOptions& options, JobContext& context) {
    ReadResult result;
    result.format.kind = "libsvm";
    std::vector<double> labels;
    std::vector<Entry> entries;
    LineReader reader(entries, source.name);
    std::string_view text = source.bytes;
    for (std::int64_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.size(), text.find('\n'));
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(text.size(), end + 1));
        const std::size_t begin = line.find_first_not_of(" \t\r");
        if (begin == std::string_view::npos || line[begin] == '#') continue;
        if (number % 1024 == 0) {
            context.throwIfStopped();
            context.progress.report(1 - static_cast<double>(text.size()) / static_cast<double>(source.bytes.size()),
                                    "Reading the file");
        }
        labels.push_back(reader.read(line.substr(begin), static_cast<std::uint32_t>(labels.size()), number));
    }
    if (entries.empty()) throw Error("The file holds no values.", {.file = source.name}, "Choose a file with data.");
    // Indices begin with 1, or in some files with 0.
    std::uint32_t first = 1;
    std::uint32_t last = 0;
    for (const Entry& entry : entries) {
        first = std::min(first, entry.index);
        last = std::max(last, entry.index);
    }
    if (last >= first && last - first >= MostColumns)
        throw Error("The indices span more than " + formatCount(MostColumns) + " columns.", {.file = source.name},
                    "Choose the indices to keep, or number them anew.");
    const std::uint64_t cells = (std::uint64_t{last} - first + 1) * labels.size();
    CellBudget(source.bytes.size(), source.name).charge(8 * (cells - std::min<std::uint64_t>(cells, entries.size())));
    result.table = Table(columnsOf(std::move(labels), entries, first, last));
    for (const auto& [name, type] : options.types) {
        std::size_t lost = 0;
        const std::size_t at = requireColumn(result.table, name, "types");
        result.table = result.table.withColumn(at, retyped(result.table.columnPtr(at), type, lost));
    }
    return result;
}

}  // namespace holdout
