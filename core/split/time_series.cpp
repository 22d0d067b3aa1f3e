// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/format.h"
#include "split/builtin_splits.h"
#include "split/dealing.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "time-series";

const ParamSpec kSpecs[] = {
    {.id = "folds",
     .label = "Folds",
     .help = "How many stretches of time are forecast, each from all rows before it.",
     .fallback = std::int64_t{5},
     .rule = IntegerRange{1, 1'000'000},
     .usual = {{2, 20}}},
    {.id = "gap",
     .label = "Gap",
     .help = "Rows left out between training and test, where the recent past would give the answer away.",
     .fallback = std::int64_t{0},
     .rule = IntegerRange{0, 1'000'000'000},
     .usual = {{0, 30}}},
    {.id = "window",
     .label = "Window",
     .help = "Trains on so many latest rows only, where the distant past misleads. 0 trains on all the past.",
     .fallback = std::int64_t{0},
     .rule = IntegerRange{0, 1'000'000'000},
     .usual = {{0, 1000}}},
};

class TimeSeries final : public Splitter {
public:
    explicit TimeSeries(const Params& params)
        : m_folds(params.integer("folds")), m_gap(params.integer("gap")), m_window(params.integer("window")) {}

    std::vector<Fold> split(const Dataset& data, Seed, Warnings&) const override {
        const auto rows = static_cast<std::int64_t>(data.size());
        if (m_folds + 1 > rows)
            throw Error(formatCount(m_folds) + " folds need " + formatCount(m_folds + 1) +
                            " rows or more, but the data have " + formatCount(rows) + ".",
                        {.parameter = "folds"}, "Take fewer folds.");
        const std::int64_t size = rows / (m_folds + 1);
        const std::int64_t first = rows - m_folds * size;
        if (m_gap >= first)
            throw Error("A gap of " + formatCount(m_gap) +
                            " rows leaves nothing to train on before the first fold, which begins after " +
                            formatCount(first) + ".",
                        {.parameter = "gap"}, "Take a smaller gap or fewer folds.");
        std::vector<Fold> folds;
        for (std::int64_t i = 0; i < m_folds; ++i) {
            const std::int64_t begin = first + i * size;
            Fold fold{.index = static_cast<int>(i)};
            const std::int64_t end = begin - m_gap;
            for (std::int64_t row = m_window > 0 ? std::max<std::int64_t>(0, end - m_window) : 0; row < end; ++row)
                fold.train.push_back(static_cast<std::uint32_t>(row));
            for (std::int64_t row = begin; row < begin + size; ++row)
                fold.test.push_back(static_cast<std::uint32_t>(row));
            folds.push_back(std::move(fold));
        }
        return folds;
    }

private:
    std::int64_t m_folds;
    std::int64_t m_gap;
    std::int64_t m_window;
};

}  // namespace

SplitInfo timeSeriesSplit() {
    return {
        .id = kId,
        .label = "Forward in time",
        .sentence =
            "Trains on the past and tests on the stretch that follows, with a past that grows from fold to fold or a window "
            "that slides along. Rows must stand in order of time; nothing is shuffled.",
        .params = kSpecs,
        .make = [](const Params& params) -> std::unique_ptr<const Splitter> {
            return std::make_unique<TimeSeries>(params);
        }};
}

}  // namespace holdout
