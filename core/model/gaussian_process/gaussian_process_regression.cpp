// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/gaussian_process/gaussian_process_regression.h"

#include <cstring>
#include <numeric>
#include <unordered_map>

#include "base/format.h"
#include "model/gaussian_process/gaussian_process_model.h"
#include "model/training_checks.h"
#include "model/tree/tree_samples.h"

namespace holdout {
namespace {

using Eigen::Index;

// Of the lengths, in standard deviations of the features, and of the variances, in that of the target: as far as is of
// use, and no further than float64 can tell covariances apart.
constexpr double leastLength = 1e-2, mostLength = 1e3;
constexpr double leastSignal = 1e-3, mostSignal = 1e3;
constexpr double leastNoise = 1e-8, mostNoise = 1e2;

OneOf kernelChoices() {
    OneOf choices;
    for (const CovarianceName& name : covarianceNames) choices.choices.push_back({name.id, name.label});
    return choices;
}

const ParamSpec kParams[] = {
    {.id = "kernel",
     .label = "Covariance",
     .help = "How smooth the function is taken to be: RBF has all derivatives, Matérn 5/2 two, Matérn 3/2 one.",
     .fallback = std::string("matern-5-2"),
     .rule = kernelChoices()},
    {.id = "ard",
     .label = "A length for each feature",
     .help = "Finds how fast the function changes along each feature: one that says nothing gets a great length. Off: "
             "one length for all.",
     .fallback = true,
     .rule = AnyBool{}},
    {.id = "optimise",
     .label = "Choose by likelihood",
     .help = "Looks for the lengths, signal and noise under which the target is likeliest. Off: those given hold.",
     .fallback = true,
     .rule = AnyBool{},
     .group = ParamGroup::Training},
    {.id = "length",
     .label = "Length",
     .help = "How far apart rows must be for their targets to have little to do with one another, in standard "
             "deviations of a feature. Where the search starts, when there is one.",
     .fallback = 1.0,
     .rule = RealRange{.low = leastLength, .high = mostLength},
     .scale = Scale::Log,
     .group = ParamGroup::Regularisation,
     .usual = std::pair{0.1, 10.0}},
    {.id = "signal",
     .label = "Signal",
     .help = "The variance of the function, in that of the target. Where the search starts, when there is one.",
     .fallback = 1.0,
     .rule = RealRange{.low = leastSignal, .high = mostSignal},
     .scale = Scale::Log,
     .group = ParamGroup::Advanced,
     .usual = std::pair{0.1, 10.0}},
    {.id = "noise",
     .label = "Noise",
     .help = "The variance of an observation around the function, in that of the target. Where the search starts, when "
             "there is one.",
     .fallback = 0.1,
     .rule = RealRange{.low = leastNoise, .high = mostNoise},
     .scale = Scale::Log,
     .group = ParamGroup::Regularisation,
     .usual = std::pair{1e-4, 1.0}},
    {.id = "restarts",
     .label = "Further starts",
     .help = "The likelihood may have several tops: the search starts again from so many random places.",
     .fallback = std::int64_t{2},
     .rule = IntegerRange{0, 100},
     .when = EnabledWhen{"optimise", {"true"}},
     .group = ParamGroup::Training,
     .usual = std::pair{0.0, 10.0}},
    {.id = "most_rows",
     .label = "Rows at most",
     .help = "Time grows with the cube of the rows, memory with the square: of more rows, so many are drawn at random.",
     .fallback = std::int64_t{2000},
     .rule = IntegerRange{2, 20000},
     .scale = Scale::Log,
     .group = ParamGroup::Training,
     .usual = std::pair{200.0, 5000.0}},
    {.id = "search_rows",
     .label = "Rows of the search",
     .help = "How many of those rows the likelihood is worked out for, again and again.",
     .fallback = std::int64_t{500},
     .rule = IntegerRange{2, 20000},
     .scale = Scale::Log,
     .when = EnabledWhen{"optimise", {"true"}},
     .group = ParamGroup::Training,
     .usual = std::pair{100.0, 2000.0}},
};

/// The rows that differ from one another, targets included, and how often each is there: their order and count are
/// those of its first copy, so that a weight of two is the row twice over to the last bit.
GaussianProcessData distinctRows(const TrainingSet& training) {
    const CountedRows counted = countedRows(training);
    const Eigen::MatrixXd& values = training.features.values;
    std::unordered_map<std::string, std::size_t> placeOf;
    std::vector<Index> firsts;
    std::vector<double> copies;
    std::string key(static_cast<std::size_t>(values.cols() + 1) * sizeof(double), '\0');
    for (std::size_t i = 0; i < counted.rows.size(); ++i) {
        const Index row = counted.rows[i];
        for (Index j = 0; j <= values.cols(); ++j) {
            const double cell = j < values.cols() ? values(row, j) : training.target.values[row];
            std::memcpy(key.data() + static_cast<std::size_t>(j) * sizeof cell, &cell, sizeof cell);
        }
        const auto [place, isNew] = placeOf.emplace(key, firsts.size());
        if (isNew) {
            firsts.push_back(row);
            copies.push_back(0);
        }
        copies[place->second] += counted.counts[i];
    }
    return {values(firsts, Eigen::all), training.target.values(firsts),
            Eigen::Map<const Eigen::VectorXd>(copies.data(), static_cast<Index>(copies.size()))};
}

/// Mean and standard deviation of `values`, each as often as it counts; 1 where all are the same.
std::pair<double, double> meanAndDeviation(const Eigen::VectorXd& values, const Eigen::VectorXd& copies) {
    const double total = copies.sum(), mean = copies.dot(values) / total;
    const double deviation = std::sqrt(copies.dot((values.array() - mean).square().matrix()) / total);
    return {mean, deviation > 1e-12 * std::max(1.0, std::abs(mean)) ? deviation : 1.0};
}

GaussianProcessScale toScale(GaussianProcessData& data) {
    GaussianProcessScale scale{Eigen::VectorXd(data.rows.cols())};
    for (Index j = 0; j < data.rows.cols(); ++j) {
        scale.deviations[j] = meanAndDeviation(data.rows.col(j), data.copies).second;
        data.rows.col(j) /= scale.deviations[j];
    }
    std::tie(scale.mean, scale.deviation) = meanAndDeviation(data.values, data.copies);
    data.values = (data.values.array() - scale.mean) / scale.deviation;
    if ((data.copies.array() == 1).all()) data.copies.resize(0);
    return scale;
}

GaussianProcessData gathered(const GaussianProcessData& data, const std::vector<Index>& rows) {
    GaussianProcessData some{data.rows(rows, Eigen::all), data.values(rows), {}};
    if (data.copies.size() > 0) some.copies = data.copies(rows);
    return some;
}

/// At most `most` of the rows, at random, in their order.
GaussianProcessData drawn(const GaussianProcessData& data, std::int64_t most, Seed seed) {
    if (data.values.size() <= most) return data;
    std::vector<Index> rows(static_cast<std::size_t>(data.values.size()));
    std::iota(rows.begin(), rows.end(), Index{0});
    RandomStream random(seed);
    random.shuffle(rows);
    rows.resize(static_cast<std::size_t>(most));
    std::sort(rows.begin(), rows.end());
    return gathered(data, rows);
}

class GaussianProcessEstimator final : public Estimator {
public:
    explicit GaussianProcessEstimator(const Params& params) : m_params(params) {}

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 1);
        GaussianProcessData all = distinctRows(training);
        GaussianProcessScale scale = toScale(all);
        const GaussianProcessData data = drawn(all, m_params.integer("most_rows"), context.seed.derive("rows"));
        Warnings warnings = warningsOf(all.values.size(), data.values.size());
        return std::make_shared<GaussianProcessModel>(process(data, context), std::move(scale), std::move(warnings));
    }

private:
    GaussianProcess process(const GaussianProcessData& data, JobContext& context) const {
        GaussianProcessParams params = start(data.rows.cols());
        if (!m_params.flag("optimise")) return {data, params, context};
        const GaussianProcessData some =
            drawn(data, m_params.integer("search_rows"), context.seed.derive("search rows"));
        JobContext searching = context.derive("search");
        GaussianProcess likeliest = likeliestGaussianProcess(some, params, bounds(params), searching);
        if (some.values.size() == data.values.size()) return likeliest;
        context.progress.report(0.95, "Working out the process on all its rows");
        return {data, likeliest.params(), context};
    }

