// SPDX-License-Identifier: GPL-3.0-or-later
// The house keeps its order: includes run one way, core knows no Qt, every source names its licence.
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

namespace fs = std::filesystem;

namespace {

const fs::path source = HOLDOUT_SOURCE_DIR;

/// A folder may include itself and folders of a lower rank.
const std::map<std::string, int> coreRanks = {
    {"base", 0},  {"param", 1}, {"data", 2},     {"prepare", 3}, {"split", 3},      {"metric", 3},
    {"train", 4}, {"model", 5}, {"evaluate", 6}, {"tune", 7},    {"experiment", 8}, {"insight", 9}, {"deploy", 9}};
const std::map<std::string, int> uiRanks = {{"theme", 0},  {"jobs", 0},  {"charts", 1}, {"forms", 1},
                                            {"document", 2}, {"items", 3}, {"pages", 4},  {"shell", 5}};

std::vector<fs::path> sourcesBelow(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".h" || entry.path().extension() == ".cpp") files.push_back(entry.path());
    return files;
}

std::vector<std::string> includesOf(const fs::path& file) {
    static const std::regex include("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]");
    std::vector<std::string> includes;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        std::smatch match;
        if (std::regex_search(line, match, include)) includes.push_back(match[1]);
    }
    return includes;
}

std::string topFolder(const fs::path& path) { return path.begin()->string(); }

/// Includes that run against `ranks`, as "file includes header".
QStringList backward(const fs::path& root, const std::map<std::string, int>& ranks, const std::map<std::string, int>& below) {
    QStringList faults;
    for (const fs::path& file : sourcesBelow(root)) {
        const std::string folder = topFolder(fs::relative(file, root));
        if (!ranks.contains(folder)) {
            faults << QString::fromStdString(file.string() + " is in a folder that this test does not know");
            continue;
        }
        for (const std::string& header : includesOf(file)) {
            const std::string other = topFolder(header);
            if (!ranks.contains(other) || header.find('/') == std::string::npos || below.contains(other)) continue;
            const bool isAllowed = other == folder || ranks.at(other) < ranks.at(folder);
            if (!isAllowed) faults << QString::fromStdString(fs::relative(file, source).string() + " includes " + header);
        }
    }
    return faults;
}

}  // namespace

class LayoutTest : public QObject {
    Q_OBJECT
private slots:
    void coreIncludesRunOneWay() {
        const QStringList faults = backward(source / "core", coreRanks, {});
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
    }

    void uiIncludesRunOneWay() {
        const QStringList faults = backward(source / "ui", uiRanks, coreRanks);
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
    }

    void coreKnowsNoQt() {
        QStringList faults;
        static const std::regex qt("^(Qt|Q[A-Z])");
        for (const fs::path& file : sourcesBelow(source / "core"))
            for (const std::string& header : includesOf(file))
                if (std::regex_search(header, qt)) faults << QString::fromStdString(file.string() + " includes " + header);
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
    }

    void everySourceNamesItsLicence() {
        QStringList faults;
        for (const char* folder : {"core", "ui", "app", "tests"})
            for (const fs::path& file : sourcesBelow(source / folder)) {
                std::ifstream stream(file);
                std::string line;
                std::getline(stream, line);
                if (line != "// SPDX-License-Identifier: GPL-3.0-or-later") faults << QString::fromStdString(file.string());
            }
        QVERIFY2(faults.isEmpty(), qPrintable("No licence in the first line of\n" + faults.join('\n')));
    }
};

QTEST_APPLESS_MAIN(LayoutTest)
#include "test_layout.moc"
