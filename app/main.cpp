// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <cstdio>

#include "pages/start/samples.h"
#include "shell/main_window.h"
#include "shell/when_settled.h"

using namespace holdout;

namespace {

/// Qt aborts without a display, which tells nobody what to do.
bool hasDisplay() {
    return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY") ||
           qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
}

bool asksForWords(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        for (const char* word : {"--help", "-h", "--version", "-v", "--help-all"})
            if (qstrcmp(argv[i], word) == 0) return true;
    return false;
}

void describe(QCommandLineParser& parser) {
    parser.setApplicationDescription("A workbench for training, validating and tuning models.");
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument("file", "A CSV file or a .holdout project to open.", "[FILE]");
    parser.addOptions({{"sample", "Open a sample that comes with the program."},
                       {"page", "Show this page: data, prepare, model, train, evaluate, tune or compare.", "id"},
                       {"threads", "Use this many threads; all cores by default.", "n", "0"},
                       {"size", "Open the window in this size.", "width x height"},
                       {"appearance", "system, light or dark.", "name"},
                       {"screenshot", "Write a picture of the window when all jobs are done and all charts drawn, and end.", "file"}});
}

void openSample(ExperimentDocument& document) {
    const Sample sample = builtinSamples().front();
    document.openData(extractedSample(sample), sample.hint);
}

void writeScreenshot(MainWindow& window, const QString& path) {
    if (!window.grab().save(path)) std::fprintf(stderr, "The picture could not be written to %s.\n", qPrintable(path));
    QApplication::quit();
}

}  // namespace

int main(int argc, char** argv) {
    QCoreApplication::setApplicationName("Holdout");
    QCoreApplication::setOrganizationName("Holdout");
    QCoreApplication::setApplicationVersion(HOLDOUT_VERSION);
    QCommandLineParser parser;
    describe(parser);
    if (asksForWords(argc, argv)) {
        QCoreApplication console(argc, argv);
        parser.process(console);
    }
    if (!hasDisplay()) {
        std::fputs("There is no display to open the window on. Over ssh, connect with ssh -X; without any screen, use\n"
                   "xvfb-run holdout, or holdout-cli, which needs no window.\n", stderr);
        return 1;
    }
    QApplication application(argc, argv);
    parser.process(application);
    const QStringList files = parser.positionalArguments();
    if (!files.isEmpty() && !QFileInfo::exists(files.first())) {
        std::fprintf(stderr, "There is no file %s.\n", qPrintable(files.first()));
        return 1;
    }

    Theme theme(application);
    Arena arena(parser.value("threads").toInt(), Urgency::Background);
    const Catalog catalog = builtinCatalog();
    const SearchRegistry searches = builtinSearches();
    JobQueue jobs(arena);
    ExperimentDocument document(catalog, searches, jobs);
    MainWindow window(document, theme, arena.threads());
    if (const QString name = parser.value("appearance"); !name.isEmpty())
        theme.setAppearance(name == "dark" ? Appearance::Dark : name == "light" ? Appearance::Light : Appearance::System);
    if (const QStringList size = parser.value("size").split('x'); size.size() == 2) window.resize(size[0].toInt(), size[1].toInt());
    window.show();

    if (!files.isEmpty())
        window.openPath(QFileInfo(files.first()).absoluteFilePath().toStdString());
    else if (parser.isSet("sample"))
        openSample(document);
    const QString page = parser.value("page");
    if (!page.isEmpty())
        QObject::connect(&document, &ExperimentDocument::profileChanged, &window, [&] { window.showPage(page); }, Qt::SingleShotConnection);
    if (parser.isSet("screenshot")) whenSettled(jobs, &window, [&] { writeScreenshot(window, parser.value("screenshot")); });
    return QApplication::exec();
}
