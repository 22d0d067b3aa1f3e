// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/chart.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/format.h"

namespace holdout {

namespace {

/// Builds a table row by row from numbers and names.
class Rows {
public:
    void name(const std::string& column, const std::string& text) { m_names[at(column, true)].second.push_back(text); }
    void number(const std::string& column, double value) { m_numbers[at(column, false)].second.push_back(value); }

    Table table() const {
        std::vector<ColumnPtr> columns;
        for (const auto& [isName, index] : m_order)
            columns.push_back(isName ? nameColumn(m_names[index].first, m_names[index].second)
                                     : numberColumn(m_numbers[index].first, m_numbers[index].second));
        return Table(std::move(columns));
    }

private:
    template <typename Columns>
    std::size_t find(Columns& columns, const std::string& name, bool isName) {
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (columns[i].first == name) return i;
        columns.push_back({name, {}});
        m_order.push_back({isName, columns.size() - 1});
        return columns.size() - 1;
    }
    std::size_t at(const std::string& name, bool isName) {
        return isName ? find(m_names, name, true) : find(m_numbers, name, false);
    }
    static ColumnPtr numberColumn(const std::string& name, std::vector<double> values) {
        MissingMask missing(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (std::isfinite(values[i])) continue;
            values[i] = 0;
            missing.set(i);
        }
        return Column::numbers(name, std::move(values), std::move(missing));
    }
    static ColumnPtr nameColumn(const std::string& name, const std::vector<std::string>& texts) {
        std::vector<std::string> levels = texts;
        std::sort(levels.begin(), levels.end(), naturalLess);
        levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
        std::vector<std::uint32_t> codes;
        for (const std::string& text : texts)
            codes.push_back(static_cast<std::uint32_t>(std::find(levels.begin(), levels.end(), text) - levels.begin()));
        return Column::categories(name, std::move(codes), std::move(levels));
    }

