// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/tune/tune_charts.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>
#include <QtConcurrent/QtConcurrentRun>
#include <algorithm>
#include <cmath>
#include <utility>

#include "charts/chart_card.h"
#include "charts/surface_3d.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "insight/run_charts.h"
#include "tune/sampling.h"

namespace holdout {

namespace {

constexpr int kShortestPause = 100;  // milliseconds between an answer of the model and the next question
constexpr int kPauseForWork = 2;     // times as long as the answer took

}  // namespace

TuneCharts::TuneCharts(QWidget* parent)
    : QWidget(parent),
      m_kind(new QComboBox(this)),
      m_x(new QComboBox(this)),
      m_y(new QComboBox(this)),
      m_replay(new QSlider(Qt::Horizontal, this)),
      m_replayWords(quietLabel({}, this)),
      m_controls(new QWidget(this)),
      m_surface(new ChartCard(tr("With a few trials and two parameters, the score over both is drawn here."), this)),
      m_best(new ChartCard(tr("The best score so far, trial by trial."), this)),
      m_slice(new ChartCard(tr("With a few trials, the score along one parameter."), this)),
      m_all(new ChartCard(tr("Every trial as a line through its parameters."), this)),
      m_importance(new ChartCard(tr("With a few trials, how much each parameter matters."), this)),
      m_tradeOff(new ChartCard(tr("The score of every trial against what it costs."), this)),
      m_in3d(new QPushButton(tr("3-D"), this)) {
    buildControls();
    // The first two rows are one screen of a small window; a large one stretches them.
    for (ChartCard* card : {m_surface, m_best}) card->setMinimumHeight(300);
    for (ChartCard* card : {m_slice, m_importance, m_all, m_tradeOff}) card->setMinimumHeight(205);
    m_tradeOff->setObjectName("tradeOff");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    column->addWidget(m_controls);
    const auto addRow = [&](ChartCard* left, ChartCard* right, int stretch) {
        auto* row = new QHBoxLayout;
        row->setSpacing(14);
        row->addWidget(left, 4);
        row->addWidget(right, 3);
        column->addLayout(row, stretch);
        return row;
    };
    m_firstRow = addRow(m_surface, m_best, 3);
    addRow(m_slice, m_importance, 2);
    column->addWidget(m_tradeOff, 2);
    column->addWidget(m_all, 2);
    m_pause.setSingleShot(true);
    m_nextTurn.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &TuneCharts::ask);
    connect(&m_nextTurn, &QTimer::timeout, this, &TuneCharts::drawNext);
    connect(&m_making, &QFutureWatcher<Drawn>::finished, this, &TuneCharts::take);
    connect(m_tradeOff, &ChartCard::clicked, this, &TuneCharts::clickTradeOff);
    connect(m_surface, &ChartCard::pointed, this, &TuneCharts::clickSurface);
    connect(m_surface, &ChartCard::clicked, this, [this](int ring) {
        if (ring >= 0 && m_drawn.model) emit trialClicked(m_drawn.model->trials()[static_cast<std::size_t>(ring)].number);
    });
}

void TuneCharts::buildControls() {
    m_kind->setObjectName("surfaceKind");
    m_kind->addItems({tr("Score"), tr("Uncertainty"), tr("Where next")});
    m_kind->setToolTip(tr("What the surface shows"));
    m_x->setObjectName("axisX");
    m_y->setObjectName("axisY");
    m_x->setToolTip(tr("Across, and along the slice"));
    m_y->setToolTip(tr("Upwards"));
    m_replay->setObjectName("replay");
    m_replay->setRange(1, 1);  // at its end, where it stays while trials come in
    m_replay->setToolTip(tr("Go through the study trial by trial"));
    m_replay->setAccessibleName(tr("Trials shown"));
    m_replayWords->setWordWrap(false);
    // Names are as long as they are; the slider takes what is left.
    constexpr int kWidestName = 160;
    for (QComboBox* box : {m_x, m_y}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        box->setMaximumWidth(kWidestName);
    }
    auto* row = new QHBoxLayout(m_controls);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    for (QComboBox* box : {m_kind, m_x, m_y}) {
        ignoreStrayWheel(box);
        connect(box, &QComboBox::activated, this, &TuneCharts::ask);
        row->addWidget(box);
    }
    m_in3d->setObjectName("in3d");
    m_in3d->setCheckable(true);
    connect(m_in3d, &QPushButton::toggled, this, &TuneCharts::show3d);
    row->addWidget(m_in3d);
    row->addSpacing(12);
    row->addWidget(m_replay, 1);
    row->addWidget(m_replayWords);
    connect(m_replay, &QSlider::valueChanged, this, [this] {
        ask();
        drawBest();
    });
}

