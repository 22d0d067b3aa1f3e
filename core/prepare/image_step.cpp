// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>

#include "prepare/builtin_steps.h"
#include "prepare/image/image_columns.h"
#include "prepare/step_columns.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "image";

const ParamSpec kSpecs[] = {
    columnsSpec("Which image columns to bring into one form.", "images"),
    {.id = "size",
     .label = "Size",
     .help = "as-they-are: no change. first: that of the first training image. given: the width and height below.",
     .fallback = std::string("first"),
     .rule = OneOf{{{"first", "That of the first image"}, {"given", "Width and height"}, {"as-they-are", "As it is"}}}},
    {.id = "width",
     .label = "Width",
     .help = "Pixels across. Each pixel is a feature: models take longer over large images.",
     .fallback = std::int64_t{32},
     .rule = IntegerRange{.low = 1, .high = 1024},
     .when = EnabledWhen{"size", {"given"}},
     .usual = {{8, 128}}},
    {.id = "height",
     .label = "Height",
     .help = "Pixels from top to bottom.",
     .fallback = std::int64_t{32},
     .rule = IntegerRange{.low = 1, .high = 1024},
     .when = EnabledWhen{"size", {"given"}},
     .usual = {{8, 128}}},
    {.id = "square",
     .label = "Cut to a square",
     .help = "Takes the largest square from the middle before resizing, so that nothing is squeezed.",
     .fallback = false,
     .rule = AnyBool{}},
    {.id = "color",
     .label = "Colours",
     .help = "keep: as they are. grey: one value a pixel. color: red, green and blue, also for grey images.",
     .fallback = std::string("keep"),
     .rule = OneOf{{{"keep", "As they are"}, {"grey", "Grey"}, {"color", "Red, green and blue"}}}},
    {.id = "normalize",
     .label = "Stretch contrast",
     .help = "Makes the darkest value of each image black and the lightest white: evens out how images were lit.",
     .fallback = false,
     .rule = AnyBool{}},
};

struct Form {
    std::string column;
    int width = 0;  ///< 0: as it is
    int height = 0;
    bool square = false;
    int channels = 1;
    bool stretch = false;
    std::string learnt;

    Picture apply(Picture picture) const {
        if (square) picture = squared(picture);
        if (width > 0) picture = resized(picture, height, width);
        picture = channels == 1 ? grey(picture) : coloured(picture);
        return stretch ? stretched(picture) : picture;
    }
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Form, column, width, height, square, channels, stretch, learnt)

class FittedImage final : public FittedStep {
public:
    explicit FittedImage(std::vector<Form> forms) : m_forms(std::move(forms)) {}

    Table apply(const Table& table, StepNotes&) const override {
        Table result = table;
        for (const Form& form : m_forms) {
            const std::size_t i = requireFitted(table, form.column, ColumnType::Image, kId);
            result = result.withColumn(i, mappedImages(table.column(i), form.channels, {}, [&](std::size_t, Picture p) {
                                           return form.apply(std::move(p));
                                       }));
        }
        return result;
    }
    std::vector<std::string> learnt() const override {
        if (m_forms.empty()) return {"There is no column that this step acts on."};
        std::vector<std::string> sentences;
        for (const Form& form : m_forms) sentences.push_back(form.learnt);
        return sentences;
    }
    nlohmann::json save() const override { return {{"forms", m_forms}}; }

private:
    std::vector<Form> m_forms;
};

class ImageStep final : public Step {
public:
    explicit ImageStep(const Params& params)
        : m_columns(params.text("columns")),
          m_size(params.text("size")),
          m_width(static_cast<int>(params.integer("width"))),
          m_height(static_cast<int>(params.integer("height"))),
          m_square(params.flag("square")),
          m_color(params.text("color")),
          m_stretch(params.flag("normalize")) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes&, JobContext&) const override {
        std::vector<Form> forms;
        for (const std::size_t i : chosenColumnsOf(training.table, m_columns, kId, {ColumnType::Image}))
            forms.push_back(learn(training.table.column(i)));
        return std::make_shared<FittedImage>(std::move(forms));
    }
    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return std::make_shared<FittedImage>(state.at("forms").get<std::vector<Form>>());
    }

private:
    Form learn(const Column& column) const {
        Form form{.column = column.name(), .square = m_square, .stretch = m_stretch};
        form.channels = m_color == "grey" ? 1 : m_color == "color" ? 3 : column.images().channels;
        if (m_size == "given") {
            form.width = m_width;
            form.height = m_height;
        } else if (m_size == "first") {
            const auto first =
                std::ranges::find_if(column.images().sizes, [](const ImageSize& s) { return s.width > 0; });
            if (first != column.images().sizes.end()) {
                const int side = std::min(first->width, first->height);
                form.width = m_square ? side : first->width;
                form.height = m_square ? side : first->height;
            }
        }
        form.learnt = column.name() + ": " +
                      (form.width > 0 ? std::to_string(form.width) + " × " + std::to_string(form.height) + " pixels"
                                      : "sizes as they are") +
                      (form.channels == 1 ? ", grey" : ", in colour");
        return form;
    }

    std::string m_columns;
    std::string m_size;
    int m_width;
    int m_height;
    bool m_square;
    std::string m_color;
    bool m_stretch;
};

}  // namespace

StepInfo imageStep() {
    return {
        .id = kId,
        .label = "Bring images into one form",
        .group = StepGroup::TextsImages,
        .sentence =
            "Makes all images of a column of one size, and grey or coloured, as models need them. Their pixels then "
            "are the features.",
        .params = kSpecs,
        .make = makeStep<ImageStep>};
}

}  // namespace holdout
