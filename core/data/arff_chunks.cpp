// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/arff_chunks.h"

#include <algorithm>

#include "data/arff_header.h"
#include "data/csv_source.h"
#include "data/file_bytes.h"

namespace holdout {
namespace {

/// The declarations are read from the beginning; nobody declares more.
constexpr std::size_t kHeadBytes = std::size_t{64} << 20;
/// Cells of a piece: 60 MB, which sparse rows may grow to (CellBudget).
constexpr std::size_t kMostCells = 7'500'000;
constexpr std::size_t kMostWarnings = 100;
constexpr std::string_view kWeight = "weight";

}  // namespace

struct ArffChunks::Reading {
    Reading(const std::filesystem::path& path, ReadOptions given, std::size_t size)
        : file(path), name(path.filename().string()), options(std::move(given)), chunkBytes(size) {
        if (file.bytes().empty()) throw Error("The file is empty.", {.file = name}, "Choose another file.");
        if (packingOf(file.bytes()) != Packing::None) throw Error("A packed file cannot be read in pieces.", {.file = name}, "Unpack it first.");
        const Encoding encoding = csv::guessEncoding(file.bytes());
        if (encoding == Encoding::Utf16LittleEndian || encoding == Encoding::Utf16BigEndian)
            throw Error("A file in UTF-16 cannot be read in pieces.", {.file = name}, "Save it as UTF-8 first.");
        text = csv::withoutMark(file.bytes(), encoding);
        const arff::Header header = arff::readHeader(text.substr(0, kHeadBytes), name);
        declarations = std::string(text.substr(0, header.dataBegin));
        if (!declarations.ends_with('\n')) declarations += '\n';
        declaredLines = std::count(declarations.begin(), declarations.end(), '\n');
        at = header.dataBegin;
        mostRows = std::max<std::size_t>(1, kMostCells / std::max<std::size_t>(1, header.attributes.size()));
    }

    /// Blank lines and remarks are no rows.
    bool isAtEnd() {
        while (at < text.size()) {
            const std::size_t first = text.find_first_not_of(" \t\r\n", at);
            if (first == std::string_view::npos) return true;
            if (text[first] != '%') return false;
            const std::size_t end = std::min(text.find('\n', first), text.size() - 1);
            lines += std::count(text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(end + 1), '\n');
            at = end + 1;
        }
        return true;
    }

    /// Behind the last of the lines that a piece takes.
    std::size_t pieceEnd() const {
        std::size_t end = at;
        for (std::size_t row = 0; row < mostRows && end < text.size() && end - at < chunkBytes; ++row)
            end = std::min(text.find('\n', end), text.size() - 1) + 1;
        return end;
    }

    Table take(JobContext& context) {
        const std::size_t end = pieceEnd();
        const std::string_view piece = text.substr(at, end - at);
        ReadResult read;
        try {
            read = readTableBytes(declarations + std::string(piece), name + (name.ends_with(".arff") ? "" : ".arff"), options, context);
        } catch (const Error& error) {
            Place place = error.place();
            place.file = name;
            if (place.row && *place.row > declaredLines) *place.row += lines;
            throw Error(error.problem(), place, error.remedy());
        }
        for (Warning& warning : read.warnings)
            if (warnings.size() < kMostWarnings) addOnce(warnings, std::move(warning));
        lines += std::count(piece.begin(), piece.end(), '\n');
        at = end;
        csv::releasePages(piece);
        if (!isKnown) format = read.format;
        return withWeights(std::move(read.table));
    }

    Table withWeights(Table table) {
        if (!isKnown) {
            isKnown = true;
            columns = table.columnCount();
            return table;
        }
        if (table.columnCount() == columns) return table;
        std::vector<ColumnPtr> same = table.columns();
        if (same.size() > columns) {
            addOnce(warnings, {"The weights of rows count for nothing, because the first rows of the file have none.", {.file = name}});
            same.pop_back();
        } else {
            same.push_back(Column::numbers(std::string(kWeight), std::vector<double>(table.rows(), 1.0)));
        }
        return {std::move(same), table.rows()};
    }

    csv::MappedFile file;
    std::string name;
    ReadOptions options;
    std::size_t chunkBytes;
    std::string_view text;
    std::string declarations;
    std::int64_t declaredLines = 0;
    std::size_t mostRows = 1;
    std::size_t at = 0;
    std::int64_t lines = 0;  ///< of data before the next piece
    bool isKnown = false;
    std::size_t columns = 0;
    CsvFormat format;
    Warnings warnings;
};

ArffChunks::ArffChunks(const std::filesystem::path& path, ReadOptions options, std::size_t chunkBytes)
    : m_reading(std::make_unique<Reading>(path, std::move(options), chunkBytes)) {
    if (m_reading->isAtEnd())
        throw Error("The file holds a header and no rows.", {.file = m_reading->name}, "Choose a file with data.");
}

ArffChunks::~ArffChunks() = default;

std::optional<Table> ArffChunks::next(JobContext& context) {
    context.throwIfStopped();
    if (m_reading->isAtEnd()) return std::nullopt;
    return m_reading->take(context);
}

std::uint64_t ArffChunks::bytes() const {
    return m_reading->file.bytes().size();
}

std::uint64_t ArffChunks::bytesRead() const {
    return m_reading->at + (m_reading->file.bytes().size() - m_reading->text.size());
}

const CsvFormat& ArffChunks::format() const {
    return m_reading->format;
}

const Warnings& ArffChunks::warnings() const {
    return m_reading->warnings;
}

}  // namespace holdout
