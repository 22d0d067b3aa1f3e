// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/experiment_spec.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "experiment/json_object.h"

namespace holdout {
namespace {

using nlohmann::json;


std::string lowerCase(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

std::optional<Encoding> readEncoding(const JsonObject& data) {
    const std::string name = data.text("encoding");
    if (name.empty()) return std::nullopt;
    std::vector<std::string_view> known;
    for (const Encoding encoding : allEncodings) {
        if (lowerCase(std::string(encodingName(encoding))) == lowerCase(name)) return encoding;
        known.push_back(encodingName(encoding));
    }
    throwUnknownWord("There is no encoding named " + name + ".", name, known, data.path("encoding"));
}

std::optional<Task> readTask(const JsonObject& data) {
    const std::string name = data.text("task");
    if (name.empty()) return std::nullopt;
    for (const Task task : {Task::Classification, Task::Regression})
        if (taskName(task) == name) return task;
    throwUnknownWord("There is no task named " + name + ".", name, {"classification", "regression"}, data.path("task"));
}

std::map<std::string, ColumnType, std::less<>> readTypes(const JsonObject& data) {
    std::map<std::string, ColumnType, std::less<>> types;
    const json* object = data.find("types");
    if (!object) return types;
    const JsonObject entries(*object, data.path("types"));
    for (const auto& [column, value] : object->items()) types[column] = columnTypeFromName(entries.requireText(column));
    return types;
}

/// A sign, or "none" for NoMark.
std::optional<char> markOf(const JsonObject& data, std::string_view key) {
    const json* value = data.find(key);
    if (value && *value == "none") return NoMark;
    return data.character(key);
}

std::optional<SealedSpec> readSealed(const JsonObject& data) {
    const json* object = data.find("sealed");
    if (!object) return std::nullopt;
    const JsonObject sealed(*object, data.path("sealed"));
    sealed.allowOnly({"fraction", "stratify", "seed"});
    SealedSpec spec;
    spec.fraction = sealed.number("fraction").value_or(spec.fraction);
    if (!(spec.fraction > 0 && spec.fraction < 1)) sealed.throwBad("fraction", "a number between 0 and 1");
    spec.stratify = sealed.flag("stratify").value_or(spec.stratify);
    spec.seed = sealed.wholeNumber("seed").value_or(spec.seed);
    return spec;
}

std::vector<StepSpec> readSteps(const json& list, const StepRegistry& steps) {
    if (!list.is_array())
        throw Error("prepare must be a list of steps.", {.parameter = "prepare"}, "Write it as [{\"step\": \"impute\"}, …].");
    std::vector<StepSpec> specs;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const JsonObject object(list[i], "prepare." + std::to_string(i));
        const StepInfo& info = steps.require(object.requireText("step"));
        specs.push_back({std::string(info.id), paramsFromJson(info.params, list[i], info.id, {"step", "enabled"}),
                         object.flag("enabled").value_or(true)});
    }
    return specs;
}

Scale readScale(const JsonObject& object, Scale fallback) {
    const std::string name = object.text("scale");
    if (name.empty()) return fallback;
    if (name == "log") return Scale::Log;
    if (name == "linear") return Scale::Linear;
    throwUnknownWord("There is no scale named " + name + ".", name, {"linear", "log"}, object.path("scale"));
}

/// {"penalty": "elastic-net"}, or a list of values.
DimensionCondition readCondition(const json& when, const std::string& where, const PipelineSpec& pipeline, const Catalog& catalog) {
    if (!when.is_object() || when.size() != 1)
        throw Error(where + " must name one parameter and its values.", {.parameter = where}, "Write it as {\"penalty\": \"elastic-net\"}.");
    DimensionCondition condition{when.begin().key(), {}};
    const ParamSpec& spec = dimensionSpec(pipeline, catalog, condition.param);
    const json values = when.begin()->is_array() ? *when.begin() : json::array({*when.begin()});
    for (const json& value : values) condition.values.push_back(valueFromJson(spec, value, where));
    return condition;
}

Dimension readDimension(const JsonObject& object, const std::string& name, const PipelineSpec& pipeline, const Catalog& catalog) {
    object.allowOnly({"name", "low", "high", "scale", "steps", "choices", "integer", "when"});
    const ParamSpec& spec = dimensionSpec(pipeline, catalog, name);
    Dimension dimension = defaultDimension(name, spec);
    const auto low = object.number("low"), high = object.number("high");
    if (low) dimension.low = *low;
    if (high) dimension.high = *high;
    dimension.scale = readScale(object, dimension.scale);
    if (object.flag("integer").value_or(dimension.integer) != dimension.integer)
        object.throwBad("integer", dimension.integer ? "true, as its parameter is a whole number" : "false, as its parameter is none");
    if (const auto steps = object.wholeNumber("steps"))
        dimension.steps = static_cast<int>(std::min<std::uint64_t>(*steps, 1'000'000));
    if (const json* choices = object.find("choices")) {
        if (low || high) object.throwBad("choices", "absent where low or high is given");
        if (!choices->is_array() || choices->empty()) object.throwBad("choices", "a list of values");
        dimension.choices.clear();
        for (const json& choice : *choices) dimension.choices.push_back(valueFromJson(spec, choice, object.path("choices")));
        dimension.low = dimension.high = 0;
    }
    if (const json* when = object.find("when")) dimension.when = readCondition(*when, object.path("when"), pipeline, catalog);
    return checkedDimension(std::move(dimension), spec);
}

SearchSpace readSpace(const JsonObject& tune, const PipelineSpec& pipeline, const Catalog& catalog) {
    SearchSpace space;
    const json& dimensions = tune.require("space");
    if (dimensions.is_array()) {
        for (std::size_t i = 0; i < dimensions.size(); ++i) {
            const JsonObject object(dimensions[i], tune.path("space") + "." + std::to_string(i));
            space.push_back(readDimension(object, object.requireText("name"), pipeline, catalog));
        }
        return space;
    }
    const JsonObject checked(dimensions, tune.path("space"));
    for (const auto& [name, dimension] : dimensions.items())
        space.push_back(readDimension(JsonObject(dimension, checked.path(name)), name, pipeline, catalog));
    return space;
}

/// [{"lambda": 0.1, …}]: a value for each searched parameter, and perhaps "after": how many trials come first.
std::vector<ProposedPoint> readProposed(const json& list, const std::string& where, const PipelineSpec& pipeline, const Catalog& catalog) {
    if (!list.is_array()) throw Error(where + " must be a list of points.", {.parameter = where}, "Write it as [{\"lambda\": 0.1}, …].");
    std::vector<ProposedPoint> points;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const JsonObject object(list[i], where + "." + std::to_string(i));
        ProposedPoint point;
        point.after = object.wholeNumber("after").value_or(0);
        for (const auto& [name, value] : list[i].items())
            if (name != "after") point.params[name] = valueFromJson(dimensionSpec(pipeline, catalog, name), value, object.path(name));
        points.push_back(std::move(point));
    }
    return points;
}

TuneSpec readTune(const json& object, const PipelineSpec& pipeline, const Catalog& catalog, const SearchRegistry& searches) {
    const JsonObject tune(object, "tune");
    const SearchInfo& info = searches.require(tune.text("search", "grid"));
    TuneSpec spec;
    spec.search = info.id;
    spec.params = paramsFromJson(info.params, object, info.id, {"search", "metric", "space", "nested", "propose", "against"});
    spec.metric = tune.text("metric");
    const std::string against = tune.text("against", "none");
    for (const SecondGoal goal : {SecondGoal::Time, SecondGoal::Size})
        if (against == secondGoalName(goal)) spec.against = goal;
    if (against != secondGoalName(spec.against)) tune.throwBad("against", "none, time or size");
    if (!spec.metric.empty()) catalog.metrics.require(spec.metric);
    spec.space = readSpace(tune, pipeline, catalog);
    if (const json* nested = tune.find("nested")) {
        const JsonObject estimate(*nested, tune.path("nested"));
        estimate.allowOnly({"folds"});
        const std::uint64_t folds = estimate.wholeNumber("folds").value_or(5);
        if (folds < 2 || folds > 1000) estimate.throwBad("folds", "a whole number from 2 to 1,000");
        spec.nested = static_cast<std::int64_t>(folds);
    }
    if (const json* propose = tune.find("propose")) spec.propose = readProposed(*propose, tune.path("propose"), pipeline, catalog);
    return spec;
}

std::string oneCharacter(char c) { return c == NoMark ? "none" : std::string(1, c); }

json dataToJson(const DataSpec& data) {
    json object = {{"source", data.source}, {"target", data.roles.target}};
    if (data.task) object["task"] = taskName(*data.task);
    for (const auto& [column, type] : data.types) object["types"][column] = columnTypeName(type);
    if (!data.roles.ignored.empty()) object["ignore"] = data.roles.ignored;
    if (!data.roles.group.empty()) object["group"] = data.roles.group;
    if (!data.roles.weight.empty()) object["weight"] = data.roles.weight;
    if (!data.roles.fold.empty()) object["fold"] = data.roles.fold;
    if (!data.missing.empty()) object["missing"] = data.missing;
    if (data.delimiter) object["delimiter"] = oneCharacter(*data.delimiter);
    if (data.quote) object["quote"] = oneCharacter(*data.quote);
    if (data.decimal) object["decimal"] = oneCharacter(*data.decimal);
    if (data.encoding) object["encoding"] = encodingName(*data.encoding);
    if (data.header) object["header"] = *data.header;
    if (data.comment) object["comment"] = oneCharacter(*data.comment);
    if (data.escape) object["escape"] = oneCharacter(*data.escape);
    if (data.thousands) object["thousands"] = oneCharacter(*data.thousands);
    if (data.skip) object["skip"] = *data.skip;
    if (data.headerRows) object["header_rows"] = *data.headerRows;
    if (!data.sheet.empty()) object["sheet"] = data.sheet;
    if (!data.table.empty()) object["table"] = data.table;
    if (!data.query.empty()) object["query"] = data.query;
    if (data.sealed)
        object["sealed"] = {{"fraction", data.sealed->fraction}, {"stratify", data.sealed->stratify}, {"seed", data.sealed->seed}};
    if (!data.edits.empty()) object["edits"] = editsToJson(data.edits);
    return object;
}

json dimensionToJson(const Dimension& dimension) {
    json object = json::object();
    // The scale is always written: its fallback is the parameter's own.
    object["scale"] = dimension.scale == Scale::Log ? "log" : "linear";
    if (dimension.choices.empty()) {
        object["low"] = dimension.low;
        object["high"] = dimension.high;
    }
    for (const ParamValue& choice : dimension.choices) object["choices"].push_back(valueToJson(choice));
    if (dimension.integer) object["integer"] = true;
    if (dimension.steps) object["steps"] = *dimension.steps;
    if (dimension.when) {
        json& values = object["when"][dimension.when->param] = json::array();
        for (const ParamValue& value : dimension.when->values) values.push_back(valueToJson(value));
    }
    return object;
}

json spaceToJson(const SearchSpace& space) {
    const auto byName = [](const Dimension& a, const Dimension& b) { return a.name < b.name; };
    if (std::is_sorted(space.begin(), space.end(), byName)) {
        json object = json::object();
        for (const Dimension& dimension : space) object[dimension.name] = dimensionToJson(dimension);
        return object;
    }
    json list = json::array();
    for (const Dimension& dimension : space) {
        list.push_back(dimensionToJson(dimension));
        list.back()["name"] = dimension.name;
    }
    return list;
}

}  // namespace

