// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/relations.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "base/parallel.h"
#include "data/association.h"
#include "data/cells.h"

namespace holdout {
namespace {

constexpr double NotKnown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t MostColumns = 60;
constexpr std::size_t InformationClasses = 10;
constexpr std::size_t LeakClasses = 256;
constexpr std::size_t LeakFolds = 5;

bool isNumeric(const Column& column) {
    return column.type() == ColumnType::Number || column.type() == ColumnType::DateTime;
}

bool isCompared(const Column& column) {
    return isNumeric(column) || column.type() == ColumnType::Category;
}

/// What pairs of columns are computed from, made once for each column.
struct Prepared {
    const Column* column;
    RankedColumn ranked;  ///< of numbers and dates
    CodedRows coded;      ///< of categories
};

std::size_t foldOf(std::size_t row) {
    return addToHash(0, row) % LeakFolds;
}

/// Balanced accuracy of the majority of the other folds, from counts by fold, class of the feature and class of the target.
double balancedAccuracy(const std::vector<double>& counts, std::size_t bins, std::size_t labels) {
    const auto at = [&](std::size_t fold, std::size_t bin, std::size_t label) { return counts[(fold * bins + bin) * labels + label]; };
    std::vector<double> right(labels), all(labels);
    std::vector<double> others(labels), whole(labels);
    for (std::size_t fold = 0; fold < LeakFolds; ++fold) {
        std::fill(whole.begin(), whole.end(), 0.0);
        for (std::size_t f = 0; f < LeakFolds; ++f)
            for (std::size_t bin = 0; f != fold && bin < bins; ++bin)
                for (std::size_t label = 0; label < labels; ++label) whole[label] += at(f, bin, label);
        for (std::size_t bin = 0; bin < bins; ++bin) {
            for (std::size_t label = 0; label < labels; ++label) {
                others[label] = 0;
                for (std::size_t f = 0; f < LeakFolds; ++f)
                    if (f != fold) others[label] += at(f, bin, label);
            }
            const bool isSeen = std::any_of(others.begin(), others.end(), [](double count) { return count > 0; });
            const std::vector<double>& votes = isSeen ? others : whole;
            const auto told = static_cast<std::size_t>(std::max_element(votes.begin(), votes.end()) - votes.begin());
            right[told] += at(fold, bin, told);
            for (std::size_t label = 0; label < labels; ++label) all[label] += at(fold, bin, label);
        }
    }
    double sum = 0, present = 0;
    for (std::size_t label = 0; label < labels; ++label)
        if (all[label] > 0) sum += right[label] / all[label], present += 1;
    return present > 1 ? sum / present : NotKnown;
}

double scoreClasses(const CodedRows& feature, const CodedRows& target) {
    const std::size_t bins = feature.count + 1, labels = target.count;  // missing is a class of its own
    if (labels == 0 || bins > 4'000'000 / LeakFolds / labels) return NotKnown;
    std::vector<double> counts(LeakFolds * bins * labels);
    for (std::size_t row = 0; row < feature.codes.size(); ++row)
        if (target.codes[row] < labels) counts[(foldOf(row) * bins + feature.codes[row]) * labels + target.codes[row]] += 1;
    return balancedAccuracy(counts, bins, labels);
}

struct Sums {
    double n = 0, y = 0, yy = 0;
};

/// R² of the mean of the other folds.
double scoreNumbers(const CodedRows& feature, const Column& target) {
    const std::size_t bins = feature.count + 1;
    std::vector<Sums> parts(LeakFolds * bins);
    double n = 0, mean = 0;
    for (std::size_t row = 0; row < target.rows(); ++row)
        if (!target.isMissing(row)) n += 1, mean += target.numbers()[row];
    if (n < 2) return NotKnown;
    mean /= n;
    double total = 0;
    for (std::size_t row = 0; row < target.rows(); ++row) {
        if (target.isMissing(row)) continue;
        const double y = target.numbers()[row] - mean;
        Sums& part = parts[foldOf(row) * bins + feature.codes[row]];
        part.n += 1, part.y += y, part.yy += y * y;
        total += y * y;
    }
    double errors = 0;
    for (std::size_t fold = 0; fold < LeakFolds; ++fold)
        for (std::size_t bin = 0; bin < bins; ++bin) {
            Sums others;
            for (std::size_t f = 0; f < LeakFolds; ++f)
                if (f != fold) others.n += parts[f * bins + bin].n, others.y += parts[f * bins + bin].y;
            const double told = others.n > 0 ? others.y / others.n : 0;
            const Sums& here = parts[fold * bins + bin];
            errors += here.yy - 2 * told * here.y + here.n * told * told;
        }
    return total > 0 ? 1 - errors / total : NotKnown;
}

/// A target that is a class is coded by its values, whatever its type.
CodedRows codedTarget(const ColumnPtr& target, Task task) {
    std::size_t lost = 0;
    return task == Task::Classification ? codedRows(*retyped(target, ColumnType::Category, lost), 0)
                                        : codedRows(*target, InformationClasses);
}

void findLeaks(const Table& table, const ColumnPtr& target, Task task, const CodedRows& answer, JobContext& context,
               std::vector<Finding>& findings) {
    std::vector<double> scores(table.columnCount(), NotKnown);
    parallelFor(table.columnCount(), [&](std::size_t i) {
        context.throwIfStopped();
        const Column& column = table.column(i);
        if (&column == target.get() || !isCompared(column)) return;
        const CodedRows coded = codedRows(column, LeakClasses);
        scores[i] = task == Task::Classification ? scoreClasses(coded, answer) : scoreNumbers(coded, *target);
    });
    constexpr double NearlyPerfect = 0.98;
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (scores[i] >= NearlyPerfect)
            findings.push_back({table.column(i).name(),
                                "This column alone tells " + target->name() + " almost perfectly (" +
                                    (task == Task::Classification ? "balanced accuracy " : "R² ") + formatNumber(scores[i], 3) +
                                    " out of fold). Would it be known before the answer is? If not, a model must not see it.",
                                "", std::nullopt, Role::Ignored});
}

void findRareClasses(const Column& target, const CodedRows& coded, std::vector<Finding>& findings) {
    constexpr double Rare = 0.05;
    std::vector<std::int64_t> counts(coded.count);
    std::int64_t known = 0;
    for (const std::uint32_t code : coded.codes)
        if (code < coded.count) ++counts[code], ++known;
    std::int64_t least = known;
    for (const std::int64_t count : counts)
        if (count > 0) least = std::min(least, count);
    if (known == 0 || static_cast<double>(least) >= Rare * static_cast<double>(known)) return;
    findings.push_back({target.name(),
                        "The rarest class has " + formatCount(least) + " of " + formatCount(known) + " rows (" +
                            formatNumber(100.0 * static_cast<double>(least) / static_cast<double>(known), 2) +
                            " %): accuracy says little here; balanced accuracy, MCC or PR-AUC say more.",
                        ""});
}

void fillPairs(const std::vector<Prepared>& columns, Relations& result, JobContext& context) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t a = 0; a < columns.size(); ++a)
        for (std::size_t b = 0; b < a; ++b) pairs.emplace_back(a, b);
    parallelFor(pairs.size(), [&](std::size_t p) {
        context.throwIfStopped();
        const auto [a, b] = pairs[p];
        const Prepared &x = columns[a], &y = columns[b];
        double association = NotKnown, ranks = NotKnown;
        if (isNumeric(*x.column) && isNumeric(*y.column)) {
            association = pearson(x.ranked, y.ranked);
            ranks = spearman(x.ranked, y.ranked);
        } else if (!isNumeric(*x.column) && !isNumeric(*y.column)) {
            association = cramersV(crossed(x.coded, y.coded), y.coded.count);
        } else {
            association = isNumeric(*x.column) ? correlationRatio(y.coded, x.ranked) : correlationRatio(x.coded, y.ranked);
        }
        const auto i = static_cast<Eigen::Index>(a), j = static_cast<Eigen::Index>(b);
        result.association(i, j) = result.association(j, i) = association;
        result.spearman(i, j) = result.spearman(j, i) = ranks;
    });
}

