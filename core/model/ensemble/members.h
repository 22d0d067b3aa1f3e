// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/ensemble/cell_encoder.h"
#include "model/model.h"

namespace holdout {

/// The parameters that name the members of an ensemble: `member_1`, the id of a model, and `member_1_params`, its
/// parameters, and so on. Made over a registry, whose models may be members; lives as long as those who hold it.
class MemberParams {
public:
    static constexpr std::size_t most = 6;

    /// `others`: the ensemble's own parameters, which stand after these.
    MemberParams(std::shared_ptr<const ModelRegistry> models, std::vector<ParamSpec> others);
    MemberParams(const MemberParams&) = delete;
    MemberParams& operator=(const MemberParams&) = delete;

    ParamSpecs specs() const { return m_specs; }
    const ModelRegistry& models() const { return *m_models; }
    /// The models that `params` names, in order. Throws Error that names the parameter when one does not serve `task`,
    /// its parameters cannot be read, or there is none.
    std::vector<ModelSpec> chosen(const Params& params, Task task) const;

private:
    std::shared_ptr<const ModelRegistry> m_models;
    std::vector<std::string_view> m_ids;
    std::vector<ParamSpec> m_specs;
};

/// Parameters as a person writes them in a line, "trees = 200; max_depth = 4", or as a JSON object. Throws Error that
/// names `parameter`, where the text stands.
ParamSet paramsFromLine(const ModelInfo& info, const std::string& text, std::string_view parameter);

/// A fitted member.
struct Member {
    std::string id;
    std::string label;
    std::shared_ptr<const Model> model;
};

/// What an ensemble takes as it is: members that do get raw cells, the others numbers that are made of them.
inline constexpr RawCells memberCells{.missing = true, .categories = true};

/// The features in the form that each member takes; made dense, and raw cells made numbers, once for all that need it.
class MemberFeatures {
public:
    /// `encoder` may be null, where nothing that can be predicted has raw cells. Keeps a reference to `features`.
    MemberFeatures(const Features& features, const ModelRegistry& models, const std::vector<std::string>& ids,
                   const CellEncoder* encoder);
    const Features& of(const ModelInfo& info) const {
        if (m_encoded && info.can.raw != memberCells) return *m_encoded;
        return m_dense && !info.can.sparse ? *m_dense : m_given;
    }

private:
    const Features& m_given;
    std::optional<Features> m_dense, m_encoded;
};

/// The fitted members of an ensemble. A value type; threads may share it.
struct Team {
    std::vector<Member> members;
    std::shared_ptr<const CellEncoder> encoder;  ///< null in models saved before there was one
};

/// The members' predictions, in their order, worked out side by side.
std::vector<Predictions> predictAll(const Team& team, const ModelRegistry& models, const Features& features);
/// Their warnings, each with the name of its model.
Warnings warningsOf(const std::vector<Member>& members);
/// "Random forest, Gradient boosting and Ridge regression"
std::string namesOf(const std::vector<Member>& members);

nlohmann::json toJson(const std::vector<Member>& members);
/// Throws Error when a model is unknown, as its `load` does, or when there is none.
std::vector<Member> membersFromJson(const nlohmann::json& state, const ModelRegistry& models);
/// Adds "members" and "cells" to the state of an ensemble.
void addTo(nlohmann::json& state, const Team& team);
/// Of what addTo made. Throws Error as membersFromJson.
Team teamFromJson(const nlohmann::json& state, const ModelRegistry& models);

}  // namespace holdout
