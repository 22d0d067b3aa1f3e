// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cassert>
#include <limits>
#include <unordered_map>

#include "base/format.h"
#include "prepare/recipe.h"
#include "prepare/step_columns.h"

namespace holdout {
namespace {

void requireNumeric(const Column& column, RawCells raw) {
    const Place place{.column = column.name()};
    switch (column.type()) {
        case ColumnType::Number:
        case ColumnType::Image:
        case ColumnType::Sparse:
            break;
        case ColumnType::Category:
            if (raw.categories) break;
            throw Error("A model needs numbers, but this column holds categories.", place,
                        "Add the one-hot step, or ignore the column on the Data page.");
        case ColumnType::Text:
            throw Error("A model needs numbers, but this column holds text.", place,
                        "Add the tf-idf step, which makes features of its words, or ignore the column on the Data page.");
        case ColumnType::DateTime:
            throw Error("A model needs numbers, but this column holds dates.", place, "Ignore it on the Data page.");
    }
    const bool isCell = column.type() == ColumnType::Number || column.type() == ColumnType::Category;
    if (column.missing().any() && !(raw.missing && isCell))
        throw Error(formatCount(static_cast<std::int64_t>(column.missing().count())) + " of " +
                        formatCount(static_cast<std::int64_t>(column.rows())) +
                        " cells are still missing after the last step.",
                    place, "Add the impute step, or ignore the column on the Data page.");
}

/// The one shape of all pictures of a column.
ImageShape shapeOf(const Column& column) {
    const ImageValues& images = column.images();
    ImageShape shape{.channels = images.channels};
    if (images.sizes.empty()) return shape;
    shape.height = images.sizes.front().height;
    shape.width = images.sizes.front().width;
    const auto other = std::ranges::find_if(images.sizes, [&](const ImageSize& s) { return s != images.sizes.front(); });
    if (other != images.sizes.end())
        throw Error("The images are of different sizes: " + column.cellText(0) + " in the first row and " +
                        column.cellText(static_cast<std::size_t>(other - images.sizes.begin())) + " here.",
                    {.row = other - images.sizes.begin() + 1, .column = column.name()},
                    "Add the image step, which makes them of one size.");
    return shape;
}

/// The features that one column of a table becomes: how many, and their names.
struct Block {
    std::size_t first = 0;
    std::size_t width = 1;
    std::optional<ImageShape> image;
};

std::vector<Block> blocksOf(const Table& table, RawCells raw, std::vector<std::string>& names) {
    std::vector<Block> blocks;
    for (const ColumnPtr& column : table.columns()) {
        requireNumeric(*column, raw);
        Block block{.first = names.size(), .width = 1, .image = {}};
        if (column->type() == ColumnType::Sparse) {
            block.width = column->sparse().rows.width;
            names.insert(names.end(), column->sparse().names->begin(), column->sparse().names->end());
        } else if (column->type() == ColumnType::Image) {
            block.image = shapeOf(*column);
            block.width = static_cast<std::size_t>(block.image->height) * static_cast<std::size_t>(block.image->width) *
                          static_cast<std::size_t>(block.image->channels);
            for (std::size_t i = 0; i < block.width; ++i) names.push_back(column->name() + "[" + std::to_string(i) + "]");
        } else {
            names.push_back(column->name());
        }
        blocks.push_back(block);
    }
    return blocks;
}

/// The labels that at least one row has: the column's list may hold those of held-out rows too.
std::vector<std::string> labelsOf(const Column& column) {
    std::vector<char> seen(column.levels().size(), false);
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (!column.isMissing(row)) seen[column.codes()[row]] = true;
    std::vector<std::string> labels;
    for (std::size_t code = 0; code < seen.size(); ++code)
        if (seen[code]) labels.push_back(column.levels()[code]);
    return labels;
}

/// Null when no column is of categories.
std::shared_ptr<const FeatureLevels> levelsOf(const Table& table, const std::vector<Block>& blocks, std::size_t width) {
    std::shared_ptr<FeatureLevels> levels;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (table.column(i).type() != ColumnType::Category) continue;
        if (!levels) levels = std::make_shared<FeatureLevels>(width);
        (*levels)[blocks[i].first] = labelsOf(table.column(i));
    }
    return levels;
}

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Numbers as they are, categories as places in `labels`; NaN where nothing is known.
std::vector<double> cellsOf(const Column& column, const std::vector<std::string>& labels) {
    std::vector<double> cells;
    if (column.type() == ColumnType::Number) {
        cells.assign(column.numbers().begin(), column.numbers().end());
    } else {
        std::unordered_map<std::string_view, double> places;
        for (const std::string& label : labels) places.emplace(label, static_cast<double>(places.size()));
        std::vector<double> placeOf;
        for (const std::string& level : column.levels()) {
            const auto found = places.find(level);
            placeOf.push_back(found == places.end() ? kUnknown : found->second);
        }
        cells.reserve(column.rows());
        for (const std::uint32_t code : column.codes()) cells.push_back(placeOf.empty() ? kUnknown : placeOf[code]);
    }
    for (std::size_t row = 0; column.missing().any() && row < cells.size(); ++row)
        if (column.isMissing(row)) cells[row] = kUnknown;
    return cells;
}

/// As cellsOf, for each column that is one feature; empty for others.
std::vector<std::vector<double>> allCells(const Table& table, const std::vector<Block>& blocks,
                                          const FeatureLevels* levels) {
    std::vector<std::vector<double>> cells(blocks.size());
    forEachColumn(table.columnCount(), table.rows(), [&](std::size_t i) {
        const ColumnType type = table.column(i).type();
        if (type == ColumnType::Number || type == ColumnType::Category)
            cells[i] = cellsOf(table.column(i),
                               levels ? (*levels)[blocks[i].first] : std::vector<std::string>{});
    });
    return cells;
}

void fillDense(const Table& table, const std::vector<Block>& blocks, const FeatureLevels* levels,
               Eigen::MatrixXd& values) {
    const auto rows = static_cast<Eigen::Index>(table.rows());
    forEachColumn(table.columnCount(), table.rows(), [&](std::size_t i) {
        const Column& column = table.column(i);
        const auto first = static_cast<Eigen::Index>(blocks[i].first);
        if (column.type() == ColumnType::Number && !column.missing().any()) {
            values.col(first) = Eigen::Map<const Eigen::VectorXd>(column.numbers().data(), rows);
            return;
        }
        if (column.type() != ColumnType::Image) {
            const std::vector<double> cells =
                cellsOf(column, levels ? (*levels)[blocks[i].first] : std::vector<std::string>{});
            values.col(first) = Eigen::Map<const Eigen::VectorXd>(cells.data(), rows);
            return;
        }
        for (Eigen::Index row = 0; row < rows; ++row) {
            const auto pixels = column.images().at(static_cast<std::size_t>(row));
            for (std::size_t p = 0; p < pixels.size(); ++p)
                values(row, first + static_cast<Eigen::Index>(p)) = pixels[p] / 255.0;
        }
    });
}

SparseRows sparseOf(const Table& table, const std::vector<Block>& blocks, const FeatureLevels* levels,
                    std::size_t width) {
    SparseRows result;
    result.width = width;
    result.offsets.reserve(table.rows() + 1);
    const std::vector<std::vector<double>> cells = allCells(table, blocks, levels);
    const auto push = [&](std::size_t column, double value) {
        if (value == 0) return;
        result.columns.push_back(static_cast<std::int32_t>(column));
        result.values.push_back(value);
    };
    for (std::size_t row = 0; row < table.rows(); ++row) {
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            const Column& column = table.column(i);
            if (!cells[i].empty()) {
                push(blocks[i].first, cells[i][row]);
            } else if (column.type() == ColumnType::Image) {
                const auto pixels = column.images().at(row);
                for (std::size_t p = 0; p < pixels.size(); ++p) push(blocks[i].first + p, pixels[p] / 255.0);
            } else {
                const auto columns = column.sparse().rows.columnsOf(row);
                const auto values = column.sparse().rows.valuesOf(row);
                for (std::size_t k = 0; k < columns.size(); ++k)
                    push(blocks[i].first + static_cast<std::size_t>(columns[k]), values[k]);
            }
        }
        result.endRow();
    }
    return result;
}

