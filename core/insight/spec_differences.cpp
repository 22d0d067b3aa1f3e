// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/spec_differences.h"

#include <algorithm>
#include <functional>
#include <map>

#include <nlohmann/json.hpp>

#include "base/format.h"

namespace holdout {
namespace {

std::string words(const ParamSpec& spec, const ParamValue& value) {
    const auto* choices = std::get_if<OneOf>(&spec.rule);
    const auto* chosen = std::get_if<std::string>(&value);
    if (choices && chosen)
        for (const OneOf::Choice& choice : choices->choices)
            if (choice.id == *chosen) return std::string(choice.label);
    return valueText(value);
}

std::string words(const Dimension& dimension) {
    std::string text;
    for (const ParamValue& choice : dimension.choices) text += (text.empty() ? "" : ", ") + valueText(choice);
    if (dimension.choices.empty())
        text = formatNumber(dimension.low) + " to " + formatNumber(dimension.high) +
               (dimension.scale == Scale::Log ? ", logarithmic" : "");
    if (dimension.steps) text += ", " + std::to_string(*dimension.steps) + " steps";
    return text;
}

/// The settings of one run in reading order: those that were set, and the defaults that stand for the others.
class Settings {
public:
    Settings(const Run& run, const Catalog& catalog) {
        ExperimentSpec spec = run.spec;
        if (!run.finalPipeline.model.id.empty()) spec.pipeline = run.finalPipeline;
        addModel(spec.pipeline.model, catalog.models);
        for (std::size_t i = 0; i < spec.pipeline.prepare.size(); ++i)
            addStep(i + 1, spec.pipeline.prepare[i], catalog.steps);
        addSplit(spec.validate, catalog.splits);
        const nlohmann::json json = specToJson(spec);
        if (json.contains("metrics")) add("metrics", "Metrics", json["metrics"].dump());
        add("seed", "Seed", std::to_string(spec.seed));
        if (spec.tune) addTuning(*spec.tune);
        for (const auto& [key, value] : json["data"].items())
            add("data." + key, "Data · " + key, value.is_string() ? value.get<std::string>() : value.dump());
        add("data.sha256", "Data · fingerprint of the file", run.data.sha256);
    }

    struct Setting {
        std::string key, label, value;
    };
    const std::vector<Setting>& stated() const { return m_stated; }

    std::string valueOf(const std::string& key) const {
        const auto found =
            std::find_if(m_stated.begin(), m_stated.end(), [&](const Setting& s) { return s.key == key; });
        if (found != m_stated.end()) return found->value;
        const auto implied = m_implied.find(key);
        return implied == m_implied.end() ? "–" : implied->second;
    }

private:
    void add(std::string key, std::string label, std::string value) {
        m_stated.push_back({std::move(key), std::move(label), std::move(value)});
    }

    void addParams(const std::string& key, const std::string& owner, ParamSpecs specs, const ParamSet& params) {
        for (const ParamSpec& spec : specs) {
            const std::string id = key + "." + std::string(spec.id);
            if (const ParamValue* value = params.find(spec.id))
                add(id, owner + std::string(spec.label), words(spec, *value));
            else if (isEnabled(spec, specs, params))
                m_implied[id] = words(spec, spec.fallback);
        }
    }

    void addModel(const ModelSpec& model, const ModelRegistry& models) {
        const ModelInfo* info = models.find(model.id);
        add("model.id", "Model", info ? std::string(info->label) : model.id);
        if (info) addParams("model", "", info->params, model.params);
    }

    void addStep(std::size_t number, const StepSpec& step, const StepRegistry& steps) {
        const std::string key = "prepare." + std::to_string(number), owner = "Step " + std::to_string(number);
        const StepInfo* info = steps.find(step.id);
        add(key + ".step", owner, (info ? std::string(info->label) : step.id) + (step.enabled ? "" : " (off)"));
        if (info) addParams(key, owner + " · ", info->params, step.params);
    }

    void addSplit(const SplitSpec& split, const SplitRegistry& splits) {
        const SplitInfo* info = splits.find(split.id);
        add("validate.split", "Validation", info ? std::string(info->label) : split.id);
        if (info) addParams("validate", "Validation · ", info->params, split.params);
    }

    void addTuning(const TuneSpec& tune) {
        add("tune.search", "Tuning", tune.search);
        for (const auto& [id, value] : tune.params.values()) add("tune." + id, "Tuning · " + id, valueText(value));
        if (!tune.metric.empty()) add("tune.metric", "Tuning · metric", tune.metric);
        for (const Dimension& dimension : tune.space)
            add("tune.space." + dimension.name, "Tuning · " + dimension.name, words(dimension));
    }

    std::vector<Setting> m_stated;
    std::map<std::string, std::string> m_implied;
};

}  // namespace

std::vector<SpecDifference> specDifferences(const std::vector<const Run*>& runs, const Catalog& catalog) {
    std::vector<Settings> settings;
    for (const Run* run : runs) settings.emplace_back(*run, catalog);
    std::vector<SpecDifference> all;
    for (const Settings& run : settings)
        for (const Settings::Setting& setting : run.stated()) {
            const bool isKnown = std::any_of(all.begin(), all.end(),
                                             [&](const SpecDifference& other) { return other.key == setting.key; });
            if (!isKnown) all.push_back({.key = setting.key, .label = setting.label, .values = {}});
        }
    std::vector<SpecDifference> differences;
    for (SpecDifference& row : all) {
        for (const Settings& run : settings) row.values.push_back(run.valueOf(row.key));
        if (std::adjacent_find(row.values.begin(), row.values.end(), std::not_equal_to<>()) != row.values.end())
            differences.push_back(std::move(row));
    }
    // What only a later run has was found last: its part of the question is where it belongs.
    const auto part = [](const SpecDifference& row) {
        const std::string order[] = {"model", "prepare", "validate", "metrics", "seed", "tune", "data"};
        return std::find(std::begin(order), std::end(order), row.key.substr(0, row.key.find('.'))) - std::begin(order);
    };
    std::stable_sort(differences.begin(), differences.end(),
                     [&](const SpecDifference& a, const SpecDifference& b) { return part(a) < part(b); });
    return differences;
}

}  // namespace holdout
