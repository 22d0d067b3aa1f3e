// SPDX-License-Identifier: GPL-3.0-or-later
// How soon the window answers while a tuning saturates the cores and a table of a million rows is scrolled.
// A second thread posts a time-stamped event every 5 ms; how late the window's thread handles it is the latency.
// Prints one JSON line: {"probes", "median_ms", "p99_ms", "worst_ms", "cancel_ms", "trials", "rows"}.
#include <QApplication>
#include <QScrollBar>
#include <QTableView>
#include <QTimer>
#include <cstdio>

#include "bench_window.h"
#include "probe.h"

using namespace holdout;

namespace {

constexpr int tableRows = 1'000'000;
constexpr int longestSeconds = 60;

std::filesystem::path writeTable(const BenchWindow& bench) {
    return bench.writeTable("x1,x2,x3,colour,label", tableRows, [](std::FILE* file, RandomStream& random) {
        const char* colours[] = {"amber", "blue", "cyan"};
        const double x1 = random.normal(), x2 = random.normal(), x3 = random.normal();
        const bool label = x1 - x2 + random.normal() > 0;
        std::fprintf(file, "%.3f,%.3f,%.3f,%s,%s\n", x1, x2, x3, colours[random.below(3)], label ? "yes" : "no");
    });
}

void askForTuning(ExperimentSpec& spec) {
    spec.pipeline.model = {.id = "logistic"};
    spec.validate = {.id = "k-fold"};
    spec.tune = TuneSpec{.search = "random"};
    spec.tune->params.set("trials", std::int64_t{50});
    spec.tune->space = {{.name = "lambda", .low = 1e-4, .high = 1, .scale = Scale::Log}};
}

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    BenchWindow bench(1440, 900);
    ExperimentDocument& document = bench.document;
    JobQueue& jobs = bench.jobs;
    MainWindow& window = bench.window;
    document.openData(writeTable(bench));
    if (!waitFor([&] { return document.profile() && jobs.isIdle(); }, longestSeconds)) return 1;
    document.edit("tune", askForTuning);
    window.showPage("data");

    // Scrolled as by a hand on the wheel, sixty times a second.
    QTimer scroll;
    QScrollBar* bar = window.findChild<QTableView*>()->verticalScrollBar();
    QObject::connect(&scroll, &QTimer::timeout, &window, [bar, step = 0]() mutable {
        step += 997;
        bar->setValue(bar->maximum() > 0 ? step % bar->maximum() : 0);
    });
    scroll.start(16);

    Probe probe;
    document.run(ExperimentDocument::RunKind::Tune);
    waitFor([&] { return jobs.isIdle(); }, longestSeconds);
    probe.stop();
    const std::size_t trials = document.live()->trials.size();

    if (jobs.isIdle()) document.run(ExperimentDocument::RunKind::Tune);
    waitFor([&] { return !jobs.active().empty() && jobs.active().front().fraction > 0.01; }, 10);
    QElapsedTimer cancelClock;
    cancelClock.start();
    std::fputs("cancelling\n", stderr);
    jobs.cancelAll();
    waitFor([&] { return jobs.isIdle(); }, longestSeconds);
    const double cancelMs = static_cast<double>(cancelClock.nsecsElapsed()) / 1e6;

    const std::vector<double> latencies = probe.sortedLatencies();
    const auto at = [&](double share) { return latencies[static_cast<std::size_t>(share * static_cast<double>(latencies.size() - 1))]; };
    std::printf("{\"probes\": %zu, \"median_ms\": %.2f, \"p99_ms\": %.2f, \"worst_ms\": %.2f, \"cancel_ms\": %.1f, \"trials\": %zu, "
                "\"rows\": %d}\n", latencies.size(), at(0.5), at(0.99), latencies.back(), cancelMs, trials, tableRows);
    return 0;
}