ReadOptions DataSpec::readOptions() const {
    ReadOptions options;
    options.delimiter = delimiter;
    options.quote = quote;
    options.decimal = decimal;
    options.encoding = encoding;
    options.header = header;
    options.comment = comment;
    options.escape = escape;
    options.thousands = thousands;
    options.skip = skip;
    options.headerRows = headerRows;
    options.sheet = sheet;
    options.table = table;
    options.query = query;
    options.types = types;
    if (!missing.empty()) options.missing = missing;
    return options;
}

Roles effectiveRoles(const ExperimentSpec& spec, const Catalog& catalog) {
    Roles roles = spec.data.roles;
    if (spec.validate.id != "predefined") return roles;
    const bool isNamed = spec.validate.params.has("column");
    if (isNamed || roles.fold.empty()) {
        const ParamValue column = valueOrFallback(catalog.splits.require(spec.validate.id).params, spec.validate.params, "column");
        roles.fold = std::get<std::string>(column);
    }
    return roles;
}

json parseJson(std::string_view text, const std::string& name) {
    try {
        return json::parse(text);
    } catch (const json::parse_error& error) {
        const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
        const auto line = 1 + std::count(text.begin(), end, '\n');
        std::string what = error.what();
        // nlohmann's text: "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while …"
        if (const auto colon = what.find(": "); colon != std::string::npos) what = what.substr(colon + 2);
        throw Error("This is no valid JSON: " + what + ".", {.file = name, .row = line}, "Mend that line.");
    }
}

