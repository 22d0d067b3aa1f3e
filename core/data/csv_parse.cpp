// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv_parse.h"

#include <algorithm>

#include "base/format.h"
#include "data/number_text.h"
#include "data/quick_date.h"
#include "data/quick_number.h"

namespace holdout::csv {
namespace {

constexpr std::size_t RaggedShown = 5;

/// Takes the fields of one piece.
class PieceSink {
public:
    PieceSink(const Piece& piece, const Pass& pass)
        : m_piece(piece),
          m_pass(pass),
          m_columns(pass.plans.size()),
          m_quick(!pass.codes.hasNumbers()) {
        m_result.columns.resize(m_columns);
        m_slots.resize(m_columns);
        for (std::size_t c = 0; c < m_columns; ++c) {
            m_slots[c] = slotOf(pass.plans[c].reading, pass.cells[c]);
            if (pass.plans[c].reading == Reading::Levels) m_result.columns[c].levels = std::make_unique<LevelTable>();
        }
    }

    void field(std::size_t index, const Field& field) {
        if (static_cast<std::size_t>(field.end - field.begin) > LongestCell) tooLong(index);
        if (index >= m_columns) {
            m_extra = m_extra || field.begin != field.end;
            return;
        }
        PieceColumn& column = m_result.columns[index];
        switch (m_slots[index].reading) {
            case Reading::Number:
                number(index, column, field);
                break;
            case Reading::Levels:
                level(index, column, field);
                break;
            case Reading::DateTime:
                dateTime(index, column, field);
                break;
            case Reading::Text:
                text(index, column, field);
                break;
            case Reading::Skip:
                break;
        }
    }

    bool endRecord(std::size_t fields, const char* begin, const char* end) {
        if (static_cast<std::size_t>(end - begin) > LongestLine)
            throw Error("A line is longer than " + formatBytes(LongestLine) + ".", {.file = m_pass.name});
        if (fields < m_columns) {
            for (std::size_t c = fields; c < m_columns; ++c) setMissing(m_result.columns[c]);
            ++m_result.shortRows;
            ragged(begin);
        } else if (m_extra) {
            m_extra = false;
            ++m_result.longRows;
            ragged(begin);
        }
        ++m_inPiece;
        return true;
    }

    PieceResult finish() {
        m_result.rows = m_inPiece;
        for (PieceColumn& column : m_result.columns) column.bytes.shrink_to_fit();  // grown by doubling, and kept until all pieces are read
        return std::move(m_result);
    }

private:
    /// Where the cells of a column go, from the piece's first row on: the one that its reading needs.
    struct Slot {
        Reading reading = Reading::Skip;
        double* numbers = nullptr;
        std::int64_t* micros = nullptr;
        std::uint32_t* codes = nullptr;
        std::uint64_t* lengths = nullptr;
    };

    Slot slotOf(Reading reading, ColumnCells& cells) const {
        Slot slot{reading};
        if (reading == Reading::Number) slot.numbers = cells.numbers.data() + m_piece.firstRow;
        if (reading == Reading::DateTime) slot.micros = cells.micros.data() + m_piece.firstRow;
        if (reading == Reading::Levels) slot.codes = cells.codes.data() + m_piece.firstRow;
        if (reading == Reading::Text) slot.lengths = cells.lengths.data() + m_piece.firstRow;
        return slot;
    }

    [[noreturn]] void tooLong(std::size_t index) const {
        throw Error(
            "A cell in column " + std::to_string(index + 1) + " is longer than " + formatBytes(LongestCell) + ".",
            {.file = m_pass.name}, "Check the quotes around it: an opening quote may lack its closing one.");
    }

    void ragged(const char* begin) {
        if (m_result.ragged.size() < RaggedShown) m_result.ragged.push_back(begin);
    }

    void setMissing(PieceColumn& column) const {
        if (column.missing.empty()) column.missing.resize((m_piece.rows + 63) / 64);
        column.missing[m_inPiece >> 6] |= std::uint64_t{1} << (m_inPiece & 63);
    }

    /// A cell that is no `Reading`: missing when the person wants that type, the end of this reading otherwise.
    void refuse(std::size_t index, PieceColumn& column, const Field& field) {
        setMissing(column);
        ++column.refused;
        if (!column.firstRefused) column.firstRefused = field.begin;
        if (m_pass.plans[index].decided) return;
        column.failed = true;
        m_pass.failed[index].store(true, std::memory_order_relaxed);
    }

    bool gaveUp(std::size_t index, PieceColumn& column) const {
        if (!column.failed && m_pass.failed[index].load(std::memory_order_relaxed)) column.failed = true;
        return column.failed;
    }

    void number(std::size_t index, PieceColumn& column, const Field& field) {
        double value = 0;
        if (field.begin == field.end) {
            setMissing(column);
        } else if (m_quick && field.end - m_pass.textBegin >= 20 &&
                   (quickNumber(field.begin, field.end, m_pass.dialect.decimal, value) ||
                    quickScientific(field.begin, field.end, m_pass.dialect.decimal, value) ||
                    parsePlainNumber(field.begin, field.end, m_pass.dialect.decimal, value))) {
            m_slots[index].numbers[m_inPiece] = value;
            ++column.found;
        } else {
            rareNumber(index, column, field);
        }
    }