    std::vector<std::pair<std::string, std::vector<std::string>>> m_names;
    std::vector<std::pair<std::string, std::vector<double>>> m_numbers;
    std::vector<std::pair<bool, std::size_t>> m_order;
};

/// Names of the two axes' columns, distinct from one another and from `taken`.
std::pair<std::string, std::string> columnNames(const Axis& x, const Axis& y, const std::string& taken) {
    std::string first = x.label.empty() || x.label == taken ? "x" : x.label;
    std::string second = y.label.empty() || y.label == taken ? "y" : y.label;
    if (first == second) second += " (y)";
    return {first, second};
}

void position(Rows& rows, const std::string& column, const Axis& axis, double value) {
    if (axis.categories.empty()) return rows.number(column, value);
    if (std::isnan(value)) return rows.name(column, "");
    const auto index = static_cast<std::size_t>(std::max(0.0, std::round(value)));
    rows.name(column, index < axis.categories.size() ? axis.categories[index] : formatExact(value));
}

void addSeries(Rows& rows, const Axis& x, const Axis& y, const std::vector<Series>& all) {
    const auto [xName, yName] = columnNames(x, y, "series");
    const bool banded = std::any_of(all.begin(), all.end(), [](const Series& s) { return !s.low.empty(); });
    for (const Series& series : all)
        for (std::size_t i = 0; i < series.x.size(); ++i) {
            if (std::isnan(series.x[i]) && std::isnan(series.y[i])) continue;
            rows.name("series", series.name);
            position(rows, xName, x, series.x[i]);
            position(rows, yName, y, series.y[i]);
            if (!banded) continue;
            rows.number("low", i < series.low.size() ? series.low[i] : NAN);
            rows.number("high", i < series.high.size() ? series.high[i] : NAN);
        }
}

Table tableOf(const LineChart& chart) {
    Rows rows;
    addSeries(rows, chart.x, chart.y, chart.series);
    return rows.table();
}

Table tableOf(const ScatterChart& chart) {
    Rows rows;
    addSeries(rows, chart.x, chart.y, chart.series);
    return rows.table();
}

Table tableOf(const BarChart& chart) {
    Rows rows;
    const Axis& along = chart.horizontal ? chart.y : chart.x;
    const Axis& value = chart.horizontal ? chart.x : chart.y;
    const double low = along.low.value_or(0), count = static_cast<double>(chart.values.size());
    const double width = count > 0 ? (along.high.value_or(count) - low) / count : 0;
    const auto [name, valueName] = columnNames(along, value, "to");
    for (std::size_t i = 0; i < chart.values.size(); ++i) {
        if (i < along.categories.size()) {
            rows.name(name, along.categories[i]);
        } else {
            rows.number(name == "x" ? "from" : name + " from", low + width * static_cast<double>(i));
            rows.number("to", low + width * static_cast<double>(i + 1));
        }
        rows.number(valueName, chart.values[i]);
    }
    return rows.table();
}

Table tableOf(const StripChart& chart) {
    Rows rows;
    const std::string value = chart.y.label.empty() || chart.y.label == chart.column || chart.y.label == chart.dot ? "score" : chart.y.label;
    for (const auto& column : chart.columns)
        for (std::size_t i = 0; i < column.values.size(); ++i) {
            rows.name(chart.column, column.name);
            if (chart.dot.empty()) {
                rows.number(value, column.values[i]);
                rows.number("low", column.low);
                rows.number("high", column.high);
                continue;
            }
            rows.number(chart.dot, static_cast<double>(i + 1));
            rows.number(value, column.values[i]);
        }
    return rows.table();
}

double centre(const std::vector<double>& edges, Eigen::Index i, AxisScale scale) {
    const double low = edges[static_cast<std::size_t>(i)], high = edges[static_cast<std::size_t>(i) + 1];
    return scale == AxisScale::Log ? std::sqrt(low * high) : (low + high) / 2;
}

Table tableOf(const HeatMap& chart) {
    Rows rows;
    auto [xName, yName] = columnNames(chart.x, chart.y, chart.valueLabel);
    const std::string value = chart.valueLabel.empty() ? "value" : chart.valueLabel;
    for (Eigen::Index row = 0; row < chart.values.rows(); ++row)
        for (Eigen::Index column = 0; column < chart.values.cols(); ++column) {
            const auto place = [](const Axis& axis, const std::vector<double>& edges, Eigen::Index i) {
                return axis.categories.empty() ? centre(edges, i, axis.scale) : static_cast<double>(i);
            };
            position(rows, yName, chart.y, place(chart.y, chart.yEdges, row));
            position(rows, xName, chart.x, place(chart.x, chart.xEdges, column));
            rows.number(value, chart.values(row, column));
        }
    return rows.table();
}

Table tableOf(const ParallelChart& chart) {
    Rows rows;
    for (const std::vector<double>& line : chart.lines)
        for (std::size_t a = 0; a < chart.axes.size(); ++a) position(rows, chart.axes[a].label, chart.axes[a], line[a]);
    return rows.table();
}

/// Its position, where its parent stands and which answer led here, then what is known of its rows.
Table tableOf(const TreeChart& chart) {
    Rows rows;
    std::vector<std::pair<double, std::string>> from(chart.nodes.size(), {NAN, ""});
    for (std::size_t i = 0; i < chart.nodes.size(); ++i) {
        const TreeChart::Node& node = chart.nodes[i];
        if (node.left >= 0) from[static_cast<std::size_t>(node.left)] = {static_cast<double>(i + 1), "yes"};
        if (node.right >= 0) from[static_cast<std::size_t>(node.right)] = {static_cast<double>(i + 1), "no"};
        rows.number("node", static_cast<double>(i + 1));
        rows.number("below", from[i].first);
        rows.name("answer", from[i].second);
        rows.name("question", node.question);
        rows.number("rows", node.rows);
        for (std::size_t k = 0; k < node.shares.size(); ++k) rows.number("share of " + chart.classes[k], node.shares[k]);
        if (node.shares.empty()) rows.number(chart.valueLabel.empty() ? "value" : chart.valueLabel, node.value);
    }
    return rows.table();
}

Table tableOf(const BoundaryChart& chart) {
    Rows rows;
    const auto [xName, yName] = columnNames(chart.x, chart.y, "class");
    for (Eigen::Index row = 0; row < chart.winner.rows(); ++row)
        for (Eigen::Index column = 0; column < chart.winner.cols(); ++column) {
            rows.number(yName, centre(chart.yEdges, row, chart.y.scale));
            rows.number(xName, centre(chart.xEdges, column, chart.x.scale));
            rows.name("class", chart.classes[static_cast<std::size_t>(chart.winner(row, column))]);
            rows.number("probability", chart.share(row, column));
        }
    return rows.table();
}

Table tableOf(const RankChart& chart) {
    Rows rows;
    for (std::size_t i = 0; i < chart.names.size(); ++i) {
        rows.name("model", chart.names[i]);
        rows.number("mean rank", chart.ranks[i]);
    }
    return rows.table();
}

bool hasPoints(const std::vector<Series>& all) {
    for (const Series& series : all)
        for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i)
            if (std::isfinite(series.x[i]) && std::isfinite(series.y[i])) return true;
    return false;
}

bool empty(const LineChart& chart) { return !hasPoints(chart.series); }
bool empty(const ScatterChart& chart) { return !hasPoints(chart.series); }
bool empty(const BarChart& chart) { return chart.values.empty(); }
bool empty(const StripChart& chart) {
    return std::all_of(chart.columns.begin(), chart.columns.end(), [](const auto& column) { return column.values.empty(); });
}
bool empty(const ParallelChart& chart) { return chart.lines.empty(); }
bool empty(const TreeChart& chart) { return chart.nodes.empty(); }
bool empty(const BoundaryChart& chart) { return chart.winner.size() == 0; }
bool empty(const RankChart& chart) { return chart.names.empty(); }
bool empty(const HeatMap& chart) { return chart.values.size() == 0 || chart.values.array().isNaN().all(); }

}  // namespace

const std::string& chartTitle(const Chart& chart) {
    return std::visit([](const auto& c) -> const std::string& { return c.title; }, chart);
}

const std::string& chartSentence(const Chart& chart) {
    return std::visit([](const auto& c) -> const std::string& { return c.sentence; }, chart);
}

Table chartTable(const Chart& chart) {
    return std::visit([](const auto& c) { return tableOf(c); }, chart);
}

bool isEmpty(const Chart& chart) {
    return std::visit([](const auto& c) { return empty(c); }, chart);
}

}  // namespace holdout