void TuneCharts::setStudy(Study study) {
    const std::size_t count = study.trials->size();
    const bool isAtEnd = m_replay->value() >= m_replay->maximum();
    m_study = std::move(study);
    fillAxes();
    {
        const QSignalBlocker quiet(m_replay);
        m_replay->setRange(1, std::max(1, static_cast<int>(count)));
        if (isAtEnd) m_replay->setValue(m_replay->maximum());
    }
    offer3d();
    show3d(m_in3d->isChecked());
    m_tradeOff->setVisible(m_study->against != SecondGoal::None);
    drawBest();
    askInTurn();
}

std::size_t TuneCharts::shownTrials() const {
    return std::min(m_study->trials->size(), static_cast<std::size_t>(std::max(1, m_replay->value())));
}

void TuneCharts::fillAxes() {
    QStringList names;
    for (const Dimension& dimension : m_study->space) names << QString::fromStdString(dimension.name);
    for (QComboBox* box : {m_x, m_y}) {
        QStringList have;
        for (int i = 0; i < box->count(); ++i) have << box->itemText(i);
        if (have == names) continue;
        const QSignalBlocker quiet(box);
        box->clear();
        box->addItems(names);
        box->setCurrentIndex(box == m_y && names.size() > 1 ? 1 : 0);
    }
    m_y->setVisible(names.size() > 1);
    m_kind->setVisible(names.size() > 1);
    m_in3d->setVisible(names.size() > 1);
}

/// With the first study: a start of the program does without a context of OpenGL.
void TuneCharts::offer3d() {
    if (std::exchange(m_is3dOffered, true)) return;
    const QString reason = whyNo3d();
    m_in3d->setEnabled(reason.isEmpty());
    m_in3d->setToolTip(reason.isEmpty() ? tr("The surface in three dimensions") : reason);
}

void TuneCharts::show3d(bool on) {
    const bool hasSurface = m_study && m_study->space.size() > 1;
    if (on && !m_space) {
        m_space = new Surface3d(this);
        m_space->setMinimumHeight(300);
        m_firstRow->insertWidget(0, m_space, 4);
        draw3d();
    }
    if (m_space) m_space->setVisible(on && hasSurface);
    m_surface->setVisible(!on && hasSurface);
}

void TuneCharts::draw3d() {
    if (!m_space || !m_in3d->isChecked() || m_drawn.surface.values.size() == 0) return;
    std::vector<double> heights;
    // Trials have a score of their own, but no uncertainty.
    if (m_drawn.model && m_kind->currentIndex() == static_cast<int>(SurfaceKind::Score))
        for (const Trial& trial : m_drawn.model->trials()) heights.push_back(trial.score);
    m_space->setChart(m_drawn.surface, heights);
}

void TuneCharts::drawBest() {
    if (!m_study || m_study->trials->empty()) return;
    m_replayWords->setText(tr("trial %1 of %2").arg(shownTrials()).arg(m_study->total));
    LineChart chart = withShown(
        [&](const std::vector<Trial>& shown) { return bestScoreChart(shown, m_study->total, m_study->metric); });
    if (m_study->random) {
        const Run& random = *m_study->random;
        addRandomSearch(chart, random, tr("random (run %1)").arg(random.id).toStdString(), m_study->metric);
    } else if (!m_drawn.random.empty() && !chart.series.empty()) {
        Series random{
            .name = tr("random (by the model)").toStdString(), .role = SeriesRole::Reference, .dashed = true};
        for (std::size_t i = 0; i < m_drawn.random.size(); ++i) {
            random.x.push_back(static_cast<double>(i + 1));
            random.y.push_back(m_drawn.random[i]);
        }
        chart.series.push_back(std::move(random));
    }
    m_best->setChart(chart);
}

TuneCharts::Drawn TuneCharts::made(const Question& question) {
    const std::vector<Trial>& all = *question.study.trials;
    const std::vector<Trial> trials(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(question.upTo));
    const SearchSpace& space = question.study.space;
    Drawn drawn;
    drawn.all = parallelTrials(trials, space, question.study.metric);
    if (question.study.against != SecondGoal::None)
        drawn.tradeOff = tradeOffChart(trials, question.study.metric, question.study.against);
    drawn.model = TuningModel::fit(trials, space, question.study.metric);
    if (!drawn.model || space.empty()) return drawn;
    const auto at = [&](int index) {
        return static_cast<std::size_t>(std::clamp(index, 0, static_cast<int>(space.size()) - 1));
    };
    if (at(question.x) != at(question.y))
        drawn.surface = drawn.model->surface(at(question.x), at(question.y), question.kind);
    drawn.slice = drawn.model->slice(at(question.x));
    drawn.importance = drawn.model->importance();
    drawn.random = drawn.model->randomBest(std::min<std::size_t>(question.study.total, 2000));
    return drawn;
}

