// SPDX-License-Identifier: GPL-3.0-or-later
// Whether every view of the Tune page is live at 30 frames a second with 5,000 trials in the study: the turns of the window's
// thread while the trials after the 4,500th come in, while a person goes through the views, and each view by itself.
// Arguments: the width and height of the window. Prints JSON lines: {"what", "turns", "median_ms", "p99_ms", "worst_ms", "worst_in"}.
#include <QApplication>
#include <QComboBox>
#include <QMouseEvent>
#include <QSlider>
#include <QTableView>
#include <cstdio>

#include "bench_window.h"
#include "charts/chart_card.h"
#include "pages/tune/tune_charts.h"
#include "probe.h"

using namespace holdout;

namespace {

constexpr std::int64_t trialCount = 5200;
constexpr std::size_t watchedFrom = 4500;
constexpr int rows = 150;
constexpr int frames = 20;  // of each view

/// Times what the event loop delivers, with all that it sets off.
class TimedApplication : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        if (m_depth > 0 || !m_isWatching) return QApplication::notify(receiver, event);
        const QString name = receiver->metaObject()->className() + QString(" %1").arg(static_cast<int>(event->type()));
        ++m_depth;
        QElapsedTimer clock;
        clock.start();
        const bool result = QApplication::notify(receiver, event);
        const double spent = static_cast<double>(clock.nsecsElapsed()) / 1e6;
        --m_depth;
        m_turns.push_back(spent);
        if (spent > m_worst) {
            m_worst = spent;
            m_worstIn = name;
        }
        return result;
    }

    void watch() {
        m_turns.clear();
        m_worst = 0;
        m_isWatching = true;
    }
    void tell(const char* what, std::vector<double> lateness) {
        m_isWatching = false;
        std::sort(m_turns.begin(), m_turns.end());
        const auto at = [](const std::vector<double>& v, double share) {
            return v.empty() ? 0 : v[static_cast<std::size_t>(share * static_cast<double>(v.size() - 1))];
        };
        std::printf("{\"what\": \"%s\", \"turns\": %zu, \"median_ms\": %.2f, \"p99_ms\": %.2f, \"worst_ms\": %.2f, \"worst_in\": \"%s\", "
                    "\"late_p99_ms\": %.2f, \"late_worst_ms\": %.2f}\n",
                    what, m_turns.size(), at(m_turns, 0.5), at(m_turns, 0.99), m_worst, qPrintable(m_worstIn), at(lateness, 0.99),
                    at(lateness, 1));
        std::fflush(stdout);
    }

private:
    bool m_isWatching = false;
    int m_depth = 0;
    std::vector<double> m_turns;
    double m_worst = 0;
    QString m_worstIn;
};

std::filesystem::path writeTable(const BenchWindow& bench) {
    return bench.writeTable("x1,x2,x3,label", rows, [](std::FILE* file, RandomStream& random) {
        const double x1 = random.normal(), x2 = random.normal(), x3 = random.normal();
        std::fprintf(file, "%.3f,%.3f,%.3f,%s\n", x1, x2, x3, x1 - x2 * x3 + random.normal() > 0 ? "yes" : "no");
    });
}

void askForTuning(ExperimentSpec& spec) {
    spec.pipeline.model = {.id = "tree"};
    spec.validate = {.id = "k-fold"};
    spec.validate.params.set("folds", std::int64_t{2});
    spec.metrics = {"log-loss"};
    spec.tune = TuneSpec{.search = "random", .against = SecondGoal::Size};
    spec.tune->params.set("trials", trialCount);
    spec.tune->space = {{.name = "max_depth", .low = 1, .high = 10, .integer = true},
                        {.name = "min_samples_leaf", .low = 1, .high = 40, .integer = true},
                        {.name = "ccp_alpha", .low = 1e-5, .high = 0.1, .scale = Scale::Log}};
}

