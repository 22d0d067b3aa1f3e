// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/model_files.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "experiment/project.h"
#include "model/neural/onnx_network.h"

namespace holdout {

namespace {

namespace fs = std::filesystem;

/// A reference cut in two: the file, and what of it.
struct Reference {
    fs::path file;
    std::string run;
};

Reference parsed(const std::string& text) {
    const std::size_t mark = text.rfind('#');
    if (mark == std::string::npos) return {text, {}};
    return {text.substr(0, mark), text.substr(mark + 1)};
}

/// A model with the pipeline that it is a part of, if any: both live as long.
std::shared_ptr<const Model> modelOf(std::shared_ptr<const FittedPipeline> pipeline) {
    const Model* model = &pipeline->model();
    return {std::move(pipeline), model};
}

class ModelFiles final : public ModelSource {
public:
    explicit ModelFiles(const Catalog& catalog) : m_catalog(catalog), m_searches(builtinSearches()) {}

    std::shared_ptr<const Model> model(const std::string& text) const override {
        const Reference reference = parsed(text);
        if (!fs::exists(reference.file))
            throw Error("The model to start from does not exist.",
                        {.file = reference.file.string(), .parameter = std::string(startParameter)},
                        "Name a project and its run, such as digits.holdout#3, or a saved model.");
        if (reference.file.extension() == ".holdout") return fromProject(reference);
        if (reference.file.extension() == ".onnx") return modelFromOnnx(reference.file);
        return fromJson(reference.file);
    }

private:
    std::shared_ptr<const Model> fromProject(const Reference& reference) const {
        const auto project = Project::open(reference.file);
        std::int64_t id = 0;
        if (reference.run.empty()) {
            for (const RunEntry& entry : project->runs())
                if (entry.state == RunState::Finished) id = entry.id;
        } else {
            std::from_chars(reference.run.data(), reference.run.data() + reference.run.size(), id);
        }
        const Run run = project->loadRun(id, m_catalog, m_searches);
        if (!run.model)
            throw Error("Run " + std::to_string(id) + " kept no model.", {.file = reference.file.string()},
                        "Start from another run.");
        return modelOf(run.model);
    }

    /// Written by `run --model`, or Model::save with the key "id" beside it.
    std::shared_ptr<const Model> fromJson(const fs::path& file) const {
        const nlohmann::json state = readJsonFile(file);
        try {
            if (state.contains("recipe"))
                return modelOf(FittedPipeline::load(state, m_catalog.steps, m_catalog.models));
            return m_catalog.models.require(state.value("id", std::string("mlp"))).load(state);
        } catch (const nlohmann::json::exception&) {
            throw Error("This file holds no model.", {.file = file.string()}, "Write one with run --model FILE.");
        }
    }

    const Catalog m_catalog;
    const SearchRegistry m_searches;
};

}  // namespace

Catalog withModelFiles(const Catalog& catalog) {
    Catalog result = catalog;
    if (!result.starts) result.starts = std::make_shared<ModelFiles>(catalog);
    return result;
}

std::string startReference(const ModelSpec& spec, const Catalog& catalog) {
    const ModelInfo* info = catalog.models.find(spec.id);
    if (!info || !info->can.startFrom) return {};
    const ParamValue value = valueOrFallback(info->params, spec.params, startParameter);
    return std::get<std::string>(value);
}

void anchorStart(ExperimentSpec& spec, const Catalog& catalog, const fs::path& folder) {
    const std::string text = startReference(spec.pipeline.model, catalog);
    if (text.empty()) return;
    const Reference reference = parsed(text);
    if (reference.file.is_absolute()) return;
    const std::string file = (folder / reference.file).lexically_normal().string();
    spec.pipeline.model.params.set(startParameter, file + (reference.run.empty() ? "" : "#" + reference.run));
}

}  // namespace holdout
