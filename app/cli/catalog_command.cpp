// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "command.h"

namespace holdout::cli {
namespace {

using nlohmann::json;

constexpr const char* typeNames[] = {"true or false", "whole number", "number", "text", "list of whole numbers"};
static_assert(std::size(typeNames) == std::variant_size_v<ParamValue>);

json paramsJson(ParamSpecs specs) {
    json list = json::array();
    for (const ParamSpec& spec : specs) {
        json item = {{"id", spec.id},
                     {"label", spec.label},
                     {"type", typeNames[spec.fallback.index()]},
                     {"rule", describe(spec.rule)},
                     {"default", valueToJson(spec.fallback)},
                     {"help", spec.help}};
        if (spec.when) item["when"] = {{"param", spec.when->param}, {"values", spec.when->values}};
        list.push_back(std::move(item));
    }
    return list;
}

template <typename Infos>
json configurable(const Infos& infos) {
    json list = json::array();
    for (const auto& info : infos)
        list.push_back({{"id", info.id}, {"label", info.label}, {"sentence", info.sentence}, {"params", paramsJson(info.params)}});
    return list;
}

json metricsJson(const MetricRegistry& metrics) {
    json list = json::array();
    for (const MetricInfo& metric : metrics.all())
        list.push_back({{"id", metric.id},
                        {"label", metric.label},
                        {"sentence", metric.sentence},
                        {"task", taskName(metric.task)},
                        {"better", metric.direction == Direction::HigherIsBetter ? "higher" : "lower"}});
    return list;
}

void printKind(const std::string& kind, const json& entries) {
    std::printf("%s\n", kind.c_str());
    for (const json& entry : entries) {
        std::printf("\n  %s: %s\n", entry["id"].get<std::string>().c_str(), entry["sentence"].get<std::string>().c_str());
        if (!entry.contains("params")) continue;
        std::vector<std::vector<std::string>> rows;
        for (const json& param : entry["params"])
            rows.push_back({"    " + param["id"].get<std::string>(), param["rule"].get<std::string>(),
                            "default " + param["default"].dump(), param["help"].get<std::string>()});
        std::fputs(aligned(rows).c_str(), stdout);
    }
    std::printf("\n");
}

void catalog(const std::string& kind, const Surroundings& with) {
    const json all = {{"edits", configurable(with.catalog.edits.all())},
                      {"models", configurable(with.catalog.models.all())},
                      {"steps", configurable(with.catalog.steps.all())},
                      {"splits", configurable(with.catalog.splits.all())},
                      {"metrics", metricsJson(with.catalog.metrics)},
                      {"searches", configurable(with.searches.all())}};
    if (with.wantsJson) return printJson(kind.empty() ? all : json{{kind, all[kind]}});
    for (const char* each : {"edits", "models", "steps", "splits", "metrics", "searches"})
        if (kind.empty() || kind == each) printKind(each, all[each]);
}

}  // namespace

void addCatalog(CLI::App& app, Surroundings& with) {
    CLI::App* command = app.add_subcommand("catalog", "Every id that a specification may name, with its parameters");
    const auto kind = std::make_shared<std::string>();
    command->add_option("kind", *kind, "edits, models, steps, splits, metrics or searches")
        ->check(CLI::IsMember({"edits", "models", "steps", "splits", "metrics", "searches"}));
    addCommonOptions(*command, with);
    command->footer("Example: holdout-cli catalog models --json");
    command->callback([kind, &with] { catalog(*kind, with); });
}

}  // namespace holdout::cli
