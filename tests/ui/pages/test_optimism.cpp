// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <QtWidgets>

#include "charts/chart_card.h"
#include "forms/page_parts.h"
#include "pages/start/samples.h"
#include "shell/main_window.h"
#include "window_bench.h"

using namespace holdout;
using namespace holdout::test;

/// The optimism of tuning as a person sees it: the sample of pure noise, opened by a click, tuned in the window.
class OptimismTest : public QObject {
    Q_OBJECT
private slots:
    void onNoiseTheBestRisesAndTheNestedEstimateStaysAtChance() {
        Bench bench;
        Theme theme(*qApp);
        ExperimentDocument document(bench.catalog, bench.searches, bench.jobs);
        MainWindow window(document, theme, 2);
        window.resize(1280, 800);
        window.show();
        QElapsedTimer clock;
        clock.start();
        QSignalSpy profiled(&document, &ExperimentDocument::profileChanged);
        QTest::mouseClick(sampleCard(window, "Pure noise"), Qt::LeftButton);
        QVERIFY(profiled.count() > 0 || profiled.wait(20'000));
        QCOMPARE(document.spec().data.roles.target, "coin");
        document.edit("boosting", [](ExperimentSpec& spec) {
            spec.pipeline.model = {.id = "boosting"};
            spec.pipeline.model.params.set("trees", std::int64_t{15});
            spec.pipeline.model.params.set("validation_fraction", 0.0);
            spec.pipeline.prepare.clear();
            spec.validate = {.id = "k-fold"};
            spec.validate.params.set("folds", std::int64_t{5});
            spec.seed = 1;
            spec.metrics = {"accuracy"};
            spec.tune = TuneSpec{.search = "random"};
            spec.tune->params.set("trials", kTrials);
            spec.tune->space = {{.name = "learning_rate", .low = 0.05, .high = 1, .scale = Scale::Log},
                                {.name = "row_share", .low = 0.3, .high = 1},
                                {.name = "column_share", .low = 0.2, .high = 1}};
        });
        window.showPage("tune");
        QWidget* page = window.findChild<QWidget*>("tune");
        window.findChild<QCheckBox*>("nested")->click();  // below the edge of the panel
        QVERIFY(document.spec().tune->nested.has_value());
        for (QPushButton* button : page->findChildren<QPushButton*>())
            if (button->isVisible() && button->text() == "Tune now") {
                QTest::mouseClick(button, Qt::LeftButton);
                break;
            }
        QTRY_COMPARE_WITH_TIMEOUT(document.runs().size(), std::size_t{1}, 60'000);
        const double seconds = static_cast<double>(clock.elapsed()) / 1000;
        const Run& run = *document.runs().front();
        QVERIFY(run.nested && run.study && run.study->best);

        // The best so far, as the window draws it, rises above its first trial and above chance.
        ChartCard* best = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((best = cardNamed(*page, "Best score by trial")) &&
                                     std::get<LineChart>(best->chart()).series.front().y.size() == static_cast<std::size_t>(kTrials), 20'000);
        const std::vector<double>& rising = std::get<LineChart>(best->chart()).series.front().y;
        QVERIFY2(rising.back() > 0.53, qPrintable(QString::number(rising.back())));
        QVERIFY(rising.back() > rising.front());
        // What took no part in the search stays at chance: its interval holds one half, and the words say so.
        qInfo("in %.1f s: best %.3f, nested %.3f (%.3f to %.3f)", seconds, rising.back(), run.nested->mean, run.nested->low, run.nested->high);
        QVERIFY(run.nested->low < 0.5 && run.nested->high > 0.5);
        QVERIFY(std::abs(run.nested->mean - 0.5) < rising.back() - 0.5);
        bool isSaid = false;
        for (const QLabel* label : page->findChildren<QLabel*>()) isSaid = isSaid || label->text().contains("flatters by");
        QVERIFY(isSaid);
        QVERIFY2(seconds < 60, qPrintable(QString::number(seconds)));
    }

private:
    static constexpr std::int64_t kTrials = 80;

    static QWidget* sampleCard(QWidget& window, const QString& name) {
        for (QAbstractButton* card : window.findChildren<QAbstractButton*>())
            if (card->text() == name) return card;
        return nullptr;
    }
    static ChartCard* cardNamed(const QWidget& page, const std::string& title) {
        for (ChartCard* card : page.findChildren<ChartCard*>())
            if (chartTitle(card->chart()) == title && !isEmpty(card->chart())) return card;
        return nullptr;
    }
};

QTEST_MAIN(OptimismTest)
#include "test_optimism.moc"
