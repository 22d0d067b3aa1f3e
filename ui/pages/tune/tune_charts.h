// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QFutureWatcher>
#include <QTimer>
#include <QWidget>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "experiment/run.h"
#include "insight/tuning_model.h"

class QComboBox;
class QHBoxLayout;
class QPushButton;
class QLabel;
class QSlider;

namespace holdout {

class ChartCard;
class Surface3d;

/// The charts of a study: surface, best score, slice, all trials and importance, with a slider that goes through the
/// study trial by trial. The model of the score is fitted and asked on another thread, and so is what is made of all
/// trials; it is drawn when it is done, a chart a turn of the window's thread. The surface can be seen in three
/// dimensions where there is OpenGL.
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
        ParallelChart all;
        LineChart tradeOff;
        std::vector<double> random;
    };
    static Drawn made(const Question& question);

    void buildControls();
    void fillAxes();
    void ask();
    /// Asks when it has been a while since the last answer: a fit takes a core that the search could use.
    void askInTurn();
    void take();
    /// Draws one chart, and the next in the next turn.
    void drawNext();
    void offer3d();
    void show3d(bool on);
    void draw3d();
    void drawBest();
    void clickSurface(double x, double y);
    void clickTradeOff(int place);
    std::size_t shownTrials() const;
    bool isAllShown() const { return shownTrials() == m_study->trials->size(); }
    /// Calls `visit` with the trials that are shown, which are copied only when they are not all.
    template <typename Visit>
    auto withShown(const Visit& visit) const {
        const std::vector<Trial>& all = *m_study->trials;
        if (isAllShown()) return visit(all);
        return visit(std::vector<Trial>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(shownTrials())));
    }

    std::optional<Study> m_study;
    QComboBox *m_kind, *m_x, *m_y;
    QSlider* m_replay;
    QLabel* m_replayWords;
    QWidget* m_controls;
    ChartCard *m_surface, *m_best, *m_slice, *m_all, *m_importance, *m_tradeOff;
    QFutureWatcher<Drawn> m_making;
    bool m_asksAgain = false, m_isUrgent = false;  ///< a person waits for the next answer
    QElapsedTimer m_sinceAsked;
    QTimer m_pause;  ///< between an answer and the next question
    Drawn m_drawn;
    std::deque<std::function<void()>> m_toDraw;
    QTimer m_nextTurn;
    QPushButton* m_in3d;
    bool m_is3dOffered = false;
    QHBoxLayout* m_firstRow = nullptr;
    Surface3d* m_space = nullptr;  ///< made when it is first asked for
};

}  // namespace holdout
