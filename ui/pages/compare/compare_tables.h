// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableWidget>
#include <string>
#include <vector>

#include "evaluate/evaluation.h"
#include "experiment/run.h"
#include "insight/pair_methods.h"

namespace holdout {

/// A line for every run: the chosen score with its interval, the other scores, the time, and what sets it apart.
class ScoreTable : public QTableWidget {
    Q_OBJECT
public:
    explicit ScoreTable(QWidget* parent);
    /// `metrics`: the chosen one first.
    void setRuns(const std::vector<const Run*>& runs, const std::vector<std::string>& metrics, const Catalog& catalog);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showWordsIfTheyFit();

    int m_runWidth = 0;     ///< that the names of the runs need
    int m_scoresWidth = 0;  ///< of all columns but the last
};

/// Each run against each other: the difference row minus column, and whether a test calls it more than chance.
class PairTable : public QTableWidget {
    Q_OBJECT
public:
    explicit PairTable(QWidget* parent);
    /// `rope` as in comparePair.
    void setRuns(const std::vector<const Run*>& runs, const std::string& metric, const MetricRegistry& metrics,
                 PairMethod method = PairMethod::CorrectedT, double rope = 0);
    /// In which no name of a run is cut.
    int wantedWidth() const { return m_wantedWidth; }

private:
    int m_wantedWidth = 0;
};

/// The settings in which the runs differ, a column for each run.
class DifferenceTable : public QTableWidget {
    Q_OBJECT
public:
    explicit DifferenceTable(QWidget* parent);
    void setRuns(const std::vector<const Run*>& runs, const Catalog& catalog);
};

/// The metrics that any of the runs was scored by, in the registry's order.
std::vector<std::string> scoredMetrics(const std::vector<const Run*>& runs, const MetricRegistry& metrics);

}  // namespace holdout
