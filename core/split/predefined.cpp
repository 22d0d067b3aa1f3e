// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/format.h"
#include "split/builtin_splits.h"
#include "split/dealing.h"
#include "split/labelled_rows.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "predefined";

const ParamSpec kSpecs[] = {
    {.id = "column",
     .label = "Fold column",
     .help =
         "The column that says in which fold a row is tested. Rows with a missing cell or -1 are always trained on.",
     .fallback = std::string(),
     .rule = AnyText{}},
};

class Predefined final : public Splitter {
public:
    std::vector<Fold> split(const Dataset& data, Seed, Warnings&) const override {
        if (!data.folds)
            throw Error("predefined needs a column that says in which fold each row is tested.",
                        {.parameter = "column"}, "Name the column under column.");
        const LabelledRows labels = labelledRows(*data.folds);
        // -1 for "never tested" is the habit of other tools.
        const auto minusOne = std::find(labels.values.begin(), labels.values.end(), "-1");
        std::vector<std::uint32_t> foldOf(labels.values.size());
        std::uint32_t count = 0;
        for (std::size_t i = 0; i < foldOf.size(); ++i)
            foldOf[i] = labels.values.begin() + static_cast<std::ptrdiff_t>(i) == minusOne ? never : count++;
        std::vector<std::uint32_t> assignment;
        for (const std::uint32_t value : labels.value)
            assignment.push_back(value == LabelledRows::absent ? never : foldOf[value]);
        requireBothSides(assignment, count, *data.folds);
        return foldsOfAssignment(assignment, count, 0);
    }

private:
    static void requireBothSides(const std::vector<std::uint32_t>& assignment, std::uint32_t count,
                                 const Column& column) {
        const Place place{.column = column.name(), .parameter = "column"};
        if (count == 0)
            throw Error("No row of the fold column says in which fold it is tested.", place, "Choose another column.");
        const bool allInOne = count == 1 && std::find(assignment.begin(), assignment.end(), never) == assignment.end();
        if (allInOne)
            throw Error("The fold column has one value only, so no row is left to train on.", place,
                        "Give it two values or more, or leave cells empty in rows that are always trained on.");
        if (count > 1000 && count > assignment.size() / 2)
            throw Error("The fold column has " + formatCount(count) + " values, nearly one for each row.", place,
                        "Choose the column that numbers the folds.");
    }
};

}  // namespace

SplitInfo predefinedSplit() {
    return {.id = kId,
            .label = "Folds from a column",
            .sentence =
                "Takes the folds from a column of the data: each of its values is a fold, which tests the rows that "
                "have it. "
                "For published splits and for comparing with other tools.",
            .params = kSpecs,
            .make = [](const Params&) -> std::unique_ptr<const Splitter> { return std::make_unique<Predefined>(); }};
}

}  // namespace holdout