json readJsonFile(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    if (!stream || std::filesystem::is_directory(path) || !(text << stream.rdbuf()))
        throw Error("The file cannot be read, or is empty.", {.file = path.string()}, "Check its name and its permissions.");
    return parseJson(text.str(), path.filename().string());
}

DataSpec dataSpecFromJson(const json& object, const EditRegistry& edits) {
    const JsonObject data(object, "data");
    data.allowOnly({"source", "target", "task", "types", "ignore", "group", "weight", "fold", "missing", "delimiter", "quote",
                    "decimal", "encoding", "header", "comment", "escape", "thousands", "skip", "header_rows", "sheet", "table", "query",
                    "sealed", "edits"});
    DataSpec spec;
    spec.source = data.text("source");
    spec.roles.target = data.text("target");
    spec.roles.ignored = data.texts("ignore");
    spec.roles.group = data.text("group");
    spec.roles.weight = data.text("weight");
    spec.roles.fold = data.text("fold");
    spec.task = readTask(data);
    spec.types = readTypes(data);
    spec.missing = data.texts("missing");
    spec.delimiter = data.character("delimiter");
    spec.quote = markOf(data, "quote");
    if (spec.quote && *spec.quote != '"' && *spec.quote != '\'' && *spec.quote != NoMark)
        data.throwBad("quote", "\", ' or \"none\"");
    spec.decimal = data.character("decimal");
    if (spec.decimal && *spec.decimal != '.' && *spec.decimal != ',') data.throwBad("decimal", "\".\" or \",\"");
    spec.encoding = readEncoding(data);
    spec.header = data.flag("header");
    spec.comment = markOf(data, "comment");
    spec.escape = markOf(data, "escape");
    spec.thousands = markOf(data, "thousands");
    spec.skip = data.wholeNumber("skip");
    spec.headerRows = data.wholeNumber("header_rows");
    if (spec.headerRows && (*spec.headerRows < 1 || *spec.headerRows > 9)) data.throwBad("header_rows", "a number from 1 to 9");
    spec.sheet = data.text("sheet");
    spec.table = data.text("table");
    spec.query = data.text("query");
    spec.sealed = readSealed(data);
    if (const json* list = data.find("edits")) spec.edits = editsFromJson(*list, edits, data.path("edits"));
    return spec;
}

