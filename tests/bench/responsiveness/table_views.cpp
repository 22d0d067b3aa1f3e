// SPDX-License-Identifier: GPL-3.0-or-later
// The longest turn of the window's thread while a table of a million rows is opened, scrolled, sorted and filtered on the
// Data page, with no other work. Each but opening is done `rounds` times; the worst of each is printed with the median.
// Prints one JSON line: {"open_ms": {"worst", "rounds"}, "scroll_ms", "sort_ms", "filter_ms"}.
#include <QApplication>
#include <QScrollBar>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <cstdio>

#include "pages/data/table_order.h"
#include "probe.h"
#include "shell/main_window.h"

using namespace holdout;

namespace {

constexpr int tableRows = 1'000'000;
constexpr int rounds = 5;
constexpr int longestSeconds = 60;

std::filesystem::path writeTable(const QString& folder) {
    const QString path = folder + "/million.csv";
    std::FILE* file = std::fopen(path.toUtf8().constData(), "w");
    if (!file) throw Error("The table cannot be written.", {.file = path.toStdString()}, "Free some space.");
    std::fputs("x1,x2,x3,colour,label\n", file);
    RandomStream random(Seed{1});
    const char* colours[] = {"amber", "blue", "cyan"};
    for (int i = 0; i < tableRows; ++i)
        std::fprintf(file, "%.3f,%.3f,%.3f,%s,%s\n", random.normal(), random.normal(), random.normal(), colours[random.below(3)], random.below(2) ? "yes" : "no");
    std::fclose(file);
    return path.toStdString();
}

void print(const char* name, std::vector<double> worst) {
    std::sort(worst.begin(), worst.end());
    std::printf("%s\"%s\": {\"median\": %.2f, \"worst\": %.2f, \"rounds\": %zu}", name == std::string("open_ms") ? "{" : ", ", name, worst[worst.size() / 2], worst.back(), worst.size());
}

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QStandardPaths::setTestModeEnabled(true);
    QTemporaryDir folder;
    Theme theme(application);
    Arena arena;
    const Catalog catalog = builtinCatalog();
    const SearchRegistry searches = builtinSearches();
    JobQueue jobs(arena);
    ExperimentDocument document(catalog, searches, jobs);
    MainWindow window(document, theme, arena.threads());
    window.resize(1440, 900);
    window.show();
    const std::filesystem::path file = writeTable(folder.path());
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
    std::vector<double> open, scroll, sort, filter;
    open.push_back(longestTurn([&] { document.openData(file); }));
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