/// Draws `chart` again and again, as a live study does, at the size that the view has.
void timeView(const char* what, ChartCard& card, const Chart& chart) {
    std::vector<double> spent;
    for (int frame = 0; frame < frames; ++frame) {
        QElapsedTimer clock;
        clock.start();
        card.setChart(chart);
        card.grab();  // paints it in full, in sight or not
        spent.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    std::sort(spent.begin(), spent.end());
    std::printf("{\"what\": \"%s\", \"turns\": %d, \"median_ms\": %.2f, \"worst_ms\": %.2f, \"size\": \"%d x %d\"}\n", what, frames,
                spent[frames / 2], spent.back(), card.width(), card.height());
    std::fflush(stdout);
}

ChartCard* cardNamed(const QWidget& page, const std::string& title) {
    for (ChartCard* card : page.findChildren<ChartCard*>())
        if (chartTitle(card->chart()).starts_with(title) && !isEmpty(card->chart())) return card;
    return nullptr;
}

void hover(QWidget& drawing) {
    for (int step = 0; step < 40; ++step) {
        const QPointF at(drawing.width() * (0.1 + 0.02 * step), drawing.height() * (0.9 - 0.02 * step));
        QCoreApplication::postEvent(&drawing, new QMouseEvent(QEvent::MouseMove, at, drawing.mapToGlobal(at), Qt::NoButton, Qt::NoButton, {}));
        waitFor([] { return false; }, 0);
        QCoreApplication::processEvents();
    }
}

}  // namespace

int main(int argc, char** argv) {
    TimedApplication application(argc, argv);
    BenchWindow bench(argc > 2 ? std::atoi(argv[1]) : 1280, argc > 2 ? std::atoi(argv[2]) : 800);
    ExperimentDocument& document = bench.document;
    JobQueue& jobs = bench.jobs;
    MainWindow& window = bench.window;
    document.openData(writeTable(bench));
    if (!waitFor([&] { return document.profile() && jobs.isIdle(); }, 60)) return 1;
    document.edit("tune", askForTuning);
    window.showPage("tune");

    document.run(ExperimentDocument::RunKind::Tune);
    if (!waitFor([&] { return document.live()->trials.size() >= watchedFrom; }, 300)) return 1;
    application.watch();
    {
        Probe probe;
        waitFor([&] { return document.runJob() == 0; }, 120);
        probe.stop();
        application.tell("the study grows from 4,500 to 5,200", probe.sortedLatencies());
    }

    auto* page = window.findChild<TuneCharts*>();
    if (!waitFor([&] { return cardNamed(*page, "Tuning surface") && jobs.isIdle(); }, 60)) return 1;
    waitFor([] { return false; }, 3);
    const auto act = [&](const char* what, const std::function<void()>& doIt) {
        application.watch();
        Probe probe;
        doIt();
        waitFor([] { return false; }, 2);
        probe.stop();
        application.tell(what, probe.sortedLatencies());
    };
    auto* replay = page->findChild<QSlider*>("replay");
    act("the replay slider is dragged", [&] {
        for (int value = 5200; value > 400; value -= 160) {
            replay->setValue(value);
            QCoreApplication::processEvents();
        }
        replay->setValue(replay->maximum());
    });
    auto* kind = page->findChild<QComboBox*>("surfaceKind");
    act("another surface", [&] {
        for (const int k : {1, 2, 0}) {
            kind->setCurrentIndex(k);
            emit kind->activated(k);
            waitFor([] { return false; }, 1);
        }
    });
    auto* table = window.findChild<QTableView*>("trials");
    act("the table is sorted by score", [&] { table->sortByColumn(1, Qt::AscendingOrder); });
    for (const char* title : {"Tuning surface", "Best score by trial", "All trials", "Log loss against size", "Where it will look next"})
        if (ChartCard* card = cardNamed(*page, title))
            act((std::string("the pointer moves over ") + title).c_str(), [&] {
                for (QWidget* drawing : card->findChildren<QWidget*>("qt_scrollarea_viewport")) hover(*drawing);
            });
    for (const char* title : {"Tuning surface", "Where it will look next", "Best score by trial", "All trials", "Importance", "Log loss against size"})
        if (ChartCard* card = cardNamed(*page, title))
            timeView(title, *card, Chart(card->chart()));
        else
            std::fprintf(stderr, "There is no %s.\n", title);
    return 0;
}