void requireFinite(const Table& table) {
    std::vector<char> finite(table.columnCount(), 1);
    forEachColumn(table.columnCount(), table.rows(), [&](std::size_t i) {
        if (table.column(i).type() != ColumnType::Number) return;
        finite[i] = Eigen::Map<const Eigen::VectorXd>(table.column(i).numbers().data(),
                                                      static_cast<Eigen::Index>(table.rows()))
                        .allFinite();
    });
    for (std::size_t i = 0; i < finite.size(); ++i)
        if (!finite[i])
            throw Error("This column holds a value that is infinite or no number.", {.column = table.column(i).name()},
                        "Mend or remove the cell in the file, or ignore the column on the Data page.");
}

}  // namespace

Features toFeatures(const Table& table, RawCells raw, std::shared_ptr<const FeatureLevels> known) {
    Features features;
    const std::vector<Block> blocks = blocksOf(table, raw, features.names);
    requireFinite(table);
    features.levels = known ? std::move(known) : levelsOf(table, blocks, features.names.size());
    assert(!features.levels || features.levels->size() == features.names.size());
    const auto isSparse = [](const ColumnPtr& column) { return column->type() == ColumnType::Sparse; };
    if (std::ranges::any_of(table.columns(), isSparse)) {
        features.sparse = sparseOf(table, blocks, features.levels.get(), features.names.size());
        return features;
    }
    if (blocks.size() == 1) features.image = blocks.front().image;
    features.values.resize(static_cast<Eigen::Index>(table.rows()), features.columns());
    fillDense(table, blocks, features.levels.get(), features.values);
    return features;
}

Features dense(Features features) {
    if (!features.sparse) return features;
    const SparseRows& sparse = *features.sparse;
    const double bytes = static_cast<double>(sparse.rows()) * static_cast<double>(sparse.width) * sizeof(double);
    if (bytes > static_cast<double>(mostDenseBytes))
        throw Error(formatCount(static_cast<std::int64_t>(sparse.rows())) + " rows of " +
                        formatCount(static_cast<std::int64_t>(sparse.width)) +
                        " sparse features would take " + formatNumber(bytes / 1e9, 3) + " GB as a dense matrix.",
                    {}, "Keep fewer terms, or choose a model that takes sparse features.");
    features.values.setZero(static_cast<Eigen::Index>(sparse.rows()), static_cast<Eigen::Index>(sparse.width));
    for (std::size_t row = 0; row < sparse.rows(); ++row) {
        const auto columns = sparse.columnsOf(row);
        const auto values = sparse.valuesOf(row);
        for (std::size_t k = 0; k < columns.size(); ++k)
            features.values(static_cast<Eigen::Index>(row), columns[k]) = values[k];
    }
    features.sparse.reset();
    return features;
}

}  // namespace holdout