void TuneCharts::ask() {
    if (!m_study || m_study->trials->empty()) return;
    if (m_making.isRunning()) {
        m_asksAgain = m_isUrgent = true;
        return;
    }
    const Question question{*m_study, shownTrials(), m_x->currentIndex(), m_y->currentIndex(),
                            static_cast<SurfaceKind>(m_kind->currentIndex())};
    m_pause.stop();
    m_sinceAsked.start();
    m_making.setFuture(QtConcurrent::run([question] { return made(question); }));
}

void TuneCharts::askInTurn() {
    if (m_making.isRunning())
        m_asksAgain = true;
    else if (!m_pause.isActive())
        ask();
}

void TuneCharts::take() {
    if (m_making.future().resultCount() == 0) return;
    m_drawn = m_making.result();
    m_toDraw = {[this] { m_surface->setChart(m_drawn.surface); }, [this] { m_slice->setChart(m_drawn.slice); },
                [this] { m_importance->setChart(m_drawn.importance); }, [this] { m_all->setChart(m_drawn.all); },
                [this] { if (m_study->against != SecondGoal::None) m_tradeOff->setChart(m_drawn.tradeOff); },
                [this] { draw3d(); }, [this] { drawBest(); }};
    drawNext();
    if (!std::exchange(m_asksAgain, false)) return;
    // Whoever moves a slider does not wait; trials that come in do.
    if (std::exchange(m_isUrgent, false)) return ask();
    m_pause.start(std::max(kShortestPause, kPauseForWork * static_cast<int>(m_sinceAsked.elapsed())));
}

void TuneCharts::drawNext() {
    if (m_toDraw.empty() || !m_study) return;
    const std::function<void()> draw = std::move(m_toDraw.front());
    m_toDraw.pop_front();
    draw();
    if (!m_toDraw.empty()) m_nextTurn.start(0);
}

std::optional<double> TuneCharts::fewerThanRandom() const {
    if (!m_study || (m_drawn.random.empty() && !m_study->random)) return std::nullopt;
    const auto best = bestTrial(*m_study->trials, m_study->metric.direction);
    if (!best) return std::nullopt;
    const std::vector<double> random =
        m_study->random ? bestSoFar(m_study->random->study->trials, m_study->metric, {}).y : m_drawn.random;
    const double score = (*m_study->trials)[*best].score;
    const auto reached = std::find_if(random.begin(), random.end(),
                                      [&](double value) { return !isBetter(m_study->metric.direction, score, value); });
    if (reached == random.end() || reached == random.begin()) return std::nullopt;
    return static_cast<double>(reached - random.begin() + 1) / static_cast<double>(*best + 1);
}

void TuneCharts::clickTradeOff(int place) {
    if (!m_study) return;
    const std::vector<std::size_t> front = withShown([&](const std::vector<Trial>& shown) {
        return paretoFront(shown, m_study->metric.direction, m_study->against);
    });
    if (const auto at = static_cast<std::size_t>(place); at < front.size()) emit trialClicked(front[at]);
}

void TuneCharts::clickSurface(double x, double y) {
    if (!m_study) return;
    const auto best = bestTrial(*m_study->trials, m_study->metric.direction);
    if (!best) return;
    Point point = (*m_study->trials)[*best].params;
    const auto set = [&](int index, double place) {
        const Dimension& dimension = m_study->space[static_cast<std::size_t>(index)];
        ParamValue value;
        if (!dimension.choices.empty())
            value = dimension.choices[static_cast<std::size_t>(
                std::clamp(place, 0.0, static_cast<double>(dimension.choices.size()) - 1))];
        else if (dimension.integer)
            value = static_cast<std::int64_t>(std::llround(std::clamp(place, dimension.low, dimension.high)));
        else
            value = std::clamp(place, dimension.low, dimension.high);
        point[dimension.name] = value;
    };
    set(m_x->currentIndex(), x);
    set(m_y->currentIndex(), y);
    emit pointProposed(withoutInactive(m_study->space, point));
}

}  // namespace holdout
