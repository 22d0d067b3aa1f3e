// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/arff_reader.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "base/format.h"
#include "base/parallel.h"
#include "data/arff_header.h"
#include "data/cell_column.h"
#include "data/clean_text.h"
#include "data/date_pattern.h"
#include "data/number_text.h"

namespace holdout {

using namespace arff;

namespace {

constexpr std::uint32_t NoCode = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t NoTime = std::numeric_limits<std::int64_t>::min();

/// The cells of one attribute in one piece of the file; the member that its kind needs is filled.
struct Cells {
    std::vector<double> numbers;       ///< NaN where missing
    std::vector<std::uint32_t> codes;  ///< NoCode where missing
    std::vector<std::int64_t> micros;  ///< NoTime where missing
    CellColumn texts;
};

struct PieceCells {
    std::vector<Cells> columns;
    std::vector<double> weights;  ///< empty while no row has one
    std::size_t rows = 0;
};

/// Reads the rows of one piece.
class PieceReader {
public:
    PieceReader(const Header& header, const ReadOptions& options, const csv::MissingCodes& codes, CellBudget& budget,
                const std::string& name)
        : m_header(header), m_options(options), m_codes(codes), m_budget(budget), m_place{.file = name} {}

    PieceCells read(std::string_view piece, std::int64_t line) {
        m_cells.columns.resize(m_header.attributes.size());
        for (; !piece.empty(); ++line) {
            const std::size_t end = std::min(piece.size(), piece.find('\n'));
            const std::string_view row = trimmed(piece.substr(0, end));
            piece.remove_prefix(std::min(piece.size(), end + 1));
            if (row.empty() || row.front() == '%') continue;
            m_place.row = line;
            LineReader reader(row, m_place);
            if (row.front() == '{')
                sparseRow(reader);
            else
                denseRow(reader, row);
            ++m_cells.rows;
        }
        return std::move(m_cells);
    }

private:
    void denseRow(LineReader& line, std::string_view row) {
        const std::size_t columns = m_header.attributes.size();
        // Weka takes blanks for delimiters as well.
        const bool blanks = columns > 1 && row.find(',') == std::string_view::npos;
        const std::string_view stops = blanks ? " \t" : ",\t";
        for (std::size_t c = 0; c < columns; ++c) {
            if (c > 0 && !line.take(',') && !blanks && line.atEnd()) tooFew(c);
            if (c > 0 && blanks && line.atEnd()) tooFew(c);
            bool wasQuoted = false;
            const std::string cell = line.word(stops, wasQuoted);
            add(c, cell, wasQuoted);
        }
        endRow(line);
    }

    void sparseRow(LineReader& line) {
        line.take('{');
        std::size_t next = 0;  // the first attribute that has no cell yet
        bool wasQuoted = false;
        while (!line.take('}')) {
            const std::string index = line.word(" \t,}", wasQuoted);
            double at = 0;
            if (!parseNumberText(index, {}, at) || at != std::floor(at) || at < static_cast<double>(next) ||
                at >= static_cast<double>(m_header.attributes.size()))
                throw Error("The index \"" + index + "\" of a sparse row is none that can stand here.", m_place,
                            "Indices begin with 0, rise within a row and are less than the number of attributes.");
            const auto column = static_cast<std::size_t>(at);
            addZeros(next, column);
            const std::string cell = line.word(",}", wasQuoted);
            add(column, cell, wasQuoted);
            next = column + 1;
            if (line.take(',')) continue;
            if (line.take('}')) break;
            throw Error("A sparse row does not end.", m_place, "Close it with a brace: }.");
        }
        addZeros(next, m_header.attributes.size());
        endRow(line);
    }

    /// A weight may follow: ", {0.5}".
    void endRow(LineReader& line) {
        double weight = 1;
        bool hasWeight = false;
        bool wasQuoted = false;
        line.take(',');
        if (line.take('{')) {
            const std::string text = line.word("}", wasQuoted);
            hasWeight = parseNumberText(text, {}, weight) && line.take('}');
            if (!hasWeight)
                throw Error("The weight of a row is no number.", m_place, "Write it as {0.5} at the end of the row.");
        }
        if (!line.atEnd())
            throw Error("The row has more cells than there are attributes (" +
                            std::to_string(m_header.attributes.size()) + ").",
                        m_place, "Quote cells that hold commas or blanks.");
        if (hasWeight && m_cells.weights.empty()) m_cells.weights.assign(m_cells.rows, 1.0);
        if (hasWeight || !m_cells.weights.empty()) m_cells.weights.push_back(weight);
    }

    [[noreturn]] void tooFew(std::size_t cells) const {
        throw Error("The row has " + std::to_string(cells) + " cells where " +
                        std::to_string(m_header.attributes.size()) + " attributes are declared.",
                    m_place, "Write ? for a missing cell.");
    }

