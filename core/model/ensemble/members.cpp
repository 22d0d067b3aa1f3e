// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ensemble/members.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "data/clean_text.h"

namespace holdout {
namespace {

constexpr std::string_view kNone = "none";
/// Ridge or logistic regression, whichever serves the target: so that defaults hold for every task.
constexpr std::string_view kLinear = "ridge-or-logistic";

struct Slot {
    std::string_view id, label, params, paramsLabel, fallback;
};

constexpr std::array<Slot, MemberParams::most> kSlots{{
    {"member_1", "First model", "member_1_params", "Its parameters", "forest"},
    {"member_2", "Second model", "member_2_params", "Its parameters", "boosting"},
    {"member_3", "Third model", "member_3_params", "Its parameters", kLinear},
    {"member_4", "Fourth model", "member_4_params", "Its parameters", kNone},
    {"member_5", "Fifth model", "member_5_params", "Its parameters", kNone},
    {"member_6", "Sixth model", "member_6_params", "Its parameters", kNone},
}};

/// The value of a parameter as JSON has it: numbers, true and false, lists; anything else is a word.
nlohmann::json valueOfText(std::string_view text, const ParamSpec* spec) {
    if (spec && std::holds_alternative<IntegerList>(spec->rule) && !text.starts_with('['))
        return nlohmann::json::parse("[" + std::string(text) + "]", nullptr, false);
    if (spec && std::holds_alternative<AnyBool>(spec->rule)) {
        if (text == "on" || text == "yes") return true;
        if (text == "off" || text == "no") return false;
    }
    const bool isText = spec && std::holds_alternative<std::string>(spec->fallback);
    nlohmann::json value = isText ? nlohmann::json() : nlohmann::json::parse(text, nullptr, false);
    if (isText || value.is_discarded()) value = std::string(text);
    return value;
}

nlohmann::json objectOfLine(const ModelInfo& info, std::string_view line, std::string_view parameter) {
    if (line.starts_with('{')) {
        nlohmann::json object = nlohmann::json::parse(line, nullptr, false);
        if (object.is_object()) return object;
        throw Error("The parameters of " + std::string(info.label) + " are not a JSON object: " + std::string(line) + ".",
                    {.parameter = std::string(parameter)}, "Write them as trees = 200; max_depth = 4.");
    }
    nlohmann::json object = nlohmann::json::object();
    while (!line.empty()) {
        const auto end = std::min(line.find(';'), line.size());
        const std::string_view part = trimmed(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
        if (part.empty()) continue;
        const auto equals = part.find('=');
        if (equals == std::string_view::npos)
            throw Error("\"" + std::string(part) + "\" gives no parameter of " + std::string(info.label) + " a value.",
                        {.parameter = std::string(parameter)}, "Write them as trees = 200; max_depth = 4.");
        const std::string_view id = trimmed(part.substr(0, equals));
        object[std::string(id)] = valueOfText(trimmed(part.substr(equals + 1)), findSpec(info.params, id));
    }
    return object;
}

}  // namespace

MemberParams::MemberParams(std::shared_ptr<const ModelRegistry> models, std::vector<ParamSpec> others)
    : m_models(std::move(models)) {
    OneOf choices{{{kNone, "None"}, {kLinear, "Ridge or logistic"}}};
    m_ids.push_back(kLinear);
    for (const ModelInfo& info : m_models->all()) {
        choices.choices.push_back({info.id, info.label});
        m_ids.push_back(info.id);
    }
    std::string_view before;
    for (const Slot& slot : kSlots) {
        ParamSpec model{.id = slot.id,
                        .label = slot.label,
                        .help = "A model that has its say. The more they differ in kind, the more they mend one "
                                "another's errors. Ridge or logistic: whichever serves the target.",
                        .fallback = std::string(slot.fallback),
                        .rule = choices};
        if (!before.empty()) model.when = EnabledWhen{before, m_ids};
        m_specs.push_back(std::move(model));
        m_specs.push_back({.id = slot.params,
                           .label = slot.paramsLabel,
                           .help = "Parameters of this model other than its defaults, as in: trees = 200; "
                                   "max_depth = 4. Empty: its defaults.",
                           .fallback = std::string(),
                           .rule = AnyText{},
                           .when = EnabledWhen{slot.id, m_ids}});
        before = slot.id;
    }
    m_specs.insert(m_specs.end(), std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()));
}

std::vector<ModelSpec> MemberParams::chosen(const Params& params, Task task) const {
    std::vector<ModelSpec> members;
    for (const Slot& slot : kSlots) {
        std::string_view id = params.text(slot.id);
        if (id == kNone) continue;
        if (id == kLinear) id = task == Task::Regression ? "ridge" : "logistic";
        const ModelInfo& info = m_models->require(id);
        if (const std::string refusal = info.refusal(task, false); !refusal.empty())
            throw Error(refusal, {.parameter = std::string(slot.id)});
        members.push_back({std::string(id), paramsFromLine(info, params.text(slot.params), slot.params)});
    }
    if (members.empty())
        throw Error("All models of the ensemble are none.", {.parameter = std::string(kSlots[0].id)},
                    "Choose at least one.");
    return members;
}

ParamSet paramsFromLine(const ModelInfo& info, const std::string& text, std::string_view parameter) {
    const nlohmann::json object = objectOfLine(info, trimmed(text), parameter);
    try {
        ParamSet set = paramsFromJson(info.params, object, info.id);
        checkParams(info.params, set, info.id);
        return set;
    } catch (const Error& error) {
        throw Error(error.problem(), {.parameter = std::string(parameter)}, error.remedy());
    }
}

MemberFeatures::MemberFeatures(const Features& features, const ModelRegistry& models,
                               const std::vector<std::string>& ids, const CellEncoder* encoder)
    : m_given(features) {
    const auto any = [&](const auto& needs) {
        return std::any_of(ids.begin(), ids.end(), [&](const auto& id) { return needs(models.require(id).can); });
    };
    if (encoder && any([](const Capabilities& can) { return can.raw != memberCells; }) && CellEncoder::isNeeded(features))
        m_encoded = encoder->encoded(features);
    if (features.sparse && any([&](const Capabilities& can) {
            return !can.sparse && !(m_encoded && can.raw != memberCells);
        }))
        m_dense = dense(features);
}

std::vector<Predictions> predictAll(const Team& team, const ModelRegistry& models, const Features& features) {
    const std::vector<Member>& members = team.members;
    std::vector<std::string> ids;
    for (const Member& member : members) ids.push_back(member.id);
    const MemberFeatures forms(features, models, ids, team.encoder.get());
    std::vector<Predictions> said(members.size());
    parallelFor(members.size(), [&](std::size_t m) {
        said[m] = members[m].model->predict(forms.of(models.require(members[m].id)));
    });
    return said;
}

Warnings warningsOf(const std::vector<Member>& members) {
    Warnings warnings;
    for (const Member& member : members)
        for (const Warning& warning : member.model->warnings())
            addOnce(warnings, {member.label + ": " + warning.message, {.column = warning.place.column}});
    return warnings;
}

std::string namesOf(const std::vector<Member>& members) {
    std::string text;
    for (std::size_t m = 0; m < members.size(); ++m)
        text += (m == 0 ? "" : m + 1 == members.size() ? " and " : ", ") + members[m].label;
    return text;
}

nlohmann::json toJson(const std::vector<Member>& members) {
    nlohmann::json list = nlohmann::json::array();
    for (const Member& member : members) list.push_back({{"id", member.id}, {"state", member.model->save()}});
    return list;
}

std::vector<Member> membersFromJson(const nlohmann::json& state, const ModelRegistry& models) {
    std::vector<Member> members;
    for (const nlohmann::json& member : state) {
        const ModelInfo& info = models.require(member.at("id").get<std::string>());
        members.push_back({std::string(info.id), std::string(info.label), info.load(member.at("state"))});
    }
    if (members.empty()) throw Error("A saved ensemble has no model.", {}, "Train the model again.");
    return members;
}

void addTo(nlohmann::json& state, const Team& team) {
    state["members"] = toJson(team.members);
    if (team.encoder) state["cells"] = team.encoder->save();
}

Team teamFromJson(const nlohmann::json& state, const ModelRegistry& models) {
    Team team{membersFromJson(state.at("members"), models), nullptr};
    if (state.contains("cells"))
        team.encoder = std::make_shared<const CellEncoder>(CellEncoder::load(state["cells"]));
    return team;
}

}  // namespace holdout
