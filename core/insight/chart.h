// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <Eigen/Core>

#include "data/table.h"

namespace holdout {

/// What a series stands for; the view picks its colour from this, the same in every chart.
enum class SeriesRole { Training, Validation, Test, Reference, Run };

enum class AxisScale { Linear, Log };

struct Axis {
    std::string label;
    AxisScale scale = AxisScale::Linear;
    std::optional<double> low, high;          ///< else from the data
    std::vector<std::string> categories;      ///< not empty: positions 0, 1, … have these names
};

/// Points in order; NaN breaks the line.
struct Series {
    std::string name;
    SeriesRole role = SeriesRole::Run;
    int runIndex = 0;                         ///< which colour of the runs' sequence
    std::vector<double> x, y;
    std::vector<double> low, high;            ///< a band, or empty
    bool dashed = false;
};

/// A vertical line with a word on it ("best").
struct Marker {
    double x = 0;
    std::string label;
};

struct LineChart {
    std::string title, sentence;
    Axis x, y;
    std::vector<Series> series;
    std::vector<Marker> markers;
    bool diagonal = false;                    ///< the dashed line of a chance classifier or a perfect regression
};

/// Points only; drawn as a density image beyond some 2,000.
struct ScatterChart {
    std::string title, sentence;
    Axis x, y;
    std::vector<Series> series;
    bool diagonal = false;
    bool zeroLine = false;
};

/// Counts in equal bins (`histogram`: low, high) or by category.
struct BarChart {
    std::string title, sentence;
    Axis x, y;
    std::vector<double> values;
    SeriesRole role = SeriesRole::Training;
    bool horizontal = false;
};

/// Dots in columns: a dot a fold, the mean as a line and its interval as a box.
struct StripChart {
    struct Column {
        std::string name;
        int runIndex = 0;
        std::vector<double> values;
        double mean = 0, low = 0, high = 0;
    };
    std::string title, sentence;
    Axis y;
    std::vector<Column> columns;
    std::string column = "run", dot = "fold"; ///< what a column and a dot stand for, as the table and the reading name them
};

/// A value for each cell of a grid. `values(row, column)`: row along y. NaN: nothing known there.
struct HeatMap {
    std::string title, sentence;
    Axis x, y;
    std::vector<double> xEdges, yEdges;       ///< columns + 1 and rows + 1 edges; for categories 0, 1, 2 …
    Eigen::MatrixXd values;
    std::string valueLabel;
    bool higherIsBetter = true;
    bool showNumbers = false;                 ///< the confusion matrix writes its counts
    bool contours = false;                    ///< lines of equal value on top of the colours
    Series trials;                            ///< rings on top, or empty
    std::optional<std::size_t> best;          ///< which of the trials
};

/// Parallel coordinates: a line an item through a value on each axis (Inselberg 1985). The last axis colours the lines.
struct ParallelChart {
    std::string title, sentence;
    std::vector<Axis> axes;
    std::vector<std::vector<double>> lines;   ///< a value for each axis; NaN where the axis does not matter
    bool higherIsBetter = true;               ///< of the last axis
    std::optional<std::size_t> best;          ///< which of the lines
};

/// A decision tree, from the root at the top down.
struct TreeChart {
    struct Node {
        std::string question;                 ///< "age ≤ 12"; empty in a leaf. Yes leads left
        int left = -1, right = -1;
        int depth = 0;
        double rows = 0;                      ///< NaN when not known
        std::vector<double> shares;           ///< of the classes; empty where the tree gives a value
        double value = 0;                     ///< without classes
        int hidden = 0;                       ///< questions below it that are not shown
    };
    std::string title, sentence;
    std::vector<std::string> classes;         ///< empty: the tree gives values
    std::string valueLabel;
    std::vector<Node> nodes;                  ///< the root first, children after their parent
};

/// The class that a model gives at each place of two features, and how sure it is; rows on top.
struct BoundaryChart {
    std::string title, sentence;
    Axis x, y;
    std::vector<double> xEdges, yEdges;       ///< columns + 1 and rows + 1
    std::vector<std::string> classes;
    Eigen::MatrixXi winner;                   ///< (row along y, column): position of the class
    Eigen::MatrixXd share;                    ///< the winner's probability
    std::vector<Series> rows;                 ///< one a class, in the classes' order
};

/// Mean ranks on one axis; a bar joins those that a test cannot tell apart (Demšar 2006, JMLR 7).
struct RankChart {
    std::string title, sentence;
    std::vector<std::string> names;           ///< best rank first
    std::vector<double> ranks;
    double criticalDifference = 0;
    std::vector<std::pair<std::size_t, std::size_t>> groups;  ///< first and last of those that a bar joins
};

using Chart = std::variant<LineChart, ScatterChart, BarChart, StripChart, HeatMap, ParallelChart, TreeChart, BoundaryChart, RankChart>;

const std::string& chartTitle(const Chart& chart);
const std::string& chartSentence(const Chart& chart);
/// The numbers of the chart as a table: for "open as table" and CSV export.
Table chartTable(const Chart& chart);
/// True when there is nothing to draw.
bool isEmpty(const Chart& chart);

}  // namespace holdout
