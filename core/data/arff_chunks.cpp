// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/arff_chunks.h"

#include <algorithm>

#include "data/arff_header.h"
#include "data/arff_reader.h"
#include "data/file_chunks.h"

namespace holdout {
namespace {

/// The declarations are read from the beginning; nobody declares more.
constexpr std::size_t kHeadBytes = std::size_t{64} << 20;
/// Cells of a piece: 60 MB, which sparse rows may grow to (CellBudget).
constexpr std::size_t kMostCells = 7'500'000;
constexpr std::string_view kWeight = "weight";

class ArffChunks final : public FileChunks {
public:
    ArffChunks(const std::filesystem::path& path, ReadOptions given, std::size_t chunkBytes)
        : FileChunks(path, std::nullopt, chunkBytes), m_options(std::move(given)) {
        const arff::Header header = arff::readHeader(m_text.substr(0, kHeadBytes), m_name);
        m_declarations = std::string(m_text.substr(0, header.dataBegin));
        if (!m_declarations.ends_with('\n')) m_declarations += '\n';
        m_declaredLines = std::count(m_declarations.begin(), m_declarations.end(), '\n');
        m_at = header.dataBegin;
        m_mostRows = std::max<std::size_t>(1, kMostCells / std::max<std::size_t>(1, header.attributes.size()));
        if (isAtEnd()) throw Error("The file holds a header and no rows.", {.file = m_name}, "Choose a file with data.");
    }

private:
    /// Blank lines and remarks are no rows.
    bool isAtEnd() override {
        while (m_at < m_text.size()) {
            const std::size_t first = m_text.find_first_not_of(" \t\r\n", m_at);
            if (first == std::string_view::npos) return true;
            if (m_text[first] != '%') return false;
            stepTo(std::min(m_text.find('\n', first), m_text.size() - 1) + 1);
        }
        return true;
    }

    /// Behind the last of the lines that a piece takes.
    std::size_t pieceEnd() const {
        std::size_t end = m_at;
        for (std::size_t row = 0; row < m_mostRows && end < m_text.size() && end - m_at < m_chunkBytes; ++row)
            end = std::min(m_text.find('\n', end), m_text.size() - 1) + 1;
        return end;
    }

    Table take(JobContext& context) override {
        const std::size_t end = pieceEnd();
        ReadResult read = readPiece(m_text.substr(m_at, end - m_at), context);
        for (Warning& warning : read.warnings) warn(std::move(warning));
        stepTo(end);
        if (!m_isKnown) m_format = read.format;
        return withWeights(std::move(read.table));
    }

    ReadResult readPiece(std::string_view piece, JobContext& context) const {
        const std::string text = m_declarations + std::string(piece);
        try {
            return readArff({{}, m_name, m_name, text}, m_options, context);
        } catch (const Error& error) {
            Place place = error.place();
            place.file = m_name;
            if (place.row && *place.row > m_declaredLines) *place.row += m_lines;
            throw Error(error.problem(), place, error.remedy());
        }
    }

    Table withWeights(Table table) {
        if (!m_isKnown) {
            m_isKnown = true;
            m_columns = table.columnCount();
            return table;
        }
        if (table.columnCount() == m_columns) return table;
        std::vector<ColumnPtr> same = table.columns();
        if (same.size() > m_columns) {
            warn({"The weights of rows count for nothing, because the first rows of the file have none.", {.file = m_name}});
            same.pop_back();
        } else {
            same.push_back(Column::numbers(std::string(kWeight), std::vector<double>(table.rows(), 1.0)));
        }
        return {std::move(same), table.rows()};
    }

    ReadOptions m_options;
    std::string m_declarations;
    std::int64_t m_declaredLines = 0;
    std::size_t m_mostRows = 1;
    std::size_t m_columns = 0;
};

}  // namespace

std::unique_ptr<TableChunks> openArffChunks(const std::filesystem::path& path, ReadOptions options, std::size_t chunkBytes) {
    return std::make_unique<ArffChunks>(path, std::move(options), chunkBytes);
}

}  // namespace holdout
