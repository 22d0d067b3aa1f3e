// SPDX-License-Identifier: GPL-3.0-or-later
// The corpus of the fuzzers (tests/fuzz), and damages of it: whatever the bytes, reading ends soon, in a table or an
// Error.
#include <QElapsedTimer>
#include <QtTest>
#include <algorithm>

#include "../../fuzz/hostile.h"
#include "base/seed.h"

using namespace holdout;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> corpusOf(std::string_view kind) {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(fs::path(HOLDOUT_SOURCE_DIR) / "tests/fuzz/corpus" / kind))
        paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> files;
    for (const fs::path& path : paths) {
        std::ifstream file(path, std::ios::binary);
        files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return files;
}

/// One to six damages: a byte changed, some taken out or doubled, the rest cut off.
std::string damaged(std::string bytes, RandomStream& random) {
    const std::uint64_t damages = 1 + random.below(6);
    for (std::uint64_t i = 0; i < damages && !bytes.empty(); ++i) {
        const std::size_t at = random.below(bytes.size());
        switch (random.below(5)) {
            case 0:
            case 1:
                bytes[at] = static_cast<char>(random.below(256));
                break;
            case 2:
                bytes.erase(at, 1 + random.below(9));
                break;
            case 3:
                bytes.insert(at, bytes.substr(random.below(bytes.size()), random.below(60)));
                break;
            default:
                if (random.below(4) == 0) bytes.resize(at);
        }
    }
    return bytes;
}

}  // namespace

class HostileFilesTest : public QObject {
    Q_OBJECT
private slots:
    void everyFileEndsInATableOrAnError_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < std::size(fuzz::targets); ++i)
            QTest::newRow(std::string(fuzz::targets[i].kind).c_str()) << static_cast<int>(i);
    }
    void everyFileEndsInATableOrAnError() {
        QFETCH(int, index);
        const fuzz::Target& target = fuzz::targets[index];
        const std::vector<std::string> files = corpusOf(target.kind);
        QVERIFY(!files.empty());
        constexpr int Damages = 400;
        RandomStream random(Seed{11}.derive(target.kind));
        int tables = 0;
        QElapsedTimer timer;
        timer.start();
        for (const std::string& file : files) tables += fuzz::survives(target, file);
        QVERIFY(tables > 0);
        for (int i = 0; i < Damages; ++i)
            fuzz::survives(target, damaged(files[static_cast<std::size_t>(i) % files.size()], random));
        QVERIFY2(timer.elapsed() < 120'000, std::to_string(timer.elapsed()).c_str());
    }
};

QTEST_APPLESS_MAIN(HostileFilesTest)
#include "test_hostile_files.moc"
