// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "prepare/step.h"

namespace holdout {

/// One step of a recipe as the person configured it.
struct StepSpec {
    std::string id;
    ParamSet params;
    bool enabled = true;

    bool operator==(const StepSpec&) const = default;
};

/// Height × width × channels; a row of features holds the pixels row by row, each pixel's channels together.
struct ImageShape {
    int height = 0;
    int width = 0;
    int channels = 1;

    bool operator==(const ImageShape&) const = default;
};

class FreshRows;

/// Cells that a model takes as they are, without a step that makes numbers of them.
struct RawCells {
    bool missing = false;     ///< missing cells, as NaN
    bool categories = false;  ///< categories, as places in their list of labels

    bool operator==(const RawCells&) const = default;
};

/// The labels of each feature; none for one that is a number.
using FeatureLevels = std::vector<std::vector<std::string>>;

/// Numeric features, ready for a model, in one of two forms: dense, or sparse where a column of the table is.
struct Features {
    Eigen::MatrixXd values;                  ///< rows × columns, column-major, float64; empty when sparse
    std::vector<std::string> names;          ///< one a column
    std::optional<SparseRows> sparse = {};   ///< the same rows × columns in place of `values`
    std::optional<ImageShape> image = {};    ///< the columns are the pixels of one picture of this shape
    std::shared_ptr<const FreshRows> fresh = {};  ///< the rows to add in each epoch (prepare/fresh_rows.h); may be null
    /// Where a column has labels, its values are places in that list, or NaN where the category is missing or unknown.
    /// Null when all columns are numbers, as for models without RawCells::categories.
    std::shared_ptr<const FeatureLevels> levels = {};

    Eigen::Index rows() const { return sparse ? static_cast<Eigen::Index>(sparse->rows()) : values.rows(); }
    Eigen::Index columns() const { return static_cast<Eigen::Index>(names.size()); }
};

/// The same features in the dense form. Throws Error when they would take more memory than a machine can be
/// expected to have (`mostDenseBytes`).
Features dense(Features features);
inline constexpr std::size_t mostDenseBytes = std::size_t{4} << 30;

/// Which rows a fitted step saw: the ledger's entry.
struct StepRecord {
    std::string step;
    RowIds rowsSeen;  ///< sorted
    std::vector<std::string> learnt;
};

/// A recipe that has learnt from training rows. Immutable; threads may share it.
class FittedRecipe {
public:
    struct Part {
        StepSpec spec;
        std::shared_ptr<const FittedStep> fitted;
    };
    /// `inputs` and `inputTypes`: the columns of the training table, in order. `levels`: the labels of the features.
    FittedRecipe(std::vector<Part> parts, std::vector<std::string> inputs, std::vector<ColumnType> inputTypes,
                 std::vector<StepRecord> records, RawCells raw = {}, std::shared_ptr<const FeatureLevels> levels = {});

    /// Features of rows of any origin. Columns are found by name; others than the training table's are left aside,
    /// and one of another type is read as the training table's type (a file whose classes 1, 2, 3 look like numbers).
    /// Throws Error when a column is not numeric or still has missing cells after the last step (unless they are
    /// RawCells that it was fitted for), or when a column that was there in training is absent.
    Features apply(const Table& table, StepNotes& notes) const;
    /// The table after the first `count` fitted steps (all, when there are fewer): for the preview.
    Table applyFirst(const Table& table, std::size_t count, StepNotes& notes) const;

    const std::vector<StepRecord>& records() const { return m_records; }
    const std::vector<Part>& parts() const { return m_parts; }
    const std::vector<std::string>& inputs() const { return m_inputs; }
    const std::vector<ColumnType>& inputTypes() const { return m_inputTypes; }

    nlohmann::json save() const;
    /// Throws Error when `state` is not what `save` wrote.
    static std::shared_ptr<const FittedRecipe> load(const nlohmann::json& state, const StepRegistry& steps);

private:
    Table aligned(const Table& table, StepNotes& notes) const;

    std::vector<Part> m_parts;
    std::vector<std::string> m_inputs;
    std::vector<ColumnType> m_inputTypes;
    std::vector<StepRecord> m_records;
    RawCells m_raw;
    std::shared_ptr<const FeatureLevels> m_levels;
};

/// What fitting a recipe yields: the fitted recipe, and the training rows that are left, prepared.
struct RecipeFit {
    std::shared_ptr<const FittedRecipe> recipe;
    TrainingFrame training;  ///< after all steps
    Features features;       ///< of `training`
    StepNotes notes;
};

/// When the rows that augmenting steps add are made.
enum class AugmentRows {
    Once,      ///< they stand below the training rows
    EachEpoch  ///< they are left out, and `Features::fresh` makes others for each epoch
};

/// An ordered list of steps, not yet fitted.
class Recipe {
public:
    /// Throws Error when a step or parameter is unknown or wrong. Disabled steps are left out.
    Recipe(const std::vector<StepSpec>& specs, const StepRegistry& steps);
    /// Fits and applies each step in turn. `raw`: what the model takes as it is. Throws Error when a step leaves no
    /// training row, or as FittedRecipe::apply.
    RecipeFit fit(TrainingFrame training, JobContext& context, AugmentRows augment = AugmentRows::Once,
                  RawCells raw = {}) const;

private:
    struct Part {
        StepSpec spec;
        std::shared_ptr<const Step> step;
    };
    std::vector<Part> m_parts;
};

/// {"step": id, parameters …, "enabled": false when it is}
nlohmann::json stepToJson(const StepSpec& spec);
/// Throws Error naming the key.
StepSpec stepFromJson(const nlohmann::json& json, const StepRegistry& steps);

/// The steps that this table needs before any model can take it, in order: impute what is missing, standardize,
/// one-hot, terms of texts, images of one size. Standardize stands before one-hot so that indicator columns stay 0 and 1.
std::vector<StepSpec> suggestedRecipe(const Table& features);

/// Makes the numeric matrix of a table: sparse when one of its columns is. Pixels of images are divided by 255 and stand in
/// the order of ImageValues; images must be of one size. `raw`: what may be left in the table. `known`: the labels that
/// places count in, else each column's own; others than known ones are NaN. Throws Error as FittedRecipe::apply.
Features toFeatures(const Table& table, RawCells raw = {}, std::shared_ptr<const FeatureLevels> known = {});

}  // namespace holdout
