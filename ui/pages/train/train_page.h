// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "forms/gesture.h"
#include "jobs/job_queue.h"
#include "pages/page.h"

class QLabel;
class QPushButton;

namespace holdout {

class BoundaryPanel;
class ChartCard;
class PageBody;
class ParamForm;
class TileStrip;

/// Training as it happens: losses by epoch for models that have epochs, folds as they finish, coefficients at the end.
class TrainPage : public Page {
    Q_OBJECT
public:
    explicit TrainPage(ExperimentDocument& document, QWidget* parent = nullptr);

    QString id() const override { return "train"; }
    QString title() const override { return tr("Train"); }
    QString railSummary() const override;
    QWidget* settings() override { return m_settings; }
    bool isDone() const override;

private:
    void buildBody();
    void buildSettings();
    void refreshSettings();
    void refresh();
    void showTiles(const std::vector<TracePoint>& trace, const std::vector<FoldResult>& folds, std::size_t foldsTotal,
                   bool live);
    void showCharts(const std::vector<TracePoint>& trace);
    void showLayers(const std::vector<LayerView>& layers, const std::vector<FilterView>& filters);
    void showLiveFolds(const std::vector<FoldResult>& folds);
    /// The score that the folds are drawn for.
    std::string firstMetric() const;
    /// Of the run before the one shown, when it trained by epochs.
    std::vector<TracePoint> previousTrace() const;
    /// The running job, when it trains by epochs: it can then be paused and ended early.
    std::optional<JobSnapshot> pacedJob() const;
    bool isRunning() const;

    PageBody* m_body;
    QPushButton *m_stop = nullptr, *m_pause = nullptr, *m_step = nullptr;
    TileStrip* m_tiles = nullptr;
    QLabel* m_problem = nullptr;
    ChartCard *m_loss = nullptr, *m_gradient = nullptr, *m_folds = nullptr, *m_coefficients = nullptr;
    ChartCard *m_score = nullptr, *m_stepSize = nullptr, *m_weights = nullptr, *m_activations = nullptr, *m_filters = nullptr;
    BoundaryPanel* m_boundary = nullptr;
    QLabel* m_words = nullptr;
    QWidget* m_settings;
    ParamForm* m_form = nullptr;
    QLabel *m_none = nullptr, *m_note = nullptr;
    Gesture m_gesture;
};

}  // namespace holdout
