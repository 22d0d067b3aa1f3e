// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include "base/job_context.h"
#include "data/profile.h"

namespace holdout {

/// How the columns of a table hang together. Over the rows where both cells are there.
struct Relations {
    std::vector<std::string> columns;  ///< numbers, categories and dates: the first 60 of the table
    /// Numbers and dates: Pearson's r. Two categories: Cramér's V with the bias correction of Bergsma (2013). A category
    /// and a number: the correlation ratio (eta). NaN where one does not vary, or categories are too many to cross.
    Eigen::MatrixXd association;
    Eigen::MatrixXd spearman;          ///< numbers and dates; NaN for others
    std::string target;                ///< empty without one
    /// Mutual information of each column with the target, in nats: of the cells counted together, numbers cut into ten
    /// classes of about equal size. 0 for the target itself; NaN where too many.
    std::vector<double> information;
    std::vector<Finding> findings;     ///< columns that give the target away, and classes that are rare
};

/// In parallel on the surrounding arena; the same bits on any number of threads. `task` is that of the target. Throws
/// Cancelled, and Error when there is no column `target`.
Relations relate(const Table& table, const std::string& target, std::optional<Task> task, JobContext& context);

/// How well one column alone tells the target, out of fold: rows dealt to five folds, numbers cut into 256 classes, and
/// in each class the majority (for regression: the mean) of the other four folds foretold.
/// Balanced accuracy, or R² for regression; NaN where the column or the target does not vary.
double scoreAlone(const Column& feature, const Column& target, Task task);

nlohmann::json relationsToJson(const Relations& relations);

}  // namespace holdout