    void rareNumber(std::size_t index, PieceColumn& column, const Field& field) {
        if (gaveUp(index, column)) return;
        const std::string_view raw = field.raw();
        double value = 0;
        if (readNumberCell(raw, m_pass.dialect, m_pass.plans[index].decided, value)) {
            if (m_pass.codes.isCode(value)) return setMissing(column);
            m_slots[index].numbers[m_inPiece] = value;
            ++column.found;
        } else if (m_pass.codes.amongNumbers(raw)) {
            setMissing(column);
        } else {
            refuse(index, column, field);
        }
    }

    void dateTime(std::size_t index, PieceColumn& column, const Field& field) {
        if (field.begin == field.end) return setMissing(column);
        if (column.failed) return;
        std::int64_t micros = 0;
        bool hasTime = false;
        if (quickDateTime(field.begin, field.end, micros, hasTime) || parseDateTime(field.raw(), micros, hasTime)) {
            m_slots[index].micros[m_inPiece] = micros;
            column.hasTime = column.hasTime || hasTime;
            ++column.found;
        } else if (m_pass.codes.amongNumbers(field.raw())) {
            setMissing(column);
        } else if (!gaveUp(index, column)) {
            refuse(index, column, field);
        }
    }

    void level(std::size_t index, PieceColumn& column, const Field& field) {
        if (field.begin == field.end) return setMissing(column);
        if (column.failed) return;
        const std::string_view cell = fieldText(field, m_pass.dialect.quote, m_buffer);
        LevelTable& levels = *column.levels;
        const std::uint32_t code =
            levels.code(cell, field.doubled, [&](std::string_view text) { return m_pass.codes.amongTexts(text); });
        if (levels.isMissing(code)) return setMissing(column);
        m_slots[index].codes[m_inPiece] = code;
        ++column.found;
        if (levels.size() > LevelTable::Limit && !m_pass.plans[index].decided) refuse(index, column, field);
    }

    void text(std::size_t index, PieceColumn& column, const Field& field) {
        const std::string_view cell = fieldText(field, m_pass.dialect.quote, m_buffer);
        if (m_pass.codes.amongTexts(cell)) return setMissing(column);
        m_slots[index].lengths[m_inPiece] = cell.size();
        column.bytes += cell;
        ++column.found;
    }

    const Piece& m_piece;
    const Pass& m_pass;
    std::vector<Slot> m_slots;
    std::size_t m_columns;
    std::size_t m_inPiece = 0;  ///< rows of the piece so far
    bool m_quick;  ///< no number means "missing"
    bool m_extra = false;
    std::string m_buffer;
    PieceResult m_result;
};

}  // namespace

LevelTable::LevelTable() : m_slots(64), m_mask(63) {
}

/// All but the first and last eight bytes, which the key holds; some may count twice.
std::uint64_t LevelTable::hashOfLong(std::string_view text, std::uint64_t hash) {
    const char* at = text.data() + 8;
    for (std::size_t left = text.size() - 8; left > 8; left -= std::min<std::size_t>(left, 8), at += 8)
        hash = fold(load(at, 8) ^ Second, hash ^ First);
    return hash;
}

std::uint32_t LevelTable::add(std::string_view text, const Key& key, std::size_t slot, bool transient, bool missing) {
    const auto code = static_cast<std::uint32_t>(m_levels.size());
    m_slots[slot] = code + 1;
    m_keys.push_back(key);
    m_levels.push_back(transient ? std::string_view(m_copies.emplace_back(text)) : text);
    m_missing.push_back(missing);
    if (2 * m_levels.size() > m_slots.size()) {
        m_mask = 4 * m_slots.size() - 1;
        m_slots.assign(m_mask + 1, 0);
        for (std::uint32_t i = 0; i < m_levels.size(); ++i) {
            std::size_t free = hashOf(m_levels[i], m_keys[i]) & m_mask;
            while (m_slots[free] != 0) free = (free + 1) & m_mask;
            m_slots[free] = i + 1;
        }
    }
    return code;
}

bool readNumberCell(std::string_view text, const Dialect& dialect, bool decided, double& value) {
    const NumberStyle style{dialect.decimal, dialect.thousands};
    if (!parseNumberText(text, style, value)) return parseGroupedNumber(text, style, value);
    if (decided) return true;
    std::size_t digit = text.find_first_not_of(" +-");
    return text[digit] != '0' || digit + 1 == text.size() ||
           text.substr(digit).find_first_not_of("0123456789 ") != std::string_view::npos ||
           text.find_last_of("0123456789") == digit;
}

PieceResult parsePiece(const Piece& piece, const Layout& layout, const Pass& pass) {
    PieceSink sink(piece, pass);
    const bool regular = readRecords(piece.begin, piece.end, pass.dialect, layout.quoting, layout.literalFrom, sink);
    PieceResult result = sink.finish();
    result.regular = regular;
    return result;
}

}  // namespace holdout::csv
