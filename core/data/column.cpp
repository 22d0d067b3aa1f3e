// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/column.h"

#include <array>
#include <bit>
#include <cassert>

#include "base/error.h"
#include "base/format.h"

namespace holdout {
namespace {

constexpr std::array<std::string_view, 6> TypeNames = {"number", "category", "text", "date-time", "image", "sparse"};

std::size_t rowsOf(const Column::Values& values) {
    struct Counter {
        std::size_t operator()(const NumberValues& v) const { return v.values.size(); }
        std::size_t operator()(const CategoryValues& v) const { return v.codes.size(); }
        std::size_t operator()(const TextValues& v) const { return v.offsets.empty() ? 0 : v.offsets.size() - 1; }
        std::size_t operator()(const DateTimeValues& v) const { return v.micros.size(); }
        std::size_t operator()(const ImageValues& v) const { return v.sizes.size(); }
        std::size_t operator()(const SparseValues& v) const { return v.rows.rows(); }
    };
    return std::visit(Counter{}, values);
}

template <typename T>
std::vector<T> gathered(const std::vector<T>& values, std::span<const std::uint32_t> rows) {
    std::vector<T> result;
    result.reserve(rows.size());
    for (const std::uint32_t row : rows) result.push_back(values[row]);
    return result;
}

struct Gather {
    std::span<const std::uint32_t> rows;

