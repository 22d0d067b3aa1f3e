// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/format.h"
#include "prepare/augmentation.h"
#include "prepare/builtin_steps.h"
#include "prepare/image/image_columns.h"
#include "prepare/step_columns.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "augment-image";

ParamSpec amount(std::string_view id, std::string_view label, std::string_view help, double fallback, double high) {
    return {.id = id,
            .label = label,
            .help = help,
            .fallback = fallback,
            .rule = RealRange{.low = 0, .high = high},
            .usual = {{0, high}}};
}

const std::vector<ParamSpec>& imageSpecs() {
    static const std::vector<ParamSpec> specs = {
        columnsSpec("Which image columns get changed copies.", "images"),
        {.id = "copies",
         .label = "Copies of each",
         .help = "How many changed copies of each training image are added. A network that trains by epochs gets as "
                 "many others in each epoch.",
         .fallback = std::int64_t{1},
         .rule = IntegerRange{.low = 0, .high = 50},
         .usual = {{0, 10}}},
        amount("rotate", "Rotate", "By up to so many degrees, to either side.", 10, 180),
        amount("shift", "Shift", "By up to this share of the width and of the height.", 0.1, 0.5),
        amount("scale", "Scale", "Larger or smaller by up to this share.", 0.1, 0.9),
        amount("crop", "Crop", "Cuts up to this share off the edges, and enlarges what is left to the old size.", 0,
               0.9),
        {.id = "flip",
         .label = "Flip",
         .help = "Mirrors every other copy. Not for digits and letters, which a mirror makes others of.",
         .fallback = std::string("none"),
         .rule = OneOf{{{"none", "Never"},
                        {"left-right", "Left and right"},
                        {"up-down", "Up and down"},
                        {"both", "Either way"}}}},
        amount("brightness", "Brightness", "Lighter or darker by up to this share of white.", 0, 1),
        amount("contrast", "Contrast", "More or less contrast by up to this share.", 0, 1),
        amount("noise", "Noise", "Standard deviation of the noise on each pixel, as a share of white.", 0, 1),
        amount("cutout", "Cut-out", "Side of a square that is painted grey at a random place, as a share of the image.",
               0, 1),
    };
    return specs;
}

struct Changes {
    double rotate, shift, scale, crop, brightness, contrast, noise, cutout;
    bool leftRight, upDown;
};

bool tossed(RandomStream& random) {
    return random.uniform() < 0.5;
}

Picture moved(const Picture& picture, const Changes& changes, RandomStream& random) {
    const double angle = random.uniform(-changes.rotate, changes.rotate) * std::numbers::pi / 180;
    const double scale = (1 + random.uniform(-changes.scale, changes.scale)) / (1 - changes.crop * random.uniform());
    const double y = random.uniform(-changes.shift, changes.shift) * picture.height;
    const double x = random.uniform(-changes.shift, changes.shift) * picture.width;
    const double signX = changes.leftRight && tossed(random) ? -1 : 1;
    const double signY = changes.upDown && tossed(random) ? -1 : 1;
    // From where a pixel comes: the inverse of turning, scaling and mirroring.
    const double cosine = std::cos(angle) / scale, sine = std::sin(angle) / scale;
    return warped(picture, {signY * cosine, -signY * sine, signX * sine, signX * cosine}, y, x);
}

void cutOut(Picture& picture, double share, RandomStream& random) {
    const int height = static_cast<int>(std::lround(share * picture.height));
    const int width = static_cast<int>(std::lround(share * picture.width));
    // About a place within the image: near the edge only a part of the square is seen (DeVries, Taylor 2017).
    const int top = static_cast<int>(random.below(static_cast<std::uint64_t>(picture.height))) - height / 2;
    const int left = static_cast<int>(random.below(static_cast<std::uint64_t>(picture.width))) - width / 2;
    for (int y = std::max(top, 0); y < std::min(top + height, picture.height); ++y)
        for (int x = std::max(left, 0); x < std::min(left + width, picture.width); ++x)
            for (int c = 0; c < picture.channels; ++c) picture.at(y, x, c) = 127.5F;
}

Picture changed(Picture picture, const Changes& changes, RandomStream& random) {
    if (picture.values.empty()) return picture;
    picture = moved(picture, changes, random);
    const double lighter = 255 * random.uniform(-changes.brightness, changes.brightness);
    const double steeper = 1 + random.uniform(-changes.contrast, changes.contrast);
    for (float& value : picture.values) {
        double light = (value - 127.5) * steeper + 127.5 + lighter;
        if (changes.noise > 0) light += 255 * changes.noise * random.normal();
        value = static_cast<float>(light);
    }
    if (changes.cutout > 0) cutOut(picture, changes.cutout, random);
    return picture;
}

class ImageCopies final : public Augmenter {
public:
    ImageCopies(std::string columns, std::size_t copies, Changes changes)
        : m_columns(std::move(columns)), m_copies(copies), m_changes(changes) {}

    TrainingFrame added(const TrainingFrame& frame, JobContext& context) const override {
        const auto chosen = chosenColumnsOf(frame.table, m_columns, kId, {ColumnType::Image});
        std::vector<std::uint32_t> origins;
        for (std::size_t copy = 0; !chosen.empty() && copy < m_copies; ++copy)
            for (std::uint32_t row = 0; row < frame.rows.size(); ++row) origins.push_back(row);
        TrainingFrame rows = copiesOf(frame, std::move(origins));
        for (const std::size_t i : chosen) {
            const Column& column = rows.table.column(i);
            rows.table = rows.table.withColumn(
                i, mappedImages(column, column.images().channels, context.stop, [&](std::size_t row, Picture picture) {
                    RandomStream random(context.seed.derive("column", i).derive("image", row));
                    return changed(std::move(picture), m_changes, random);
                }));
        }
        return rows;
    }
    std::string what() const override { return "changed copies of images"; }

private:
    std::string m_columns;
    std::size_t m_copies;
    Changes m_changes;
};

class AugmentImage final : public AugmentingStep {
public:
    explicit AugmentImage(const Params& params) {
        const std::string& flip = params.text("flip");
        const Changes changes{.rotate = params.real("rotate"),
                              .shift = params.real("shift"),
                              .scale = params.real("scale"),
                              .crop = params.real("crop"),
                              .brightness = params.real("brightness"),
                              .contrast = params.real("contrast"),
                              .noise = params.real("noise"),
                              .cutout = params.real("cutout"),
                              .leftRight = flip == "left-right" || flip == "both",
                              .upDown = flip == "up-down" || flip == "both"};
        m_augmenter = std::make_shared<ImageCopies>(params.text("columns"),
                                                    static_cast<std::size_t>(params.integer("copies")), changes);
    }
};

}  // namespace

StepInfo augmentImageStep() {
    return {
        .id = kId,
        .label = "Add changed images",
        .group = StepGroup::Augment,
        .sentence =
            "Adds copies of the training images of each fold, turned, shifted, scaled or otherwise changed, so that a "
            "model learns what does not matter. Held-out images stay as they are.",
        .params = imageSpecs(),
        .make = makeStep<AugmentImage>};
}

}  // namespace holdout
