// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/job_context.h"
#include "metric/metric.h"
#include "param/param_set.h"
#include "prepare/recipe.h"

namespace holdout {

/// Coefficients of a model that is linear in its features, on the features' own scale.
struct Coefficients {
    std::vector<std::string> features;
    std::vector<std::string> outputs;  ///< one for regression and two classes, else one a class
    Eigen::MatrixXd weights;           ///< features × outputs
    Eigen::VectorXd intercepts;        ///< one an output
};

/// How much of what the model learnt rests on each feature.
struct Importances {
    std::vector<std::string> features;
    Eigen::VectorXd shares;  ///< one a feature, not negative; they sum to 1, or are all 0 when nothing was learnt
};

/// A decision tree as it can be drawn. Node 0 is the root; children come after their parent.
struct TreeView {
    struct Node {
        std::int32_t feature = -1;        ///< asked about, by its position in `features`; negative in a leaf
        double threshold = 0;             ///< rows with a value up to it go left
        std::vector<std::string> levels;  ///< of a category that is taken as it is: these go left, whatever the threshold
        std::int32_t left = -1, right = -1;
        double rows = 0;             ///< training rows that came here; NaN when it was not kept
        std::vector<double> values;  ///< what the tree answers for them on average, one an output
    };
    std::vector<std::string> features;
    std::string_view unit;  ///< of the values: "probability" of each class, "value", "log odds" or "score"
    std::vector<Node> nodes;
};

/// A window of weights that a network's first layer lays over pictures.
struct FilterView {
    std::string layer;
    ImageShape shape;
    std::vector<double> values;  ///< pixel by pixel, each pixel's channels together
};

/// What each feature adds to the answer for each row, so that base and contributions sum to it: Shapley values
/// (Lundberg, Lee 2017).
struct Contributions {
    std::string_view unit;                ///< in what the sums are: "value", "probability", "log odds" or "score"
    Eigen::VectorXd base;                 ///< the answer when nothing is known of a row, one an output
    std::vector<Eigen::MatrixXd> values;  ///< rows × features, one an output
};

/// What was learnt. Immutable; any number of threads may predict at once.
class Model {
public:
    virtual ~Model() = default;
    /// Requires the features that it was trained on, in that order, in a form that its ModelInfo accepts; rows are
    /// independent of one another.
    virtual Predictions predict(const Features& features) const = 0;
    virtual std::optional<Coefficients> coefficients() const { return std::nullopt; }
    virtual std::optional<Importances> importances() const { return std::nullopt; }
    /// Exact Shapley values, where the model has a quick way to them. Throws Cancelled.
    virtual std::optional<Contributions> contributions(const Features& features, const JobContext& context) const {
        (void)features, (void)context;
        return std::nullopt;
    }
    /// Loss by epoch, for models trained iteratively; else empty.
    virtual std::vector<TracePoint> trace() const { return {}; }
    /// What the layers of a network hold and give; else empty.
    virtual std::vector<LayerView> layers() const { return {}; }
    /// First-layer filters of a network that looks at pictures; else empty.
    virtual std::vector<FilterView> filters() const { return {}; }
    /// How many trees there are to draw, and one of them.
    virtual std::size_t treeCount() const { return 0; }
    virtual TreeView tree(std::size_t index) const {
        (void)index;
        return {};
    }
    /// What a person should know of the fit (did not converge …).
    virtual Warnings warnings() const { return {}; }
    /// One line: "8 of 9 coefficients are not zero", "784-128-10, best epoch 48".
    virtual std::string summary() const = 0;
    /// State that ModelInfo::load reads back to a model with the same predictions to the last bit.
    virtual nlohmann::json save() const = 0;
};

/// Rows to learn from. All parts have the same number of rows.
struct TrainingSet {
    const Features& features;
    const Target& target;
    const Eigen::VectorXd& weights;  ///< empty when all are 1
    /// What the parameter `startParameter` names, for models that can start from another; else null.
    const Model* start = nullptr;
};

class Estimator;

/// The parameter that may vary along a path: how strong the regularisation is, in every model that has one.
inline constexpr std::string_view pathParameter = "lambda";

/// Names the model to start from, in every model that can: "project.holdout#run", or a file.
inline constexpr std::string_view startParameter = "start_from";

/// Over how many epochs its schedule of learning rates is laid, in models whose schedule depends on that; 0: all of them.
inline constexpr std::string_view scheduleParameter = "schedule_epochs";

/// How many epochs a model trains at most, in every model that trains by epochs.
inline constexpr std::string_view epochParameter = "epochs";

/// The same of models that add one tree after another: each round is an epoch of their trace.
inline constexpr std::string_view roundParameter = "trees";

/// Optional ability: fitting many values of `pathParameter` in one pass, each model the same (to rounding) as
/// if it were fitted alone.
class PathFitter {
public:
    virtual ~PathFitter() = default;
    /// One model for each value, in the order of `values`. The bits depend on `values` as a whole, never on threads.
    virtual std::vector<std::shared_ptr<const Model>> fitPath(const TrainingSet& training,
                                                              const std::vector<double>& values,
                                                              JobContext& context) const = 0;
};

/// Optional ability: going on with a fitted model on new rows.
class Updater {
public:
    virtual ~Updater() = default;
    /// `model` after one pass over `rows`, which need the features, the classes and the scale of those it was fitted on. Rows are
    /// taken in their order. Throws Error when they do not fit.
    virtual std::shared_ptr<const Model> update(const Model& model, const TrainingSet& rows,
                                                JobContext& context) const = 0;
};

/// How often each row of a training set counts: 0 for held-out rows and 1 for the others of a fold, the number of draws
/// of a bootstrap resample. Rows are never copied.
using RowCounts = std::vector<std::uint16_t>;

/// Told the models of a fold when they are ready: from any thread, for several folds at once.
using FoldModels = std::function<void(std::size_t fold, std::vector<std::shared_ptr<const Model>> models)>;

/// Optional ability: fitting on many folds or resamples of the same rows, sharing the work that they have in common.
class FoldFitter {
public:
    virtual ~FoldFitter() = default;
    /// Gives `done` for each fold the models for `values` of `pathParameter`, in that order (one for the estimator's own
    /// value when `values` is empty): the same, to rounding, as fitting on the rows that the fold counts, each as often
    /// as it counts them. The bits of a fold depend on what it counts and on `values` as a whole, never on other folds
    /// or threads. Throws the Error of the first fold that cannot be fitted; other folds may have been given before.
    virtual void fitFolds(const TrainingSet& training, const std::vector<RowCounts>& folds,
                          const std::vector<double>& values, JobContext& context, const FoldModels& done) const = 0;
};

/// A model and its parameters, before training. Const, cheap.
class Estimator {
public:
    virtual ~Estimator() = default;
    /// Throws Error for data it cannot learn from, Cancelled when stopped. `context.finish` ends iterative
    /// training early, with the best model so far.
    virtual std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const = 0;
    /// Null when the model has no such ability.
    virtual const PathFitter* path() const { return nullptr; }
    virtual const Updater* updater() const { return nullptr; }
    virtual const FoldFitter* folds() const { return nullptr; }
};

/// What a model can do, declared once.
struct Capabilities {
    bool classification = false;
    bool regression = false;
    bool weights = false;
    bool path = false;
    bool folds = false;  ///< fits many folds or resamples of the same rows in one piece of work
    bool trace = false;  ///< trains by epochs and publishes its losses
    bool coefficients = false;
    bool importances = false;
    bool nonNegativeTarget = false;  ///< learns only from targets that are not below 0
    bool sparse = false;  ///< takes sparse features as they are; else they are made dense for it
    bool update = false;  ///< goes on with a fitted model on new rows
    bool startFrom = false;  ///< starts from another model when `startParameter` names one
    /// Trains by epochs and asks `Features::fresh` for the added rows of each (prepare/fresh_rows.h); else what
    /// augmenting steps add stands among the training rows.
    bool freshRows = false;
    RawCells raw = {};  ///< takes such cells as they are; else steps must have made numbers of them
};

/// What the registry knows of a model.
struct ModelInfo {
    std::string_view id;
    std::string_view label;
    std::string_view sentence;  ///< what it is and when to take it, for a newcomer
    Capabilities can;
    ParamSpecs params;
    std::function<std::unique_ptr<const Estimator>(const Params& params, Task task)> make;
    std::function<std::shared_ptr<const Model>(const nlohmann::json& state)> load;

    /// Empty when the model fits the task and data, else the sentence that says why not.
    std::string refusal(Task task, bool weighted) const;
    /// `features` in a form that the model takes. Throws Error as `dense` does.
    Features accepted(Features features) const;
};

class ModelRegistry {
public:
    explicit ModelRegistry(std::vector<ModelInfo> models) : m_models(std::move(models)) {}
    const std::vector<ModelInfo>& all() const { return m_models; }
    const ModelInfo* find(std::string_view id) const;
    const ModelInfo& require(std::string_view id) const;

private:
    std::vector<ModelInfo> m_models;
};

ModelRegistry builtinModels();

/// Finds the models that `startParameter` names.
class ModelSource {
public:
    virtual ~ModelSource() = default;
    /// Throws Error when there is no such model, or it cannot be read.
    virtual std::shared_ptr<const Model> model(const std::string& reference) const = 0;
};

/// A model as the person configured it.
struct ModelSpec {
    std::string id = "logistic";
    ParamSet params;

    bool operator==(const ModelSpec&) const = default;
};

}  // namespace holdout