nlohmann::json numberOrNull(double value) {
    return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
}

nlohmann::json matrixToJson(const Eigen::MatrixXd& matrix) {
    nlohmann::json rows = nlohmann::json::array();
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
        nlohmann::json row = nlohmann::json::array();
        for (Eigen::Index j = 0; j < matrix.cols(); ++j) row.push_back(numberOrNull(matrix(i, j)));
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace

double scoreAlone(const Column& feature, const Column& target, Task task) {
    const CodedRows coded = codedRows(feature, LeakClasses);
    if (task == Task::Regression) return target.type() == ColumnType::Number ? scoreNumbers(coded, target) : NotKnown;
    return scoreClasses(coded, codedTarget(std::make_shared<const Column>(target), task));
}

Relations relate(const Table& table, const std::string& target, std::optional<Task> task, JobContext& context) {
    Relations result;
    std::vector<Prepared> columns;
    for (const ColumnPtr& column : table.columns())
        if (isCompared(*column) && columns.size() < MostColumns) columns.push_back({column.get(), {}, {}});
    parallelFor(columns.size(), [&](std::size_t i) {
        context.throwIfStopped();
        if (isNumeric(*columns[i].column)) columns[i].ranked = rankedColumn(*columns[i].column);
        else columns[i].coded = codedRows(*columns[i].column, 0);
    });
    const auto size = static_cast<Eigen::Index>(columns.size());
    result.association = result.spearman = Eigen::MatrixXd::Constant(size, size, NotKnown);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto at = static_cast<Eigen::Index>(i);
        result.columns.push_back(columns[i].column->name());
        result.association(at, at) = 1;
        if (isNumeric(*columns[i].column)) result.spearman(at, at) = 1;
    }
    fillPairs(columns, result, context);
    if (target.empty()) return result;

    const ColumnPtr& answer = table.columnPtr(requireColumn(table, target, "target"));
    const Task chosen = task.value_or(guessTask(*answer));
    const CodedRows coded = codedTarget(answer, chosen);
    result.target = target;
    result.information.assign(columns.size(), 0);
    parallelFor(columns.size(), [&](std::size_t i) {
        context.throwIfStopped();
        if (columns[i].column == answer.get()) return;
        const bool isCategory = columns[i].column->type() == ColumnType::Category;
        const CodedRows feature = isCategory ? columns[i].coded : codedRows(*columns[i].column, InformationClasses);
        result.information[i] = mutualInformation(crossed(feature, coded), coded.count);
    });
    if (chosen == Task::Classification || answer->type() == ColumnType::Number)
        findLeaks(table, answer, chosen, coded, context, result.findings);
    if (chosen == Task::Classification) findRareClasses(*answer, coded, result.findings);
    return result;
}

nlohmann::json relationsToJson(const Relations& relations) {
    nlohmann::json information = nlohmann::json::object();
    for (std::size_t i = 0; i < relations.information.size(); ++i)
        if (relations.columns[i] != relations.target) information[relations.columns[i]] = numberOrNull(relations.information[i]);
    nlohmann::json json = {{"columns", relations.columns},
                           {"association", matrixToJson(relations.association)},
                           {"spearman", matrixToJson(relations.spearman)}};
    if (!relations.target.empty()) json["information"] = {{"target", relations.target}, {"nats", std::move(information)}};
    return json;
}

}  // namespace holdout
