// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <numbers>

#include "prepare/builtin_steps.h"
#include "prepare/columnwise.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "date-parts";

/// A moment of UTC, taken apart.
struct Moment {
    std::int64_t year = 1970, month = 1, day = 1;
    std::int64_t weekday = 4;  ///< of ISO 8601: Monday is 1
    std::int64_t dayOfYear = 1;
    std::int64_t days = 0;  ///< since 1970-01-01
    std::int64_t hour = 0, minute = 0;
};

Moment momentOf(std::int64_t micros) {
    using namespace std::chrono;
    const sys_time<microseconds> time{microseconds{micros}};
    const sys_days day = floor<days>(time);
    const year_month_day date{day};
    const auto minutesOfDay = floor<minutes>(time - day).count();
    return {.year = static_cast<int>(date.year()),
            .month = static_cast<unsigned>(date.month()),
            .day = static_cast<unsigned>(date.day()),
            .weekday = std::chrono::weekday{day}.iso_encoding(),
            .dayOfYear = (day - sys_days{date.year() / January / 1}).count() + 1,
            .days = day.time_since_epoch().count(),
            .hour = minutesOfDay / 60,
            .minute = minutesOfDay % 60};
}

/// A part that can be chosen. `period`: after how many steps it comes round; 0 when never.
struct Part {
    std::string_view id;
    std::string_view name;  ///< what its columns are called
    double (*of)(const Moment&);
    int period = 0;
    int first = 0;
    bool ofTime = false;  ///< makes sense for columns with a time of day only
};

constexpr std::array<Part, 10> kParts{{
    {"year", "year", [](const Moment& m) { return static_cast<double>(m.year); }},
    {"quarter", "quarter", [](const Moment& m) { return static_cast<double>((m.month - 1) / 3 + 1); }, 4, 1},
    {"month", "month", [](const Moment& m) { return static_cast<double>(m.month); }, 12, 1},
    {"day", "day", [](const Moment& m) { return static_cast<double>(m.day); }, 31, 1},
    {"weekday", "weekday", [](const Moment& m) { return static_cast<double>(m.weekday); }, 7, 1},
    {"weekend", "weekend", [](const Moment& m) { return m.weekday >= 6 ? 1.0 : 0.0; }},
    {"day_of_year", "day of year", [](const Moment& m) { return static_cast<double>(m.dayOfYear); }, 366, 1},
    {"days", "days", [](const Moment& m) { return static_cast<double>(m.days); }},
    {"hour", "hour", [](const Moment& m) { return static_cast<double>(m.hour); }, 24, 0, true},
    {"minute", "minute", [](const Moment& m) { return static_cast<double>(m.minute); }, 60, 0, true},
}};

const Part& partOf(std::string_view id) {
    return *std::find_if(kParts.begin(), kParts.end(), [&](const Part& part) { return part.id == id; });
}

ParamSpec partSpec(std::string_view id, std::string_view label, std::string_view help, bool chosen) {
    return {.id = id, .label = label, .help = help, .fallback = chosen, .rule = AnyBool{}};
}

const ParamSpec kSpecs[] = {
    columnsSpec("Which date columns to take apart.", "dates"),
    partSpec("year", "Year", "The year, such as 2024.", true),
    partSpec("quarter", "Quarter", "1 to 4.", false),
    partSpec("month", "Month", "1 to 12.", true),
    partSpec("day", "Day of the month", "1 to 31.", true),
    partSpec("weekday", "Day of the week", "1 for Monday to 7 for Sunday, as ISO 8601 counts.", true),
    partSpec("weekend", "Weekend", "1 on Saturday and Sunday, else 0.", false),
    partSpec("day_of_year", "Day of the year", "1 to 366.", false),
    partSpec("days", "Days since 1970", "The date as one number, for trends.", false),
    partSpec("hour", "Hour", "0 to 23, for columns that have a time of day. In UTC when the file names time zones.",
             true),
    partSpec("minute", "Minute", "0 to 59, for columns that have a time of day.", false),
    {.id = "cycles",
     .label = "Parts that come round",
     .help = "How month, weekday, hour and the like are written. numbers: December is 12, far from January. circle: as "
             "sine "
             "and cosine of the place on a circle, so that December is next to January. both: all three columns.",
     .fallback = std::string("numbers"),
     .rule = OneOf{{{"numbers", "Numbers"}, {"circle", "Sine and cosine"}, {"both", "Both"}}}},
};

