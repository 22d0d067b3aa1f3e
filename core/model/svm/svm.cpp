// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/svm/svm.h"

#include <atomic>
#include <cmath>

#include "base/format.h"
#include "base/parallel.h"
#include "model/svm/smo.h"
#include "model/svm/svm_model.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

using Eigen::Index;

const ParamSpec kParams[] = {
    {.id = "kernel",
     .label = "Kernel",
     .help =
         "What makes rows alike: RBF bends freely around neighbours, linear draws a straight boundary, polynomial a "
         "curved one; sigmoid is seldom better.",
     .fallback = std::string("rbf"),
     .rule = OneOf{{{"rbf", "RBF"}, {"linear", "Linear"}, {"polynomial", "Polynomial"}, {"sigmoid", "Sigmoid"}}}},
    {.id = "c",
     .label = "C",
     .help = "What a row on the wrong side costs. Small: a wide, smooth margin. Large: every row counts, and overfits.",
     .fallback = 1.0,
     .rule = RealRange{.low = 0, .lowOpen = true},
     .scale = Scale::Log,
     .group = ParamGroup::Regularisation,
     .usual = std::pair{1e-2, 1e3}},
    {.id = "gamma_from",
     .label = "Width by",
     .help = "Gamma from the data: 1 / (features x variance), or 1 / features; or the value given.",
     .fallback = std::string("scale"),
     .rule = OneOf{{{"scale", "Features and variance"}, {"auto", "Features"}, {"value", "A value"}}},
     .when = EnabledWhen{"kernel", {"rbf", "polynomial", "sigmoid"}}},
    {.id = "gamma",
     .label = "Gamma",
     .help =
         "How quickly likeness fades with distance: exp(-gamma x squared distance) in RBF. Large: each row speaks for "
         "its own place only.",
     .fallback = 0.1,
     .rule = RealRange{.low = 0, .lowOpen = true},
     .scale = Scale::Log,
     .when = EnabledWhen{"gamma_from", {"value"}},
     .group = ParamGroup::Regularisation,
     .usual = std::pair{1e-4, 10.0}},
    {.id = "degree",
     .label = "Degree",
     .help = "Of the polynomial.",
     .fallback = std::int64_t{3},
     .rule = IntegerRange{1, 20},
     .when = EnabledWhen{"kernel", {"polynomial"}},
     .usual = std::pair{2.0, 6.0}},
    {.id = "coef0",
     .label = "Constant",
     .help = "Added to the product of two rows before it is raised to the degree, or squashed.",
     .fallback = 0.0,
     .rule = RealRange{},
     .when = EnabledWhen{"kernel", {"polynomial", "sigmoid"}},
     .usual = std::pair{-1.0, 1.0}},
    {.id = "epsilon",
     .label = "Tube",
     .help = "Regression: errors smaller than this, in units of the target, cost nothing.",
     .fallback = 0.1,
     .rule = RealRange{.low = 0},
     .scale = Scale::Log,
     .group = ParamGroup::Regularisation,
     .usual = std::pair{1e-3, 10.0}},
    {.id = "class_weight",
     .label = "Classes count",
     .help = "Classification: by their rows, or all the same however rare they are.",
     .fallback = std::string("none"),
     .rule = OneOf{{{"none", "By their rows"}, {"balanced", "All the same"}}}},
    {.id = "calibrate",
     .label = "Calibrated probabilities",
     .help = "Classification: fits how margins become probabilities (Platt) on rows held out of five further fits. "
             "Off: six "
             "times as quick; the most probable class and the order of rows are as good, the probabilities are not.",
     .fallback = true,
     .rule = AnyBool{},
     .group = ParamGroup::Training},
    {.id = "tolerance",
     .label = "Tolerance",
     .help = "The fit is finished when no pair of rows violates its condition of optimality by more than this.",
     .fallback = 1e-3,
     .rule = RealRange{.low = 1e-13, .high = 1},
     .scale = Scale::Log,
     .group = ParamGroup::Advanced,
     .usual = std::pair{1e-6, 1e-1}},
    {.id = "cache_mb",
     .label = "Kernel cache (MB)",
     .help = "Memory for rows of the kernel that need not be computed again.",
     .fallback = std::int64_t{1000},
     .rule = IntegerRange{1, 1'000'000},
     .scale = Scale::Log,
     .group = ParamGroup::Advanced,
     .usual = std::pair{100.0, 8000.0}},
};

constexpr std::pair<std::string_view, KernelKind> kKernels[] = {{"linear", KernelKind::Linear},
                                                                {"polynomial", KernelKind::Polynomial},
                                                                {"rbf", KernelKind::Rbf},
                                                                {"sigmoid", KernelKind::Sigmoid}};