    /// What a sparse row does not name: 0, or the first level; no text and no date is the zero of its kind.
    void addZeros(std::size_t from, std::size_t to) {
        if (from >= to) return;
        m_budget.charge((to - from) * sizeof(double));
        for (std::size_t c = from; c < to; ++c) {
            Cells& cells = m_cells.columns[c];
            switch (m_header.attributes[c].kind) {
                case Kind::Numeric:
                    cells.numbers.push_back(0);
                    break;
                case Kind::Nominal:
                    cells.codes.push_back(0);
                    break;
                case Kind::String:
                    cells.texts.addMissing();
                    break;
                case Kind::Date:
                    cells.micros.push_back(NoTime);
                    break;
            }
        }
    }

    void add(std::size_t index, const std::string& cell, bool wasQuoted) {
        const Attribute& attribute = m_header.attributes[index];
        Cells& cells = m_cells.columns[index];
        const bool isMissing = !wasQuoted && (cell == "?" || cell.empty());
        switch (attribute.kind) {
            case Kind::Numeric:
                cells.numbers.push_back(isMissing ? std::nan("") : numberOf(attribute, cell));
                break;
            case Kind::Nominal:
                cells.codes.push_back(isMissing || isGivenCode(cell) ? NoCode : codeOf(attribute, cell));
                break;
            case Kind::String:
                isMissing || isGivenCode(cell) ? cells.texts.addMissing() : cells.texts.addText(cell);
                break;
            case Kind::Date:
                cells.micros.push_back(isMissing ? NoTime : timeOf(attribute, cell));
                break;
        }
    }

    bool isGivenCode(const std::string& cell) const {
        return m_options.missing &&
               std::find(m_options.missing->begin(), m_options.missing->end(), cell) != m_options.missing->end();
    }

    double numberOf(const Attribute& attribute, const std::string& cell) const {
        double value = 0;
        if (parseNumberText(cell, {}, value)) return m_codes.isCode(value) ? std::nan("") : value;
        if (m_codes.amongNumbers(cell)) return std::nan("");
        throw Error("\"" + cell + "\" is no number.", at(attribute), "Write ? for a missing cell.");
    }

    std::uint32_t codeOf(const Attribute& attribute, const std::string& cell) const {
        const auto code = attribute.codes.find(cell);
        if (code != attribute.codes.end()) return code->second;
        const std::string near = nearest(cell, attribute.levels);
        throw Error("\"" + cell + "\" is none of the values that the attribute declares.", at(attribute),
                    near.empty() ? "Add it to the attribute's declaration." : "Did you mean \"" + near + "\"?");
    }

    std::int64_t timeOf(const Attribute& attribute, const std::string& cell) const {
        std::int64_t micros = 0;
        if (parseDateByPattern(cell, attribute.pattern, micros)) return micros;
        throw Error("\"" + cell + "\" is no date as the attribute declares them (" + attribute.pattern + ").",
                    at(attribute), "Write it so, or ? for a missing cell.");
    }

    Place at(const Attribute& attribute) const {
        Place place = m_place;
        place.column = attribute.name;
        return place;
    }

