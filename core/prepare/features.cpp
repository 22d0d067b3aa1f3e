// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/format.h"
#include "prepare/recipe.h"
#include "prepare/step_columns.h"

namespace holdout {
namespace {

void requireNumeric(const Column& column) {
    const Place place{.column = column.name()};
    switch (column.type()) {
        case ColumnType::Number:
        case ColumnType::Image:
        case ColumnType::Sparse:
            break;
        case ColumnType::Category:
            throw Error("A model needs numbers, but this column holds categories.", place,
                        "Add the one-hot step, or ignore the column on the Data page.");
        case ColumnType::Text:
            throw Error("A model needs numbers, but this column holds text.", place,
                        "Add the tf-idf step, which makes features of its words, or ignore the column on the Data page.");
        case ColumnType::DateTime:
            throw Error("A model needs numbers, but this column holds dates.", place, "Ignore it on the Data page.");
    }
    if (column.missing().any())
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

std::vector<Block> blocksOf(const Table& table, std::vector<std::string>& names) {
    std::vector<Block> blocks;
    for (const ColumnPtr& column : table.columns()) {
        requireNumeric(*column);
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

void fillDense(const Table& table, const std::vector<Block>& blocks, Eigen::MatrixXd& values) {
    const auto rows = static_cast<Eigen::Index>(table.rows());
    forEachColumn(table.columnCount(), table.rows(), [&](std::size_t i) {
        const Column& column = table.column(i);
        if (column.type() == ColumnType::Number) {
            values.col(static_cast<Eigen::Index>(blocks[i].first)) =
                Eigen::Map<const Eigen::VectorXd>(column.numbers().data(), rows);
            return;
        }
        for (Eigen::Index row = 0; row < rows; ++row) {
            const auto pixels = column.images().at(static_cast<std::size_t>(row));
            for (std::size_t p = 0; p < pixels.size(); ++p)
                values(row, static_cast<Eigen::Index>(blocks[i].first + p)) = pixels[p] / 255.0;
        }
    });
}

SparseRows sparseOf(const Table& table, const std::vector<Block>& blocks, std::size_t width) {
    SparseRows result;
    result.width = width;
    result.offsets.reserve(table.rows() + 1);
    const auto push = [&](std::size_t column, double value) {
        if (value == 0) return;
        result.columns.push_back(static_cast<std::int32_t>(column));
        result.values.push_back(value);
    };
    for (std::size_t row = 0; row < table.rows(); ++row) {
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            const Column& column = table.column(i);
            if (column.type() == ColumnType::Number) {
                push(blocks[i].first, column.numbers()[row]);
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

Features toFeatures(const Table& table) {
    Features features;
    const std::vector<Block> blocks = blocksOf(table, features.names);
    requireFinite(table);
    const auto isSparse = [](const ColumnPtr& column) { return column->type() == ColumnType::Sparse; };
    if (std::ranges::any_of(table.columns(), isSparse)) {
        features.sparse = sparseOf(table, blocks, features.names.size());
        return features;
    }
    if (blocks.size() == 1) features.image = blocks.front().image;
    features.values.resize(static_cast<Eigen::Index>(table.rows()), features.columns());
    fillDense(table, blocks, features.values);
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
