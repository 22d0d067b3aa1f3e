// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <memory>
#include <optional>

#include "pages/page.h"

class QLabel;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace holdout {

class PageBody;
class TileStrip;
class TrialModel;
class TuneCharts;

/// The search as it goes: best so far, what a model of the score has learnt, and all trials.
class TunePage : public Page {
    Q_OBJECT
public:
    explicit TunePage(ExperimentDocument& document, QWidget* parent = nullptr);

    QString id() const override { return "tune"; }
    QString title() const override { return tr("Tune"); }
    QString railSummary() const override;
    QWidget* settings() override { return m_settings; }
    bool isDone() const override;

private:
    using Trials = std::vector<Trial>;
    /// The trials that are shown and what they were searched with.
    struct View {
        std::shared_ptr<const Trials> trials;
        std::size_t total = 0;
        ExperimentSpec spec;
        Task task = Task::Classification;
        bool isRunning = false;
        std::int64_t paused = 0;  ///< the run that can be resumed, or 0
    };
    void buildHeader();
    void buildTable();
    void start();
    void refresh();
    void showButtons();
    void showTrials(const View& view, const MetricInfo& metric);
    void showOptimism(const MetricInfo& metric);
    void showTiles(const View& view, const MetricInfo& metric);
    void showCharts();
    void usePickedTrial();
    void pauseOrResume();
    void extend();
    void fork();
    /// Runs what is shown again as a random search of as many trials, to be drawn beside it.
    void searchAtRandom();
    /// The latest run that searched at random what `spec` searches, other than `shown`; null without one.
    std::shared_ptr<const Run> randomSearchOf(const ExperimentSpec& spec, std::int64_t shown) const;
    void propose(const Point& point);
    std::optional<View> currentView() const;
    const MetricInfo* metricOf(const View& view) const;
    /// The trial selected in the table, else the best; null without one.
    const Trial* picked() const;

    PageBody* m_body;
    QPushButton *m_use = nullptr, *m_pause = nullptr, *m_extend = nullptr, *m_fork = nullptr, *m_random = nullptr;
    TileStrip* m_tiles = nullptr;
    QLabel* m_optimism = nullptr;  ///< by how much the best score flatters, where a nested estimate says
    TuneCharts* m_charts = nullptr;
    QTableView* m_table = nullptr;
    TrialModel* m_model = nullptr;
    QSortFilterProxyModel* m_sorted = nullptr;
    QWidget* m_settings;
    QTimer m_draw;  ///< one drawing for many trials that finish together
    std::optional<View> m_view;
    std::vector<std::size_t> m_front;  ///< of the trials in view, where there are two goals
    double m_frontShare = 0;           ///< of the rectangle that all trials span
    std::int64_t m_keptInSight = 0;  ///< the run to show when a random search beside it has ended, or 0
};

}  // namespace holdout