/// One date column and the parts that take its place.
struct Dated {
    static constexpr bool keepsUnits = true;
    std::string column;
    std::vector<std::string> parts;
    bool numbers = true;
    bool circle = false;
    std::string learnt;

    ColumnType type() const { return ColumnType::DateTime; }
    ColumnOutput apply(const ColumnPtr& from) const;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Dated, column, parts, numbers, circle, learnt)

ColumnOutput Dated::apply(const ColumnPtr& from) const {
    std::vector<Moment> moments;
    for (const std::int64_t micros : from->dateTimes().micros) moments.push_back(momentOf(micros));
    ColumnOutput output;
    const auto add = [&](const std::string& name, const auto& value) {
        std::vector<double> values(moments.size());
        for (std::size_t row = 0; row < values.size(); ++row)
            if (!from->isMissing(row)) values[row] = value(moments[row]);
        output.columns.push_back(Column::numbers(column + " " + name, std::move(values), from->missing()));
    };
    for (const std::string& id : parts) {
        const Part& part = partOf(id);
        const std::string name(part.name);
        if (numbers || part.period == 0) add(name, part.of);
        if (!circle || part.period == 0) continue;
        const auto angle = [&](const Moment& m) {
            return 2 * std::numbers::pi * (part.of(m) - part.first) / part.period;
        };
        add(name + " sine", [&](const Moment& m) { return std::sin(angle(m)); });
        add(name + " cosine", [&](const Moment& m) { return std::cos(angle(m)); });
    }
    return output;
}

class DateParts final : public Step {
public:
    explicit DateParts(const Params& params)
        : m_columns(params.text("columns")),
          m_numbers(params.text("cycles") != "circle"),
          m_circle(params.text("cycles") != "numbers") {
        for (const Part& part : kParts)
            if (params.flag(part.id)) m_parts.push_back(&part);
    }

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes&, JobContext&) const override {
        const Table& table = training.table;
        std::vector<Dated> columns;
        for (const std::size_t i : chosenColumnsOf(table, m_columns, kId, {ColumnType::DateTime}))
            columns.push_back(learn(table.column(i)));
        return std::make_shared<ColumnwiseStep<Dated>>(std::move(columns), kId);
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return ColumnwiseStep<Dated>::load(state, kId);
    }

private:
    /// Whether there are times of day is asked of the training rows: the column's own mark knows held-out ones too.
    Dated learn(const Column& column) const {
        constexpr std::int64_t day = 86'400'000'000;
        const std::vector<std::int64_t>& micros = column.dateTimes().micros;
        const bool hasTime =
            std::any_of(micros.begin(), micros.end(), [](std::int64_t moment) { return moment % day != 0; });
        Dated dated{.column = column.name(), .numbers = m_numbers, .circle = m_circle};
        for (const Part* part : m_parts)
            if (hasTime || !part->ofTime) dated.parts.emplace_back(part->id);
        dated.learnt = column.name() + ": " + listedNames(dated.parts, kParts.size());
        if (!hasTime) dated.learnt += ", no time of day";
        return dated;
    }

    std::string m_columns;
    std::vector<const Part*> m_parts;
    bool m_numbers;
    bool m_circle;
};

}  // namespace

StepInfo datePartsStep() {
    return {.id = kId,
            .label = "Take dates apart",
            .group = StepGroup::Categories,
            .sentence =
                "Replaces each date column by numbers that models can use: year, month, day of the week, hour and so "
                "on, as chosen.",
            .params = kSpecs,
            .make = makeStep<DateParts>};
}

}  // namespace holdout
