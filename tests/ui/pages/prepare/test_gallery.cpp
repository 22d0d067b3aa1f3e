// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QPushButton>
#include <QtTest>

#include "charts/chart_card.h"
#include "page_fixture.h"
#include "pages/prepare/augment_gallery.h"
#include "pages/prepare/augment_samples.h"
#include "pages/prepare/picture_grid.h"
#include "pages/prepare/prepare_page.h"
#include "pages/prepare/text_difference.h"

using namespace holdout;

namespace {

ColumnPtr answers(std::size_t rows) {
    std::vector<std::uint32_t> codes(rows);
    for (std::size_t i = 0; i < rows; ++i) codes[i] = static_cast<std::uint32_t>(i % 2);
    return Column::categories("answer", codes, {"no", "yes"});
}

Table pictures() {
    constexpr int side = 8;
    constexpr std::size_t rows = 40;
    ImageValues images;
    images.offsets.push_back(0);
    for (std::size_t i = 0; i < rows; ++i) {
        images.sizes.push_back({side, side});
        for (int p = 0; p < side * side; ++p) images.pixels.push_back(static_cast<std::uint8_t>((p * 7 + static_cast<int>(i) * 31) % 251));
        images.offsets.push_back(images.pixels.size());
    }
    return Table({std::make_shared<const Column>("picture", images, MissingMask(rows)), answers(rows)});
}

Table texts() {
    const std::vector<std::string> cells(40, "one two three four five six seven eight nine ten");
    return Table({Column::textsOf("message", cells), answers(40)});
}

ExperimentSpec specWith(const std::string& step, const std::vector<std::pair<std::string, ParamValue>>& params) {
    ExperimentSpec spec;
    spec.data.roles.target = "answer";
    spec.validate = {"k-fold", {}};
    StepSpec own{step, {}, true};
    for (const auto& [id, value] : params) own.params.set(id, value);
    spec.pipeline.prepare = {own};
    return spec;
}

AugmentSamples sampled(const Table& table, const ExperimentSpec& spec, std::int64_t draw = 0) {
    static const Catalog catalog = builtinCatalog();
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return sampleAugmentation(table, spec, 0, draw, catalog, context);
}

std::vector<std::uint8_t> pixels(const AugmentSamples& samples, std::size_t draw) {
    return samples.draws[draw].table.column(samples.columns.front()).images().pixels;
}

}  // namespace

class GalleryTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { PageFixture::prepare(); }

    void wordsThatDifferAreSetApart() {
        const TextDifference difference = textDifference("the quick  brown fox", "the brown lazy fox");
        QVERIFY(difference.before == (std::vector<TextPiece>{{"the", true}, {"quick", false}, {"brown fox", true}}));
        QVERIFY(difference.after == (std::vector<TextPiece>{{"the brown", true}, {"lazy", false}, {"fox", true}}));
        QVERIFY(textDifference("", "").before.empty());
        QCOMPARE(textDifference("a b c d", "a b c d", 2).before.front().words, QString("a b …"));
        // A word that became two pushes the last out of what is shown, and does not make it one that went.
        const TextDifference cut = textDifference("a b c d", "a very nice b c d", 4);
        QVERIFY(cut.before == (std::vector<TextPiece>{{"a b …", true}}));
        QVERIFY(cut.after == (std::vector<TextPiece>{{"a", true}, {"very nice", false}, {"b …", true}}));
    }

    void picturesStandBesideWhatIsMadeOfThem() {
        const ExperimentSpec spec = specWith("augment-image", {{"rotate", 90.0}});
        const AugmentSamples samples = sampled(pictures(), spec);
        QVERIFY(samples.kind == AugmentSamples::Kind::Images);
        QCOMPARE(samples.before.rows.size(), std::size_t(6));
        QCOMPARE(samples.draws.size(), std::size_t(6));
        QVERIFY(pixels(samples, 0) != pixels(samples, 1));
        QVERIFY(pixels(samples, 0) == pixels(sampled(pictures(), spec), 0));
        QVERIFY(pixels(samples, 0) != pixels(sampled(pictures(), spec, 1), 0));
        // Another setting, the same luck: what is not turned at all comes out as it was.
        const AugmentSamples still = sampled(
            pictures(), specWith("augment-image", {{"rotate", 0.0}, {"shift", 0.0}, {"scale", 0.0}, {"copies", std::int64_t{4}}}));
        QVERIFY(pixels(still, 0) == still.before.table.column(still.columns.front()).images().pixels);

        AugmentGallery gallery;
        gallery.show(std::make_shared<const AugmentSamples>(samples));
        const auto& rows = gallery.findChild<PictureGrid*>()->rows();
        QCOMPARE(rows.size(), std::size_t(6));
        QCOMPARE(rows[0].made.size(), std::size_t(6));
        QCOMPARE(rows[0].original.size(), QSize(8, 8));
    }

    void changedWordsAreMarked() {
        AugmentGallery gallery;
        gallery.show(std::make_shared<const AugmentSamples>(
            sampled(texts(), specWith("augment-text", {{"synonyms", 0.0}, {"delete", 0.4}}))));
        const QString html = gallery.findChild<QLabel*>("galleryTexts")->text();
        QVERIFY(html.contains("line-through"));
        QVERIFY(!gallery.findChild<QLabel*>("galleryTexts")->isHidden());
    }

    void aStepThatAddsNothingSaysSo() {
        AugmentGallery gallery;
        gallery.show(std::make_shared<const AugmentSamples>(sampled(pictures(), specWith("augment-image", {{"copies", std::int64_t{0}}}))));
        QVERIFY(gallery.findChild<PictureGrid*>()->isHidden());
    }

    void thePageDrawsNewRowsAndFollowsTheSettings() {
        PageFixture fixture;
        fixture.open();
        fixture.document.edit("start", [](ExperimentSpec& spec) { spec.pipeline.prepare = {{"augment-rows", {}, true}}; });
        PreparePage page(fixture.document);
        page.show();
        auto* gallery = page.findChild<AugmentGallery*>("gallery");
        auto* scatter = page.findChild<ChartCard*>("galleryScatter");
        const auto made = [&] {
            const auto* chart = std::get_if<ScatterChart>(&scatter->chart());
            return chart && chart->series.size() == 2 ? chart->series[1].x : std::vector<double>();
        };
        QTRY_VERIFY(gallery->isVisible() && !made().empty());
        const std::vector<double> first = made();
        gallery->findChild<QPushButton*>("anotherDraw")->click();
        QTRY_VERIFY(made() != first);
        const std::vector<double> second = made();
        fixture.document.edit("noise", [](ExperimentSpec& spec) { spec.pipeline.prepare[0].params.set("noise", 0.4); });
        QTRY_VERIFY(made() != second);
        // Steps that add no rows have the preview of before and after.
        fixture.document.edit("other", [](ExperimentSpec& spec) { spec.pipeline.prepare = {{"standardize", {}, true}}; });
        QTRY_VERIFY(!gallery->isVisible());
    }
};

QTEST_MAIN(GalleryTest)
#include "test_gallery.moc"