using Positions = std::vector<std::uint32_t>;

/// Rows of one machine, with their side and what they cost at most.
struct Side {
    Positions rows;
    Eigen::VectorXd signs, limits;

    Side gather(const std::vector<Index>& some) const {
        Side result{{}, signs(some), limits(some)};
        for (const Index i : some) result.rows.push_back(rows[static_cast<std::size_t>(i)]);
        return result;
    }
};

/// A solved machine: what each of its rows adds to the decision.
struct Machine {
    Positions rows;
    Eigen::VectorXd coefficients;
    double bias = 0;
    double objective = 0;
    bool converged = true;
    std::size_t bound = 0;  ///< rows that cost all they can
};

constexpr std::size_t calibrationFolds = 5;

class SvmEstimator final : public Estimator {
public:
    SvmEstimator(const Params& params, Task task) : m_params(params), m_task(task) {}

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 2);
        if (m_task == Task::Classification) requireAllClasses(training);
        const Kernel kernel = kernelFor(training);
        return m_task == Task::Regression ? fitValues(training, kernel, context)
                                          : fitClasses(training, kernel, context);
    }

private:
    Kernel kernelFor(const TrainingSet& training) const {
        Kernel kernel;
        for (const auto& [name, kind] : kKernels)
            if (name == m_params.text("kernel")) kernel.kind = kind;
        kernel.coef0 = m_params.real("coef0");
        kernel.degree = static_cast<int>(m_params.integer("degree"));
        kernel.gamma = m_params.real("gamma");
        const Eigen::MatrixXd& values = training.features.values;
        const auto columns = static_cast<double>(std::max<Index>(1, values.cols()));
        if (m_params.text("gamma_from") == "auto") kernel.gamma = 1 / columns;
        if (m_params.text("gamma_from") != "scale") return kernel;
        // The variance of all cells together, as scikit-learn's.
        const Eigen::VectorXd shares = rowShares(training);
        const double mean = (shares.transpose() * values).sum() / columns;
        const double variance = (shares.transpose() * (values.array() - mean).square().matrix()).sum() / columns;
        kernel.gamma = variance > 0 && std::isfinite(variance) ? 1 / (columns * variance) : 1;
        return kernel;
    }

    double weightOf(const TrainingSet& training, std::uint32_t row) const {
        return training.weights.size() == 0 ? 1 : training.weights[row];
    }

    SmoSettings settings(std::size_t machines) const {
        SmoSettings result;
        result.tolerance = m_params.real("tolerance");
        const auto atOnce = std::min(machines, static_cast<std::size_t>(availableThreads()));
        result.cacheBytes =
            (static_cast<std::size_t>(m_params.integer("cache_mb")) << 20) / std::max<std::size_t>(1, atOnce);
        return result;
    }

    static Machine machineOf(const SmoProblem& problem, const Positions& rows, const SmoSolution& solution) {
        Machine machine{rows,
                        Eigen::VectorXd::Zero(static_cast<Index>(rows.size())),
                        solution.bias,
                        solution.objective,
                        solution.converged,
                        0};
        const Index count = machine.coefficients.size();
        for (Index t = 0; t < solution.alphas.size(); ++t) {
            machine.coefficients[t % count] += problem.signs[t] * solution.alphas[t];
            machine.bound += solution.alphas[t] >= problem.limits[t];
        }
        return machine;
    }

    // ---- Regression ----

    std::shared_ptr<const Model> fitValues(const TrainingSet& training, Kernel kernel, JobContext& context) const {
        Positions rows;
        for (std::uint32_t row = 0; row < training.target.size(); ++row)
            if (weightOf(training, row) > 0) rows.push_back(row);
        const auto count = static_cast<Index>(rows.size());
        const KernelRows kernels(training.features.values, rows, kernel);
        SmoProblem problem{kernels, Eigen::VectorXd(2 * count), Eigen::VectorXd(2 * count), Eigen::VectorXd(2 * count)};
        const double tube = m_params.real("epsilon"), cost = m_params.real("c");
        for (Index i = 0; i < count; ++i) {
            const std::uint32_t row = rows[static_cast<std::size_t>(i)];
            problem.signs[i] = 1;
            problem.signs[count + i] = -1;
            problem.start[i] = training.target.values[row] - tube;
            problem.start[count + i] = training.target.values[row] + tube;
            problem.limits[i] = problem.limits[count + i] = cost * weightOf(training, row);
        }
        const SmoSolution solution = solveSmo(problem, settings(1), context);
        return model(training, kernel, {machineOf(problem, rows, solution)}, {});
    }

    // ---- Classification ----

    std::shared_ptr<const Model> fitClasses(const TrainingSet& training, Kernel kernel, JobContext& context) const {
        const std::vector<Side> pairs = pairsOf(training);
        const bool calibrate = m_params.flag("calibrate");
        const std::size_t fits = calibrate ? calibrationFolds + 1 : 1;
        std::vector<Machine> machines(pairs.size());
        std::vector<Eigen::VectorXd> heldOut(pairs.size());
        for (std::size_t pair = 0; pair < pairs.size(); ++pair)
            heldOut[pair] = Eigen::VectorXd::Zero(pairs[pair].signs.size());
        std::atomic<std::size_t> done{0};
        parallelFor(pairs.size() * fits, [&](std::size_t task) {
            const std::size_t pair = task / fits, fold = task % fits;
            const SmoSettings use = settings(pairs.size() * fits);
            if (fold == 0)
                machines[pair] = solve(training, pairs[pair], kernel, use, context);
            else
                decideHeldOut(training, pairs[pair], kernel, use, fold - 1, context.derive("pair", pair),
                              heldOut[pair]);
            context.progress.report(static_cast<double>(++done) / static_cast<double>(pairs.size() * fits),
                                    "Fitting support vector machines");
        });
        std::vector<Sigmoid> sigmoids;
        for (std::size_t pair = 0; calibrate && pair < pairs.size(); ++pair) {
            const Side& side = pairs[pair];
            Eigen::VectorXd weights(side.signs.size());
            for (Index i = 0; i < weights.size(); ++i)
                weights[i] = weightOf(training, side.rows[static_cast<std::size_t>(i)]);
            sigmoids.push_back(fitSigmoid(heldOut[pair], (side.signs.array() > 0).cast<double>(), weights));
        }
        return model(training, kernel, machines, std::move(sigmoids));
    }

    /// The rows of each pair of classes; the first class is the positive side.
    std::vector<Side> pairsOf(const TrainingSet& training) const {
        const auto classes = static_cast<std::size_t>(training.target.classCount());
        std::vector<Positions> members(classes);
        Eigen::VectorXd weights = Eigen::VectorXd::Zero(static_cast<Index>(classes));
        for (std::uint32_t row = 0; row < training.target.size(); ++row) {
            if (weightOf(training, row) <= 0) continue;
            members[static_cast<std::size_t>(training.target.classes[row])].push_back(row);
            weights[training.target.classes[row]] += weightOf(training, row);
        }
        Eigen::VectorXd costs = Eigen::VectorXd::Constant(weights.size(), m_params.real("c"));
        if (m_params.text("class_weight") == "balanced")
            costs.array() *= weights.sum() / (static_cast<double>(classes) * weights.array());
        std::vector<Side> pairs;
        for (std::size_t a = 0; a < classes; ++a)
            for (std::size_t b = a + 1; b < classes; ++b) {
                Side side;
                std::merge(members[a].begin(), members[a].end(), members[b].begin(), members[b].end(),
                           std::back_inserter(side.rows));
                side.signs.resize(static_cast<Index>(side.rows.size()));
                side.limits.resize(side.signs.size());
                for (Index i = 0; i < side.signs.size(); ++i) {
                    const std::uint32_t row = side.rows[static_cast<std::size_t>(i)];
                    const int known = training.target.classes[row];
                    side.signs[i] = known == static_cast<int>(a) ? 1 : -1;
                    side.limits[i] = costs[known] * weightOf(training, row);
                }
                pairs.push_back(std::move(side));
            }
        return pairs;
    }

    static Machine solve(const TrainingSet& training, const Side& side, Kernel kernel, const SmoSettings& settings,
                         const JobContext& context) {
        const KernelRows kernels(training.features.values, side.rows, kernel);
        const SmoProblem problem{kernels, side.signs, side.signs, side.limits};
        return machineOf(problem, side.rows, solveSmo(problem, settings, context));
    }

    /// Decisions on one fold's rows by a machine that has not seen them. Each class is dealt to the folds at random.
    static void decideHeldOut(const TrainingSet& training, const Side& side, Kernel kernel, const SmoSettings& settings,
                              std::size_t fold, const JobContext& context, Eigen::VectorXd& decisions) {
        std::vector<Index> kept, held;
        for (const double sign : {1.0, -1.0}) {
            std::vector<Index> members;
            for (Index i = 0; i < side.signs.size(); ++i)
                if (side.signs[i] == sign) members.push_back(i);
            RandomStream random(context.seed.derive("calibration", sign > 0));
            random.shuffle(members);
            for (std::size_t i = 0; i < members.size(); ++i)
                (i % calibrationFolds == fold ? held : kept).push_back(members[i]);
        }
        std::sort(kept.begin(), kept.end());
        const Side part = side.gather(kept);
        const bool hasBoth = kept.size() > 0 && part.signs.minCoeff() < part.signs.maxCoeff();
        if (!hasBoth) {
            // Where only one class is known, it is what is said (as libsvm does).
            const double said = kept.empty() ? 0 : part.signs[0];
            for (const Index i : held) decisions[i] = said;
            return;
        }
        Machine machine = solve(training, part, kernel, settings, context);
        const std::vector<std::uint32_t> vectors = supportVectors({machine});
        const SvmModel model(kernel, 0, machinesOf(training, {machine}, vectors), {}, {});
        Positions rows;
        for (const Index i : held) rows.push_back(side.rows[static_cast<std::size_t>(i)]);
        const Eigen::MatrixXd said = model.decisions(training.features.values(rows, Eigen::all));
        for (std::size_t i = 0; i < held.size(); ++i) decisions[held[i]] = said(static_cast<Index>(i), 0);
    }

    // ---- The model ----

    /// Rows that some machine rests on, ascending.
    static Positions supportVectors(const std::vector<Machine>& machines) {
        Positions vectors;
        for (const Machine& machine : machines)
            for (std::size_t i = 0; i < machine.rows.size(); ++i)
                if (machine.coefficients[static_cast<Index>(i)] != 0) vectors.push_back(machine.rows[i]);
        std::sort(vectors.begin(), vectors.end());
        vectors.erase(std::unique(vectors.begin(), vectors.end()), vectors.end());
        return vectors;
    }

    static SvmMachines machinesOf(const TrainingSet& training, const std::vector<Machine>& machines,
                                  const Positions& vectors) {
        const auto count = static_cast<Index>(machines.size()), size = static_cast<Index>(vectors.size());
        SvmMachines result{training.features.values(vectors, Eigen::all),
                           Eigen::MatrixXd::Zero(size, count),
                           Eigen::VectorXd(count),
                           {}};
        for (Index m = 0; m < count; ++m) {
            const Machine& machine = machines[static_cast<std::size_t>(m)];
            result.biases[m] = machine.bias;
            for (std::size_t i = 0; i < machine.rows.size(); ++i) {
                const double coefficient = machine.coefficients[static_cast<Index>(i)];
                if (coefficient == 0) continue;
                const auto place = std::lower_bound(vectors.begin(), vectors.end(), machine.rows[i]) - vectors.begin();
                result.coefficients(place, m) = coefficient;
            }
        }
        return result;
    }

    std::shared_ptr<const Model> model(const TrainingSet& training, Kernel kernel, const std::vector<Machine>& machines,
                                       std::vector<Sigmoid> sigmoids) const {
        const Positions vectors = supportVectors(machines);
        SvmMachines result = machinesOf(training, machines, vectors);
        result.sigmoids = std::move(sigmoids);
        std::size_t bound = 0;
        bool converged = true;
        double objective = 0;
        for (const Machine& machine : machines) {
            bound += machine.bound;
            converged = converged && machine.converged;
            objective += machine.objective;
        }
        std::string summary = formatCount(static_cast<std::int64_t>(vectors.size())) +
                              (vectors.size() == 1 ? " support vector" : " support vectors");
        if (machines.size() == 1)
            summary += ", " + formatCount(static_cast<std::int64_t>(bound)) + " of them at the limit C";
        else
            summary += " of " + formatCount(static_cast<std::int64_t>(machines.size())) + " pairs of classes";
        if (kernel.kind != KernelKind::Linear) summary += ", gamma " + formatNumber(kernel.gamma);
        summary += ", objective " + formatNumber(objective, 9);
        Warnings warnings;
        if (!converged)
            warnings.push_back(
                {"The machine was not finished: its optimality conditions are violated by more than the "
                 "tolerance. Standardize the features, or lower C.",
                 {.parameter = "c"}});
        const std::int64_t classes = m_task == Task::Regression ? 0 : training.target.classCount();
        return std::make_shared<SvmModel>(kernel, classes, std::move(result), std::move(summary), std::move(warnings));
    }

    Params m_params;
    Task m_task;
};

}  // namespace

ModelInfo svmInfo() {
    return {
        .id = "svm",
        .label = "Support vector machine",
        .sentence =
            "Draws the boundary with the widest margin, bent by a kernel; only the rows near it count. Strong on up to "
            "some ten thousand rows of scaled numbers.",
        .can = {.classification = true, .regression = true, .weights = true},
        .params = kParams,
        .make = [](const Params& params, Task task) -> std::unique_ptr<const Estimator> {
            return std::make_unique<SvmEstimator>(params, task);
        },
        .load = &SvmModel::load};
}

}  // namespace holdout
