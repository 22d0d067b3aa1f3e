// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/prepare/augment_gallery.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>
#include <cmath>

#include "base/format.h"
#include "charts/chart_card.h"
#include "forms/no_stray_wheel.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "items/picture.h"
#include "pages/prepare/picture_grid.h"
#include "pages/prepare/text_difference.h"
#include "theme/theme.h"

namespace holdout {

namespace {

constexpr qsizetype longestText = 4'000;  // more than the words that are shown

/// Words of this text alone are set off: struck through before, on colour after.
QString marked(const std::vector<TextPiece>& pieces, bool isAfter) {
    const Palette& colors = Theme::current();
    QStringList parts;
    for (const TextPiece& piece : pieces) {
        const QString words = piece.words.toHtmlEscaped();
        if (piece.isShared) parts << words;
        else if (isAfter) parts << QStringLiteral("<span style='background:%1;color:%2'>%3</span>").arg(colors.accentSoft.name(), colors.accent.name(), words);
        else parts << QStringLiteral("<span style='color:%1;text-decoration:line-through'>%2</span>").arg(colors.muted.name(), words);
    }
    return parts.join(' ');
}

/// Row of `frame` made of row `origin`; none when it made none.
std::optional<std::size_t> madeOf(const TrainingFrame& frame, std::size_t origin) {
    for (std::size_t i = 0; i < frame.positions.size(); ++i)
        if (frame.positions[i] == origin) return i;
    return std::nullopt;
}

/// The value of a row in column `column`, or of its target without one; NaN where it is missing.
double valueAt(const TrainingFrame& frame, std::optional<std::size_t> column, std::size_t row) {
    if (column) return frame.table.column(*column).isMissing(row) ? std::nan("") : frame.table.column(*column).numbers()[row];
    return frame.target.task == Task::Regression ? frame.target.values[static_cast<Eigen::Index>(row)] : frame.target.classes[row];
}

Series dots(const std::string& name, const TrainingFrame& frame, std::size_t x, std::optional<std::size_t> y, SeriesRole role) {
    Series series{.name = name, .role = role, .runIndex = 1, .x = {}, .y = {}, .low = {}, .high = {}};
    for (std::size_t row = 0; row < frame.rows.size(); ++row) {
        const double across = valueAt(frame, x, row), up = valueAt(frame, y, row);
        if (std::isnan(across) || std::isnan(up)) continue;
        series.x.push_back(across);
        series.y.push_back(up);
    }
    return series;
}

}  // namespace

AugmentGallery::AugmentGallery(QWidget* parent)
    : Card(tr("Gallery"), {}, parent), m_problem(problemLabel(this)), m_texts(new QLabel(this)), m_pictures(new PictureGrid(this)),
      m_rows(new QWidget(this)), m_across(new QComboBox(m_rows)), m_up(new QComboBox(m_rows)),
      m_scatter(new ChartCard(tr("Rows are drawn over two number columns."), m_rows)) {
    auto* another = new QPushButton(tr("Draw anew"), this);
    another->setObjectName("anotherDraw");
    another->setToolTip(tr("Other random choices, by the same settings"));
    titleRow()->addWidget(another);
    connect(another, &QPushButton::clicked, this, &AugmentGallery::anotherDraw);
    m_texts->setObjectName("galleryTexts");
    m_texts->setTextFormat(Qt::RichText);
    m_texts->setWordWrap(true);
    m_texts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_across->setObjectName("across");
    m_up->setObjectName("up");
    m_scatter->setObjectName("galleryScatter");
    m_scatter->setMinimumHeight(360);
    auto* column = new QVBoxLayout(m_rows);
    column->setContentsMargins(0, 0, 0, 0);
    auto* axes = new QHBoxLayout;
    axes->setSpacing(8);
    for (const auto& [words, box] : {std::pair{tr("Across"), m_across}, std::pair{tr("Up"), m_up}}) {
        ignoreStrayWheel(box);
        axes->addWidget(makeLabel(words, "muted", true, m_rows));
        axes->addWidget(box);
        connect(box, &QComboBox::activated, this, &AugmentGallery::drawRows);
    }
    axes->addStretch(1);
    column->addLayout(axes);
    column->addWidget(m_scatter, 1);
    body()->addWidget(m_problem);
    body()->addWidget(m_pictures);
    body()->addWidget(m_texts);
    body()->addWidget(m_rows, 1);
    body()->addStretch(0);
    for (QWidget* part : {static_cast<QWidget*>(m_pictures), static_cast<QWidget*>(m_texts), m_rows}) part->hide();
}

AugmentGallery::~AugmentGallery() = default;

void AugmentGallery::showProblem(const QString& problem) {
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    if (problem.isEmpty()) return;
    setSentence({});
    for (QWidget* part : {static_cast<QWidget*>(m_pictures), static_cast<QWidget*>(m_texts), m_rows}) part->hide();
}

void AugmentGallery::show(std::shared_ptr<const AugmentSamples> samples) {
    m_samples = std::move(samples);
    showProblem({});
    const AugmentSamples::Kind kind = m_samples->kind;
    const bool hasColumns = !m_samples->columns.empty();
    const bool isNothing = m_samples->draws.empty() || m_samples->draws.front().rows.empty();
    if (!hasColumns)
        return showProblem(kind == AugmentSamples::Kind::Images  ? tr("No picture column reaches this step. Choose one, or move the step up.")
                           : kind == AugmentSamples::Kind::Texts ? tr("No text column reaches this step. Put it before the step that turns texts into features.")
                                                                 : tr("No number column reaches this step. Put it after the steps that make numbers."));
    if (isNothing) return showProblem(tr("By these settings nothing is added."));
    m_pictures->setVisible(kind == AugmentSamples::Kind::Images);
    m_texts->setVisible(kind == AugmentSamples::Kind::Texts);
    m_rows->setVisible(kind == AugmentSamples::Kind::Rows);
    switch (kind) {
        case AugmentSamples::Kind::Images: return showImages();
        case AugmentSamples::Kind::Texts: return showTexts();
        case AugmentSamples::Kind::Rows: return showRows();
    }
}

void AugmentGallery::showImages() {
    setSentence(tr("Training pictures, and what the settings make of each. Held-out pictures stay as they are."));
    const std::size_t i = m_samples->columns.front();
    std::vector<PictureGrid::Row> rows;
    for (std::size_t row = 0; row < m_samples->before.rows.size(); ++row) {
        PictureGrid::Row shown{pictureImage(m_samples->before.table.column(i), row), {}};
        for (const TrainingFrame& draw : m_samples->draws)
            if (const auto made = madeOf(draw, row)) shown.made.push_back(pictureImage(draw.table.column(i), *made));
        rows.push_back(std::move(shown));
    }
    m_pictures->setRows(std::move(rows));
}

void AugmentGallery::showTexts() {
    setSentence(tr("Training texts, and what the settings make of each: words that went are struck through, words that came are "
                   "marked. Held-out texts stay as they are."));
    const std::size_t i = m_samples->columns.front();
    const Palette& colors = Theme::current();
    const auto text = [](const Table& table, std::size_t column, std::size_t row) {
        return fromCore(table.column(column).cellText(row)).left(longestText);
    };
    QString html = QStringLiteral("<table width='100%' cellspacing='0' cellpadding='6'><tr>");
    for (const QString& head : {tr("Original"), tr("What is made of it")})
        html += QStringLiteral("<td width='50%' style='color:%1'>%2</td>").arg(colors.muted.name(), head);
    html += QStringLiteral("</tr>");
    for (std::size_t row = 0; row < m_samples->before.rows.size(); ++row)
        for (std::size_t d = 0; d < m_samples->draws.size(); ++d) {
            const auto made = madeOf(m_samples->draws[d], row);
            if (!made) continue;
            const TextDifference difference =
                textDifference(text(m_samples->before.table, i, row), text(m_samples->draws[d].table, i, *made));
            const QString rule = d == 0 ? QStringLiteral("border-top:1px solid %1;").arg(colors.line.name()) : QString();
            html += QStringLiteral("<tr><td style='%1'>%2</td><td style='%1'>%3</td></tr>")
                        .arg(rule, marked(difference.before, false), marked(difference.after, true));
        }
    m_texts->setText(html + QStringLiteral("</table>"));
}

void AugmentGallery::showRows() {
    setSentence(tr("%1 new rows made of %2 training rows. Held-out rows stay as they are.")
                    .arg(fromCore(formatCount(static_cast<std::int64_t>(m_samples->draws.front().rows.size()))),
                         fromCore(formatCount(static_cast<std::int64_t>(m_samples->before.rows.size())))));
    fillAxes();
    drawRows();
}

/// Keeps what was chosen where it still exists.
void AugmentGallery::fillAxes() {
    QStringList names;
    for (const std::size_t i : m_samples->columns) names << fromCore(m_samples->before.table.column(i).name());
    int which = 0;
    for (QComboBox* box : {m_across, m_up}) {
        const QString chosen = box->currentText();
        box->clear();
        box->addItems(names);
        if (box == m_up) box->addItem(tr("%1 (target)").arg(fromCore(m_samples->before.target.name)));
        const int before = box->findText(chosen);
        box->setCurrentIndex(before >= 0 ? before : std::min(which, box->count() - 1));
        ++which;
    }
}

void AugmentGallery::drawRows() {
    if (!m_samples || m_samples->columns.empty() || m_samples->draws.empty()) return;
    const std::size_t x = m_samples->columns[static_cast<std::size_t>(std::max(0, m_across->currentIndex()))];
    const auto up = static_cast<std::size_t>(std::max(0, m_up->currentIndex()));
    const auto y = up < m_samples->columns.size() ? std::optional(m_samples->columns[up]) : std::nullopt;
    ScatterChart chart{.title = {}, .sentence = {}, .x = {.label = m_across->currentText().toStdString()},
                       .y = {.label = m_up->currentText().toStdString()}};
    if (!y && m_samples->before.target.task == Task::Classification) chart.y.categories = m_samples->before.target.labels;
    chart.series = {dots("training rows", m_samples->before, x, y, SeriesRole::Training),
                    dots("new rows", m_samples->draws.front(), x, y, SeriesRole::Run)};
    m_scatter->setChart(chart);
}

/// Texts carry colours of the appearance in force.
void AugmentGallery::changeEvent(QEvent* event) {
    Card::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_samples && m_samples->kind == AugmentSamples::Kind::Texts && !m_texts->isHidden()) showTexts();
}

}  // namespace holdout