    Column::Values operator()(const NumberValues& v) const { return NumberValues{gathered(v.values, rows)}; }
    Column::Values operator()(const CategoryValues& v) const {
        return CategoryValues{gathered(v.codes, rows), v.levels};
    }
    Column::Values operator()(const TextValues& v) const {
        TextValues result;
        result.offsets.reserve(rows.size() + 1);
        result.offsets.push_back(0);
        for (const std::uint32_t row : rows) {
            result.bytes += v.at(row);
            result.offsets.push_back(result.bytes.size());
        }
        return result;
    }
    Column::Values operator()(const DateTimeValues& v) const {
        return DateTimeValues{gathered(v.micros, rows), v.dateOnly};
    }
    Column::Values operator()(const ImageValues& v) const {
        ImageValues result;
        result.channels = v.channels;
        result.sizes = gathered(v.sizes, rows);
        result.offsets.reserve(rows.size() + 1);
        result.offsets.push_back(0);
        for (const std::uint32_t row : rows) {
            const auto image = v.at(row);
            result.pixels.insert(result.pixels.end(), image.begin(), image.end());
            result.offsets.push_back(result.pixels.size());
        }
        return result;
    }
    Column::Values operator()(const SparseValues& v) const { return SparseValues{v.rows.gather(rows), v.names}; }
};

}  // namespace

std::string_view columnTypeName(ColumnType type) {
    return TypeNames[static_cast<std::size_t>(type)];
}

ColumnType columnTypeFromName(std::string_view name) {
    for (std::size_t i = 0; i < TypeNames.size(); ++i)
        if (TypeNames[i] == name) return static_cast<ColumnType>(i);
    throw Error("There is no column type \"" + std::string(name) + "\".", {},
                "Use number, category, text or date-time.");
}

MissingMask::MissingMask(std::size_t rows, std::vector<std::uint64_t> bits) : m_rows(rows), m_bits(std::move(bits)) {
    assert(m_bits.empty() || m_bits.size() == (rows + 63) / 64);
    for (const std::uint64_t word : m_bits) m_count += static_cast<std::size_t>(std::popcount(word));
    if (m_count == 0) m_bits.clear();
}

void MissingMask::set(std::size_t row) {
    assert(row < m_rows);
    if (m_bits.empty()) m_bits.resize((m_rows + 63) / 64);
    std::uint64_t& word = m_bits[row >> 6];
    const std::uint64_t bit = std::uint64_t{1} << (row & 63);
    m_count += (word & bit) == 0;
    word |= bit;
}

MissingMask MissingMask::gather(std::span<const std::uint32_t> rows) const {
    MissingMask result(rows.size());
    if (!any()) return result;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if ((*this)[rows[i]]) result.set(i);
    return result;
}

Column::Column(std::string name, Values values, MissingMask missing)
    : m_name(std::move(name)), m_values(std::move(values)), m_missing(std::move(missing)), m_rows(rowsOf(m_values)) {
    if (auto* texts = std::get_if<TextValues>(&m_values); texts && texts->offsets.empty()) texts->offsets.push_back(0);
    assert(!m_missing.any() || m_missing.rows() == m_rows);
}

ColumnPtr Column::numbers(std::string name, std::vector<double> values, MissingMask missing) {
    return std::make_shared<const Column>(std::move(name), NumberValues{std::move(values)}, std::move(missing));
}

ColumnPtr Column::categories(std::string name, std::vector<std::uint32_t> codes, std::vector<std::string> levels,
                             MissingMask missing) {
    auto shared = std::make_shared<const std::vector<std::string>>(std::move(levels));
    return std::make_shared<const Column>(std::move(name), CategoryValues{std::move(codes), std::move(shared)},
                                          std::move(missing));
}

ColumnPtr Column::textsOf(std::string name, std::span<const std::string> cells, MissingMask missing) {
    TextValues values;
    values.offsets.reserve(cells.size() + 1);
    values.offsets.push_back(0);
    for (const std::string& cell : cells) {
        values.bytes += cell;
        values.offsets.push_back(values.bytes.size());
    }
    return std::make_shared<const Column>(std::move(name), std::move(values), std::move(missing));
}

std::string Column::cellText(std::size_t row) const {
    if (isMissing(row)) return {};
    switch (type()) {
        case ColumnType::Number:
            return formatExact(numbers()[row]);
        case ColumnType::Category:
            return levels()[codes()[row]];
        case ColumnType::Text:
            return std::string(texts().at(row));
        case ColumnType::DateTime:
            return formatDateTime(dateTimes().micros[row], dateTimes().dateOnly);
        case ColumnType::Image:
            return std::to_string(images().sizes[row].width) + " × " + std::to_string(images().sizes[row].height);
        case ColumnType::Sparse:
            return std::to_string(sparse().rows.columnsOf(row).size()) + " of " + std::to_string(sparse().rows.width);
    }
    return {};
}

std::size_t Column::bytes() const {
    struct Counter {
        std::size_t operator()(const NumberValues& v) const { return v.values.size() * sizeof(double); }
        std::size_t operator()(const CategoryValues& v) const {
            std::size_t sum = v.codes.size() * sizeof(std::uint32_t);
            for (const std::string& level : *v.levels) sum += sizeof level + level.size();
            return sum;
        }
        std::size_t operator()(const TextValues& v) const {
            return v.offsets.size() * sizeof(std::uint64_t) + v.bytes.size();
        }
        std::size_t operator()(const DateTimeValues& v) const { return v.micros.size() * sizeof(std::int64_t); }
        std::size_t operator()(const ImageValues& v) const {
            return v.sizes.size() * (sizeof(ImageSize) + sizeof(std::uint64_t)) + v.pixels.size();
        }
        std::size_t operator()(const SparseValues& v) const { return v.rows.bytes(); }
    };
    return std::visit(Counter{}, m_values) + (m_missing.any() ? (m_rows + 7) / 8 : 0);
}

ColumnPtr Column::gather(std::span<const std::uint32_t> rows) const {
    return std::make_shared<const Column>(m_name, std::visit(Gather{rows}, m_values), m_missing.gather(rows));
}

ColumnPtr Column::renamed(std::string name) const {
    return std::make_shared<const Column>(std::move(name), m_values, m_missing);
}

bool naturalLess(std::string_view a, std::string_view b) {
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (isDigit(a[i]) && isDigit(b[j])) {
            const std::size_t zerosA = std::min(a.find_first_not_of('0', i), a.size());
            const std::size_t zerosB = std::min(b.find_first_not_of('0', j), b.size());
            std::size_t endA = zerosA;
            std::size_t endB = zerosB;
            while (endA < a.size() && isDigit(a[endA])) ++endA;
            while (endB < b.size() && isDigit(b[endB])) ++endB;
            if (endA - zerosA != endB - zerosB) return endA - zerosA < endB - zerosB;
            const int order = a.substr(zerosA, endA - zerosA).compare(b.substr(zerosB, endB - zerosB));
            if (order != 0) return order < 0;
            i = endA;
            j = endB;
        } else if (a[i] != b[j]) {
            // Unsigned bytes of UTF-8 sort as their code points do.
            return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
        } else {
            ++i;
            ++j;
        }
    }
    if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
    return a < b;  // "01" and "1": equal by value, still two different texts
}

}  // namespace holdout
