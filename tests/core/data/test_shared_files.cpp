// SPDX-License-Identifier: GPL-3.0-or-later
// Files of every format that lie beside the project, where they do.
#include <QtTest>
#include <nlohmann/json.hpp>

#include "read_fixture.h"

using namespace holdout;
using namespace holdout::test;
namespace fs = std::filesystem;

namespace {

const fs::path Shared = fs::path(HOLDOUT_SOURCE_DIR) / ".." / "shared" / "data";

std::vector<fs::path> filesBelow(const char* folder) {
    std::vector<fs::path> files;
    if (!fs::exists(Shared / folder)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(Shared / folder))
        if (entry.is_regular_file()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

class SharedFilesTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        if (!fs::exists(Shared)) QSKIP("the shared data are not here");
    }

    void arffFiles() {
        const std::map<std::string, std::string> refused = {
            {"nodata", "no rows"}, {"test2", "is no number"}, {"test3", "no known type"}, {"test8", "date pattern"},
            {"test9", "relational"}, {"test10", "relational"}};
        const std::map<std::string, std::pair<std::size_t, std::size_t>> sizes = {
            {"iris", {150, 5}},     {"credit-g", {1000, 21}},  {"vote", {435, 17}},
            {"soybean", {683, 36}}, {"ionosphere", {351, 35}}, {"diabetes", {768, 9}}};
        std::size_t read = 0;
        for (const fs::path& path : filesBelow("arff")) {
            const std::string name = path.stem().string();
            const std::string error = errorOf([&] {
                const Table table = readPath(path).table;
                ++read;
                const auto size = sizes.find(name);
                if (size != sizes.end()) QCOMPARE(std::pair(table.rows(), table.columnCount()), size->second);
            });
            const auto known = refused.find(name);
            if (known == refused.end())
                QVERIFY2(error.empty(), error.c_str());
            else
                QVERIFY2(error.find(known->second) != std::string::npos, (name + ": " + error).c_str());
        }
        QVERIFY(read >= 20);
    }

    void everyTableOfTheDatabase() {
        const fs::path path = Shared / "sqlite" / "r_datasets.sqlite";
        const ReadResult first = readPath(path);
        QVERIFY(first.format.parts.size() > 30);
        ReadOptions options;
        for (const std::string& table : first.format.parts) {
            options.table = table;
            QVERIFY2(readPath(path, options).table.rows() > 0, table.c_str());
        }
        options.table = "iris";
        const Table iris = readPath(path, options).table;
        QCOMPARE(iris.rows(), 150U);
        QCOMPARE(iris.columnCount(), 5U);
    }

    void everyFormatHasATable() {
        for (const char* folder : {"formats", "csv_acid", "fetched/csv_acid/papaparse"})
            for (const fs::path& path : filesBelow(folder)) {
                if (path.extension() == ".json" || path.extension() == ".md") continue;
                const std::string error = errorOf([&] { QVERIFY2(readPath(path).table.rows() > 0, path.c_str()); });
                QVERIFY2(error.empty(), (path.string() + ": " + error).c_str());
            }
        QCOMPARE(readPath(Shared / "formats/heart_scale.libsvm").table.columnCount(), 14U);
        QCOMPARE(readPath(Shared / "formats/heart_scale.libsvm").table.rows(), 270U);
    }

    void pollutedTables() {
        // The number of rows that are expected, where the dialect can be found from the file alone.
        std::size_t files = 0;
        for (const fs::path& path : filesBelow("fetched/csv_acid/pollock")) {
            if (path.parent_path().filename() != "csv") continue;
            const std::string error = errorOf([&] { readPath(path); });
            ++files;
            if (!error.empty()) QVERIFY2(error.find(path.filename().string()) != std::string::npos, error.c_str());
        }
        if (files == 0) QSKIP("the polluted tables are not here");
    }

    void pictures() {
        const ReadResult digits = readPath(Shared / "images/digits8x8");
        QCOMPARE(digits.table.rows(), 1797U);
        QCOMPARE(digits.table.column(1).levels().size(), 10U);
        QCOMPARE(digits.table.column(0).images().channels, 1);
        if (fs::exists(Shared / "fetched/images/mnist/t10k-images-idx3-ubyte.gz")) {
            const ReadResult mnist = readPath(Shared / "fetched/images/mnist/t10k-images-idx3-ubyte.gz");
            QCOMPARE(mnist.table.rows(), 10'000U);
            QCOMPARE(mnist.table.columnCount(), 2U);
            QCOMPARE(mnist.table.column(1).cellText(0), "7");
        }
        if (fs::exists(Shared / "fetched/images/cifar10_subset")) {
            const ReadResult cifar = readPath(Shared / "fetched/images/cifar10_subset");
            QCOMPARE(cifar.table.rows(), 1250U);
            QVERIFY(cifar.table.indexOf("part"));
            QCOMPARE(cifar.table.column(0).images().channels, 3);
        }
        if (fs::exists(Shared / "fetched/images/omniglot_alphabets"))
            QCOMPARE(readPath(Shared / "fetched/images/omniglot_alphabets").table.rows(), 600U);
        if (fs::exists(Shared / "fetched/text/review_polarity_500"))
            QCOMPARE(readPath(Shared / "fetched/text/review_polarity_500").table.rows(), 500U);
    }
};

QTEST_APPLESS_MAIN(SharedFilesTest)
#include "test_shared_files.moc"
