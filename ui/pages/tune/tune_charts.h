// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFutureWatcher>
#include <QWidget>
#include <memory>
#include <optional>

#include "experiment/run.h"
#include "insight/tuning_model.h"

class QComboBox;
class QLabel;
class QSlider;

namespace holdout {

class ChartCard;

/// The charts of a study: surface, best score, slice, all trials and importance, with a slider that goes through the
/// study trial by trial. The model of the score is fitted and asked on another thread; the latest trials are drawn when
/// it is done.
class TuneCharts : public QWidget {
    Q_OBJECT
public:
    struct Study {
        std::shared_ptr<const std::vector<Trial>> trials;
        std::size_t total = 0;
        SearchSpace space;
        MetricInfo metric;
        std::shared_ptr<const Run> random = nullptr;   ///< that searched the same at random; null without one
        SecondGoal against = SecondGoal::None;
    };
    explicit TuneCharts(QWidget* parent);

    /// Cheap enough for 30 calls a second.
    void setStudy(Study study);
    /// By how much random search would need more trials for the best score, as the model sees it; none while it cannot
    /// tell.
    std::optional<double> fewerThanRandom() const;
    /// Whether that is by a random search that was run, not by the model.
    bool hasRandomSearch() const { return m_study && m_study->random; }

signals:
    void trialClicked(std::size_t trial);
    /// A place of the surface was clicked: the point there, other parameters as in the best trial.
    void pointProposed(const holdout::Point& point);

private:
    /// What is drawn, for one question; made on another thread.
    struct Question {
        Study study;
        std::size_t upTo = 0;
        int x = 0, y = 0;
        SurfaceKind kind = SurfaceKind::Score;
    };
    struct Drawn {
        std::shared_ptr<const TuningModel> model;
        HeatMap surface;
        LineChart slice;
        BarChart importance;
        std::vector<double> random;
    };
    static Drawn made(const Question& question);

    void buildControls();
    void fillAxes();
    void ask();
    void take();
    void drawBest();
    void clickSurface(double x, double y);
    void clickTradeOff(int place);
    std::size_t shownTrials() const;

    std::optional<Study> m_study;
    QComboBox *m_kind, *m_x, *m_y;
    QSlider* m_replay;
    QLabel* m_replayWords;
    QWidget* m_controls;
    ChartCard *m_surface, *m_best, *m_slice, *m_all, *m_importance, *m_tradeOff;
    QFutureWatcher<Drawn> m_making;
    bool m_asksAgain = false;
    Drawn m_drawn;
    std::size_t m_drawnTrials = 0;
};

}  // namespace holdout
