// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/edit/edit.h"

#include <nlohmann/json.hpp>

#include "base/lookup.h"

namespace holdout {
namespace {

/// What is left of `before`, whose rows are by the table at the start, when `kept` of them are.
RowIds composed(const std::optional<RowIds>& before, const RowIds& kept) {
    if (!before) return kept;
    RowIds rows;
    rows.reserve(kept.size());
    for (const RowId row : kept) rows.push_back((*before)[row]);
    return rows;
}

}  // namespace

std::string_view editGroupName(EditGroup group) {
    constexpr std::string_view names[] = {"Columns", "Cells", "Rows"};
    return names[static_cast<std::size_t>(group)];
}

const EditInfo* EditRegistry::find(std::string_view id) const {
    return findById(m_edits, id);
}

const EditInfo& EditRegistry::require(std::string_view id) const {
    return requireById(m_edits, id, "edit");
}

std::vector<EditSpec> editsFromJson(const nlohmann::json& list, const EditRegistry& edits, const std::string& where) {
    if (!list.is_array())
        throw Error(where + " must be a list of edits.", {.parameter = where}, "Write it as [{\"edit\": \"rename\", …}].");
    std::vector<EditSpec> specs;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const nlohmann::json& object = list[i];
        const std::string place = where + "." + std::to_string(i);
        const auto id = object.is_object() ? object.find("edit") : object.end();
        if (id == object.end() || !id->is_string())
            throw Error("An edit says by \"edit\" what it is.", {.parameter = place}, "Write it as {\"edit\": \"rename\", …}.");
        const EditInfo& info = edits.require(id->get<std::string>());
        EditSpec spec{std::string(info.id), paramsFromJson(info.params, object, info.id, {"edit", "enabled"}), true};
        if (const auto enabled = object.find("enabled"); enabled != object.end()) {
            if (!enabled->is_boolean()) throw Error("enabled must be true or false.", {.parameter = place + ".enabled"}, "Mend it.");
            spec.enabled = enabled->get<bool>();
        }
        specs.push_back(std::move(spec));
    }
    return specs;
}

nlohmann::json editsToJson(const std::vector<EditSpec>& specs) {
    nlohmann::json list = nlohmann::json::array();
    for (const EditSpec& spec : specs) {
        nlohmann::json object = {{"edit", spec.id}};
        paramsToJson(spec.params, object);
        if (!spec.enabled) object["enabled"] = false;
        list.push_back(std::move(object));
    }
    return list;
}

Edited applyEdits(const Table& table, const std::vector<EditSpec>& specs, const EditRegistry& edits, JobContext& context) {
    Edited result{.table = table};
    for (std::size_t i = 0; i < specs.size(); ++i) {
        if (!specs[i].enabled) continue;
        context.throwIfStopped();
        try {
            const EditInfo& info = edits.require(specs[i].id);
            const auto edit = info.make(Params(info.params, specs[i].params, info.id));
            Edited next = edit->apply(result.table, context);
            if (next.kept) result.kept = composed(result.kept, *next.kept);
            result.table = std::move(next.table);
            for (Warning& warning : next.warnings) addOnce(result.warnings, std::move(warning));
        } catch (const Error& error) {
            throw Error("Edit " + std::to_string(i + 1) + ": " + error.problem(), error.place(), error.remedy());
        }
    }
    return result;
}

std::string nameBeforeEdits(const std::string& name, const std::vector<EditSpec>& specs) {
    std::string before = name;
    const auto text = [](const EditSpec& spec, std::string_view id) {
        const ParamValue* value = spec.params.find(id);
        const auto* found = value ? std::get_if<std::string>(value) : nullptr;
        return found ? *found : std::string();
    };
    for (auto spec = specs.rbegin(); spec != specs.rend(); ++spec)
        if (spec->enabled && spec->id == "rename" && text(*spec, "to") == before) before = text(*spec, "column");
    return before;
}

}  // namespace holdout
