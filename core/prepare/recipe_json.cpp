// SPDX-License-Identifier: GPL-3.0-or-later
// How a recipe and what it learnt are written and read back.
#include <nlohmann/json.hpp>

#include "prepare/recipe.h"

namespace holdout {
namespace {

using nlohmann::json;

/// Sorted row ids as half-open ranges: all rows of a table are one range, however many they are.
json rangesOf(const RowIds& sorted) {
    json ranges = json::array();
    for (std::size_t begin = 0; begin < sorted.size();) {
        std::size_t end = begin + 1;
        while (end < sorted.size() && sorted[end] == sorted[end - 1] + 1) ++end;
        ranges.push_back({sorted[begin], sorted[end - 1] + 1});
        begin = end;
    }
    return ranges;
}

RowIds rowsOf(const json& ranges) {
    RowIds rows;
    for (const json& range : ranges)
        for (RowId row = range.at(0); row < range.at(1).get<RowId>(); ++row) rows.push_back(row);
    return rows;
}

}  // namespace

json stepToJson(const StepSpec& spec) {
    json object{{"step", spec.id}};
    paramsToJson(spec.params, object);
    if (!spec.enabled) object["enabled"] = false;
    return object;
}

StepSpec stepFromJson(const json& object, const StepRegistry& steps) {
    if (!object.is_object() || !object.contains("step") || !object["step"].is_string())
        throw Error("Each step of prepare must be an object with its id under \"step\".", {.parameter = "prepare"},
                    "For example {\"step\": \"standardize\"}.");
    StepSpec spec{.id = object["step"].get<std::string>()};
    const StepInfo& info = steps.require(spec.id);
    spec.params = paramsFromJson(info.params, object, info.id, {"step", "enabled"});
    if (const auto enabled = object.find("enabled"); enabled != object.end()) {
        if (!enabled->is_boolean())
            throw Error("enabled of " + spec.id + " must be true or false.", {.parameter = "enabled"});
        spec.enabled = enabled->get<bool>();
    }
    return spec;
}

json FittedRecipe::save() const {
    json state{{"inputs", json::array()}, {"steps", json::array()}, {"records", json::array()}};
    for (std::size_t i = 0; i < m_inputs.size(); ++i)
        state["inputs"].push_back({{"name", m_inputs[i]}, {"type", columnTypeName(m_inputTypes[i])}});
    for (const Part& part : m_parts)
        state["steps"].push_back({{"spec", stepToJson(part.spec)}, {"state", part.fitted->save()}});
    for (const StepRecord& record : m_records)
        state["records"].push_back(
            {{"step", record.step}, {"rows", rangesOf(record.rowsSeen)}, {"learnt", record.learnt}});
    // Only for models that take them, so that other saved recipes stay as they were.
    if (m_raw.missing) state["missing"] = true;
    if (m_raw.categories) state["categories"] = true;
    if (m_levels) state["levels"] = *m_levels;
    return state;
}

std::shared_ptr<const FittedRecipe> FittedRecipe::load(const json& state, const StepRegistry& steps) {
    try {
        std::vector<std::string> inputs;
        std::vector<ColumnType> types;
        for (const json& input : state.at("inputs")) {
            inputs.push_back(input.at("name"));
            types.push_back(columnTypeFromName(input.at("type").get<std::string>()));
        }
        std::vector<Part> parts;
        for (const json& part : state.at("steps")) {
            StepSpec spec = stepFromJson(part.at("spec"), steps);
            const StepInfo& info = steps.require(spec.id);
            auto fitted = info.make(Params(info.params, spec.params, info.id))->load(part.at("state"));
            parts.push_back({std::move(spec), std::move(fitted)});
        }
        std::vector<StepRecord> records;
        for (const json& record : state.at("records"))
            records.push_back({record.at("step"), rowsOf(record.at("rows")), record.at("learnt")});
        const RawCells raw{.missing = state.value("missing", false), .categories = state.value("categories", false)};
        std::shared_ptr<const FeatureLevels> levels;
        if (state.contains("levels"))
            levels = std::make_shared<const FeatureLevels>(state["levels"].get<FeatureLevels>());
        return std::make_shared<const FittedRecipe>(std::move(parts), std::move(inputs), std::move(types),
                                                    std::move(records), raw, std::move(levels));
    } catch (const json::exception& problem) {
        throw Error(std::string("The saved recipe cannot be read: ") + problem.what() + ".", {},
                    "The file may be damaged, or come from a newer version.");
    }
}

}  // namespace holdout