ExperimentSpec specFromJson(const json& object, const Catalog& catalog, const SearchRegistry& searches) {
    const JsonObject top(object, "");
    top.allowOnly({"name", "data", "prepare", "model", "validate", "metrics", "tune", "seed"});
    ExperimentSpec spec;
    spec.name = top.text("name");
    spec.data = dataSpecFromJson(top.require("data"), catalog.edits);
    if (const json* prepare = top.find("prepare")) spec.pipeline.prepare = readSteps(*prepare, catalog.steps);

    const JsonObject model(top.require("model"), "model");
    const ModelInfo& modelInfo = catalog.models.require(model.requireText("id"));
    spec.pipeline.model = {std::string(modelInfo.id), paramsFromJson(modelInfo.params, top.require("model"), modelInfo.id, {"id"})};

    if (const json* validate = top.find("validate")) {
        const JsonObject split(*validate, "validate");
        const SplitInfo& info = catalog.splits.require(split.text("split", spec.validate.id));
        spec.validate = {std::string(info.id), paramsFromJson(info.params, *validate, info.id, {"split"})};
    }
    spec.metrics = top.texts("metrics");
    for (const std::string& metric : spec.metrics) catalog.metrics.require(metric);
    if (const json* tune = top.find("tune")) spec.tune = readTune(*tune, spec.pipeline, catalog, searches);
    spec.seed = top.wholeNumber("seed").value_or(spec.seed);
    return spec;
}

json specToJson(const ExperimentSpec& spec) {
    json object = {{"data", dataToJson(spec.data)}, {"seed", spec.seed}};
    if (!spec.name.empty()) object["name"] = spec.name;
    object["prepare"] = json::array();
    for (const StepSpec& step : spec.pipeline.prepare) {
        json item = {{"step", step.id}};
        paramsToJson(step.params, item);
        if (!step.enabled) item["enabled"] = false;
        object["prepare"].push_back(std::move(item));
    }
    object["model"]["id"] = spec.pipeline.model.id;
    paramsToJson(spec.pipeline.model.params, object["model"]);
    object["validate"]["split"] = spec.validate.id;
    paramsToJson(spec.validate.params, object["validate"]);
    if (!spec.metrics.empty()) object["metrics"] = spec.metrics;
    if (spec.tune) {
        json& tune = object["tune"];
        tune["search"] = spec.tune->search;
        paramsToJson(spec.tune->params, tune);
        if (!spec.tune->metric.empty()) tune["metric"] = spec.tune->metric;
        tune["space"] = spaceToJson(spec.tune->space);
        if (spec.tune->against != SecondGoal::None) tune["against"] = secondGoalName(spec.tune->against);
        if (spec.tune->nested) tune["nested"]["folds"] = *spec.tune->nested;
        for (const ProposedPoint& point : spec.tune->propose) {
            json item = json::object();
            for (const auto& [name, value] : point.params) item[name] = valueToJson(value);
            if (point.after > 0) item["after"] = point.after;
            tune["propose"].push_back(std::move(item));
        }
    }
    return object;
}

}  // namespace holdout