    GaussianProcessParams start(Index columns) const {
        GaussianProcessParams params;
        for (const CovarianceName& name : covarianceNames)
            if (name.id == m_params.text("kernel")) params.kind = name.kind;
        params.logLengths.setConstant(m_params.flag("ard") ? columns : 1, std::log(m_params.real("length")));
        params.logSignal = std::log(m_params.real("signal"));
        params.logNoise = std::log(m_params.real("noise"));
        return params;
    }

    GaussianProcessSearch bounds(const GaussianProcessParams& params) const {
        const auto logs = [&](double length, double signal, double noise) {
            GaussianProcessParams bound = params;
            bound.logLengths.setConstant(std::log(length));
            bound.logSignal = std::log(signal);
            bound.logNoise = std::log(noise);
            return bound.toVector();
        };
        GaussianProcessSearch search;
        search.low = logs(leastLength, leastSignal, leastNoise);
        search.high = logs(mostLength, mostSignal, mostNoise);
        search.iterations = 200;
        search.restarts = static_cast<int>(m_params.integer("restarts"));
        return search;
    }

    Warnings warningsOf(Index all, Index kept) const {
        Warnings warnings;
        const std::int64_t searched = std::min<std::int64_t>(kept, m_params.integer("search_rows"));
        if (kept < all)
            warnings.push_back({"The process stands on " + formatCount(kept) + " of " + formatCount(all) +
                                    " different rows, drawn at random, as its time grows with their cube.",
                                {.parameter = "most_rows"}});
        if (m_params.flag("optimise") && searched < kept)
            warnings.push_back({"Its lengths and noise are the likeliest for " + formatCount(searched) +
                                    " of these rows.",
                                {.parameter = "search_rows"}});
        return warnings;
    }

    Params m_params;
};

}  // namespace

ModelInfo gaussianProcessInfo() {
    return {.id = "gaussian-process",
            .label = "Gaussian process",
            .sentence =
                "Regression only: a smooth function whose smoothness and noise the data choose. Very good for a few "
                "hundred to a few thousand rows of numbers; slow beyond.",
            .can = {.regression = true, .weights = true},
            .params = kParams,
            .make = [](const Params& params, Task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<GaussianProcessEstimator>(params);
            },
            .load = &GaussianProcessModel::load};
}

}  // namespace holdout
