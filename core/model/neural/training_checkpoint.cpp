// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/training_checkpoint.h"

#include <bit>

#include <nlohmann/json.hpp>

#include "model/model_json.h"
#include "model/neural/network_json.h"

namespace holdout {

namespace {

using nlohmann::json;

/// The bits of a number, which may be infinite.
std::uint64_t bitsOf(double value) {
    return std::bit_cast<std::uint64_t>(value);
}

double fromBits(const json& bits) {
    return std::bit_cast<double>(bits.get<std::uint64_t>());
}

json toJson(const StepsState& state) {
    json moments = json::array();
    for (const Eigen::VectorXf& moment : state.optimizer.moments) moments.push_back(numbersToText(moment));
    json pairs = json::array();
    for (const Lbfgs::Pair& pair : state.pairs) pairs.push_back({numbersToText(pair.step), numbersToText(pair.change)});
    return {{"steps", state.optimizer.steps}, {"moments", moments}, {"pairs", pairs}};
}

StepsState stepsFromJson(const json& state, Eigen::Index parameters) {
    StepsState steps;
    steps.optimizer.steps = state.at("steps").get<std::int64_t>();
    for (const json& moment : state.at("moments"))
        steps.optimizer.moments.push_back(numbersFromText<float>(moment.get_ref<const std::string&>(), parameters));
    for (const json& pair : state.at("pairs"))
        steps.pairs.push_back({numbersFromText<double>(pair.at(0).get_ref<const std::string&>(), parameters),
                               numbersFromText<double>(pair.at(1).get_ref<const std::string&>(), parameters)});
    return steps;
}

}  // namespace

std::string TrainingCheckpoint::text() const {
    const json state = {
        {"fit", fit},
        {"epoch", epoch},
        {"parameters", numbersToText(parameters)},
        {"statistics", numbersToText(statistics)},
        {"best", {numbersToText(bestParameters), numbersToText(bestStatistics)}},
        {"steps", toJson(steps)},
        {"stopping", {bitsOf(stopping.reference), bitsOf(stopping.bestLoss), stopping.bestEpoch, stopping.waited}},
        {"schedule", {bitsOf(schedule.best), schedule.waited, bitsOf(schedule.plateau)}},
        {"trace", toJson(trace)}};
    return state.dump();
}

std::optional<TrainingCheckpoint> TrainingCheckpoint::read(const std::string& text, const std::string& fit,
                                                           const NetworkShape& shape) {
    if (text.empty()) return std::nullopt;
    try {
        const json state = json::parse(text);
        TrainingCheckpoint point;
        point.fit = state.at("fit").get<std::string>();
        if (point.fit != fit) return std::nullopt;
        const auto numbers = [&](const json& value, Eigen::Index count) {
            return numbersFromText<float>(value.get_ref<const std::string&>(), count);
        };
        point.epoch = state.at("epoch").get<std::int64_t>();
        point.parameters = numbers(state.at("parameters"), shape.parameters());
        point.statistics = numbers(state.at("statistics"), shape.statistics());
        point.bestParameters = numbers(state.at("best").at(0), shape.parameters());
        point.bestStatistics = numbers(state.at("best").at(1), shape.statistics());
        point.steps = stepsFromJson(state.at("steps"), shape.parameters());
        const json& stopping = state.at("stopping");
        point.stopping = {fromBits(stopping.at(0)), fromBits(stopping.at(1)), stopping.at(2).get<std::int64_t>(),
                          stopping.at(3).get<std::int64_t>()};
        const json& schedule = state.at("schedule");
        point.schedule = {fromBits(schedule.at(0)), schedule.at(1).get<std::int64_t>(), fromBits(schedule.at(2))};
        point.trace = traceFromJson(state.at("trace"));
        return point;
    } catch (const json::exception&) {
        return std::nullopt;
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace holdout
