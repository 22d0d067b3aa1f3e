// SPDX-License-Identifier: GPL-3.0-or-later
// The longest turn of the window's thread while a table of a million rows is opened, scrolled, sorted and filtered on the
// Data page, with no other work. Each is done `rounds` times (20, or what is given), opening in place of the table before; the
// worst of each is printed with the median.
// Prints one JSON line: {"open_ms": {"median", "p90", "worst", "rounds"}, "scroll_ms", "sort_ms", "filter_ms"}.
#include <QApplication>
#include <QScrollBar>
#include <QTableView>
#include <cstdio>
#include <cstdlib>

#include "bench_window.h"
#include "pages/data/table_order.h"
#include "probe.h"

using namespace holdout;

namespace {

constexpr int tableRows = 1'000'000;
constexpr int longestSeconds = 60;

std::filesystem::path writeTable(const BenchWindow& bench) {
    return bench.writeTable("x1,x2,x3,colour,label", tableRows, [](std::FILE* file, RandomStream& random) {
        const char* colours[] = {"amber", "blue", "cyan"};
        std::fprintf(file, "%.3f,%.3f,%.3f,%s,%s\n", random.normal(), random.normal(), random.normal(), colours[random.below(3)], random.below(2) ? "yes" : "no");
    });
}

void print(const char* name, std::vector<double> worst) {
    std::sort(worst.begin(), worst.end());
    std::printf("%s\"%s\": {\"median\": %.2f, \"p90\": %.2f, \"worst\": %.2f, \"rounds\": %zu}", name == std::string("open_ms") ? "{" : ", ", name,
                worst[worst.size() / 2], worst[worst.size() * 9 / 10], worst.back(), worst.size());
}

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 20;
    BenchWindow bench(1440, 900);
    ExperimentDocument& document = bench.document;
    JobQueue& jobs = bench.jobs;
    MainWindow& window = bench.window;
    const std::filesystem::path file = writeTable(bench);
    /// The longest turn until the jobs have ended and the window has shown what they found.
    const auto longestTurn = [&](const std::function<void()>& begin) {
        Probe probe;
        QTimer::singleShot(0, begin);
        waitFor([] { return false; }, 1);
        waitFor([&] { return jobs.isIdle(); }, longestSeconds);
        waitFor([] { return false; }, 1);
        probe.stop();
        return probe.sortedLatencies().back();
    };
    waitFor([] { return false; }, 1);  // the window stands
    std::vector<double> open, scroll, sort, filter;
    for (int round = 0; round < rounds; ++round) open.push_back(longestTurn([&] { document.openData(file); }));
    if (!document.profile()) return 1;
    window.showPage("data");
    auto* order = window.findChild<TableOrder*>();
    QScrollBar* bar = window.findChild<QTableView*>("table")->verticalScrollBar();
    for (int round = 0; round < rounds; ++round) {
        QTimer wheel;
        QObject::connect(&wheel, &QTimer::timeout, &window, [bar, step = 0]() mutable {
            step += 997;
            bar->setValue(bar->maximum() > 0 ? step % bar->maximum() : 0);
        });
        scroll.push_back(longestTurn([&] { wheel.start(16); }));
        wheel.stop();
        sort.push_back(longestTurn([&] { order->setSorting(TableOrder::Sorting{"x1", SortOrder::Descending}); }));
        sort.push_back(longestTurn([&] { order->setSorting(std::nullopt); }));
        for (const char* where : {"x1 > 0", "x2 > 5", ""}) filter.push_back(longestTurn([&] { order->setFilter(where); }));
    }
    print("open_ms", open);
    print("scroll_ms", scroll);
    print("sort_ms", sort);
    print("filter_ms", filter);
    std::printf("}\n");
    return 0;
}