    const Header& m_header;
    const ReadOptions& m_options;
    const csv::MissingCodes& m_codes;
    CellBudget& m_budget;
    Place m_place;
    PieceCells m_cells;
};

/// The parts of all pieces one after another; `lacks` tells what stands for a missing cell and becomes `zero`.
template <typename T, typename Lacks>
std::vector<T> joined(std::vector<PieceCells>& pieces, std::size_t column, std::vector<T> Cells::*member,
                      std::size_t rows, MissingMask& missing, const Lacks& lacks) {
    std::vector<T> all;
    all.reserve(rows);
    for (PieceCells& piece : pieces) {
        std::vector<T>& part = piece.columns[column].*member;
        all.insert(all.end(), part.begin(), part.end());
        std::vector<T>().swap(part);
    }
    for (std::size_t row = 0; row < all.size(); ++row) {
        if (!lacks(all[row])) continue;
        missing.set(row);
        all[row] = T{};
    }
    return all;
}

ColumnPtr makeColumn(const Attribute& attribute, const std::string& name, std::vector<PieceCells>& pieces,
                     std::size_t index, std::size_t rows) {
    MissingMask missing(rows);
    switch (attribute.kind) {
        case Kind::Numeric: {
            auto values = joined(pieces, index, &Cells::numbers, rows, missing, [](double v) { return std::isnan(v); });
            return Column::numbers(name, std::move(values), std::move(missing));
        }
        case Kind::Nominal: {
            auto codes =
                joined(pieces, index, &Cells::codes, rows, missing, [](std::uint32_t c) { return c == NoCode; });
            return Column::categories(name, std::move(codes), attribute.levels, std::move(missing));
        }
        case Kind::Date: {
            auto micros =
                joined(pieces, index, &Cells::micros, rows, missing, [](std::int64_t t) { return t == NoTime; });
            return std::make_shared<const Column>(
                name, DateTimeValues{std::move(micros), !patternHasTime(attribute.pattern)}, std::move(missing));
        }
        case Kind::String:
            break;
    }
    CellColumn all;
    for (PieceCells& piece : pieces) {
        all.append(piece.columns[index].texts);
        piece.columns[index].texts = {};
    }
    return all.asTexts(name);
}

void addWeights(std::vector<ColumnPtr>& columns, const std::vector<PieceCells>& pieces, const std::string& file,
                Warnings& warnings) {
    if (std::none_of(pieces.begin(), pieces.end(), [](const PieceCells& piece) { return !piece.weights.empty(); }))
        return;
    std::vector<double> weights;
    for (const PieceCells& piece : pieces) {
        if (piece.weights.empty())
            weights.insert(weights.end(), piece.rows, 1.0);
        else
            weights.insert(weights.end(), piece.weights.begin(), piece.weights.end());
    }
    std::string name = "weight";
    const auto taken = [&] {
        return std::any_of(columns.begin(), columns.end(), [&](const ColumnPtr& c) { return c->name() == name; });
    };
    while (taken()) name += "_";
    warnings.push_back({"Rows have weights; they are in the column \"" + name + "\", which may be given that role.",
                        {.file = file, .column = name}});
    columns.push_back(Column::numbers(name, std::move(weights)));
}

void checkDatePatterns(const Header& header, const std::string& file) {
    for (const Attribute& attribute : header.attributes)
        if (attribute.kind == Kind::Date && !isDatePattern(attribute.pattern))
            throw Error("The date pattern \"" + attribute.pattern + "\" cannot be read.",
                        {.file = file, .column = attribute.name}, "Use y, M, d, H, m, s, S and Z, as in yyyy-MM-dd.");
}

std::vector<PieceCells> readPieces(std::string_view data, const Header& header, const ReadOptions& options,
                                   const csv::MissingCodes& codes, const std::string& name, std::uint64_t bytes,
                                   JobContext& context) {
    const std::vector<std::string_view> pieces = linePieces(data);
    std::vector<std::int64_t> lines(pieces.size(), header.dataLine);
    parallelFor(pieces.size(), [&](std::size_t i) {
        if (i + 1 < lines.size()) lines[i + 1] = std::count(pieces[i].begin(), pieces[i].end(), '\n');
    });
    for (std::size_t i = 1; i < lines.size(); ++i) lines[i] += lines[i - 1];
    CellBudget budget(bytes, name);
    std::vector<PieceCells> cells(pieces.size());
    std::atomic<std::size_t> finished = 0;
    parallelFor(pieces.size(), [&](std::size_t i) {
        context.throwIfStopped();
        cells[i] = PieceReader(header, options, codes, budget, name).read(pieces[i], lines[i]);
        context.progress.report(static_cast<double>(++finished) / static_cast<double>(pieces.size()),
                                "Reading the file");
    });
    return cells;
}

}  // namespace

bool isArff(const FileSource& source) {
    if (source.isFolder) return false;
    if (source.kindName.ends_with(".arff")) return true;
    std::string_view text = source.bytes.substr(0, 64 * 1024);
    while (!text.empty()) {
        const std::size_t end = std::min(text.size(), text.find('\n'));
        const std::string_view line = trimmed(text.substr(0, end));
        if (!line.empty() && line.front() != '%') {
            const std::string keyword = lowered(line.substr(0, 10));
            return keyword.starts_with("@relation") || keyword.starts_with("@attribute");
        }
        text.remove_prefix(std::min(text.size(), end + 1));
    }
    return false;
}

ReadResult readArff(const FileSource& source, const ReadOptions& options, JobContext& context) {
    ReadResult result;
    result.format.kind = "arff";
    std::string buffer;
    const std::string_view text = utf8Of(source.bytes, buffer, result.format);
    const Header header = readHeader(text, source.name);
    checkDatePatterns(header, source.name);
    const csv::MissingCodes codes(options.missing, '.');
    std::vector<PieceCells> pieces =
        readPieces(text.substr(header.dataBegin), header, options, codes, source.name, source.bytes.size(), context);
    std::size_t rows = 0;
    for (const PieceCells& piece : pieces) rows += piece.rows;
    if (rows == 0)
        throw Error("The file holds a header and no rows.", {.file = source.name}, "Choose a file with data.");
    std::vector<std::string> names;
    for (const Attribute& attribute : header.attributes) names.push_back(attribute.name);
    names = csv::distinctNames(std::move(names), source.name, result.warnings);
    checkTypedNames({codes, options.types, source.name}, names);
    std::vector<ColumnPtr> columns(names.size());
    parallelFor(columns.size(), [&](std::size_t c) {
        columns[c] = makeColumn(header.attributes[c], names[c], pieces, c, rows);
        std::size_t lost = 0;
        if (const auto type = options.types.find(names[c]); type != options.types.end())
            columns[c] = retyped(columns[c], type->second, lost);
    });
    addWeights(columns, pieces, source.name, result.warnings);
    result.format.missing = codes.list();
    result.table = Table(std::move(columns), rows);
    return result;
}

}  // namespace holdout
