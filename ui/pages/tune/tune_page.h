// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <optional>

#include "pages/page.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace holdout {

class ChartCard;
class PageBody;
class TileStrip;
class TrialModel;

/// The search as it goes: best so far, the surface over two parameters, a slice, and all trials.
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
    /// The trials that are shown and what they were searched with.
    struct View {
        std::vector<Trial> trials;
        std::size_t total = 0;
        ExperimentSpec spec;
        Task task = Task::Classification;
    };
    void buildBody();
    void buildTable();
    void start();
    void refresh();
    void showTiles(const View& view, const MetricInfo& metric);
    void drawCharts();
    void fillAxes(const SearchSpace& space);
    void usePickedTrial();
    std::optional<View> currentView() const;
    const MetricInfo* metricOf(const View& view) const;
    /// The trial selected in the table, else the best; null without one.
    const Trial* picked() const;

    PageBody* m_body;
    QPushButton* m_use = nullptr;
    QLabel* m_axes = nullptr;
    TileStrip* m_tiles = nullptr;
    QComboBox *m_x = nullptr, *m_y = nullptr;
    ChartCard *m_surface = nullptr, *m_best = nullptr, *m_slice = nullptr;
    QTableView* m_table = nullptr;
    TrialModel* m_model = nullptr;
    QSortFilterProxyModel* m_sorted = nullptr;
    QWidget* m_settings;
    QTimer m_draw;  ///< charts are drawn a few times a second at most: with thousands of trials each takes a while
    std::optional<View> m_view;
};

}  // namespace holdout
