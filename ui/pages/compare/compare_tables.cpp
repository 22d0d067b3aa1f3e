// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/compare/compare_tables.h"

#include <QHeaderView>

#include "base/format.h"
#include "forms/param_words.h"
#include "insight/run_charts.h"
#include "insight/spec_differences.h"
#include "pages/compare/run_checklist.h"
#include "theme/theme.h"

namespace holdout {
namespace {

constexpr int kRowHeight = 29;
constexpr int kPairWidth = 60;       ///< a difference of two digits and its sign
constexpr int kWidestRun = 270;
constexpr int kWidestSetting = 200;
constexpr int kSharedColumns = 4;    ///< the settings' own column among them
constexpr int kWordsWidth = 120;     ///< below that, what differs is left to its own table

void lookLikeTable(QTableWidget* table) {
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setFrameShape(QFrame::NoFrame);
    table->setIconSize(QSize(12, 12));
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setTextElideMode(Qt::ElideRight);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

/// As tall as its rows: the page scrolls, not the table.
void fitHeight(QTableWidget* table) {
    table->setFixedHeight(table->horizontalHeader()->sizeHint().height() + kRowHeight * std::max(1, table->rowCount()) +
                          2 + (table->horizontalScrollBarPolicy() == Qt::ScrollBarAlwaysOff ? 0 : 10));
}

QTableWidgetItem* put(QTableWidget* table, int row, int column, const QString& text,
                      Qt::Alignment alignment = Qt::AlignLeft) {
    auto* item = new QTableWidgetItem(text);
    item->setTextAlignment(alignment | Qt::AlignVCenter);
    table->setItem(row, column, item);
    return item;
}

void setHeading(QTableWidget* table, int column, const QString& text, Qt::Alignment alignment = Qt::AlignLeft) {
    auto* item = new QTableWidgetItem(text);
    item->setTextAlignment(alignment | Qt::AlignVCenter);
    item->setToolTip(text);
    table->setHorizontalHeaderItem(column, item);
}

QString number(double value, int digits = 4) {
    return std::isnan(value) ? QString("–") : fromCore(formatNumber(value, digits));
}

/// A score in a column of them: as many decimals in each row, so that the eye can compare.
QString scoreText(double value, int decimals) {
    const bool isShort = std::abs(value) < 10;
    return isShort ? QString::number(value, 'f', decimals).replace('-', QChar(0x2212)) : number(value, decimals + 1);
}

QString signedNumber(double value) {
    return (value > 0 ? "+" : "") + fromCore(formatNumber(value, 2)).replace('-', QChar(0x2212));
}

/// As `signedNumber`, but four decimals at most, where they say anything.
QString briefDifference(double value) {
    const bool isSmall = std::abs(value) < 1e-3 && std::abs(value) >= 5e-5;
    if (!isSmall) return signedNumber(value);
    return (value > 0 ? "+" : "") + QString::number(value, 'f', 4).replace('-', QChar(0x2212));
}

QString labelOf(const std::string& metric, const MetricRegistry& metrics) {
    const MetricInfo* info = metrics.find(metric);
    return info ? fromCore(info->label) : QString::fromStdString(metric);
}

QString intervalText(const ScoreSummary& score) {
    return std::isnan(score.low) ? QString("–") : scoreText(score.low, 3) + " – " + scoreText(score.high, 3);
}

/// "lambda 0.01": the value of one run where it differs from the others.
QString differenceWords(const SpecDifference& difference, std::size_t run) {
    const std::string& value = difference.values[run];
    if (difference.key == "data.sha256") return QObject::tr("other data");
    if (difference.key == "model.id") return QString::fromStdString(value);
    if (difference.key == "tune.search") return QObject::tr("tuned by %1").arg(QString::fromStdString(value));
    if (difference.key.starts_with("tune.")) return {};  // what was searched is in the table of settings
    const std::string::size_type dot = difference.key.rfind('.');
    const std::string name = dot == std::string::npos ? difference.key : difference.key.substr(dot + 1);
    return QString::fromStdString(name) + ' ' + QString::fromStdString(value);
}


}  // namespace

ScoreTable::ScoreTable(QWidget* parent) : QTableWidget(parent) {
    setObjectName("scores");
    setAccessibleName(tr("Scores of the selected runs"));
    lookLikeTable(this);
    setProperty("small", true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    horizontalHeader()->setStretchLastSection(true);
}

void ScoreTable::setRuns(const std::vector<const Run*>& runs, const std::vector<std::string>& metrics,
                         const Catalog& catalog) {
    clear();
    setColumnCount(0);  // none stays hidden
    horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    const int count = static_cast<int>(metrics.size());
    setRowCount(static_cast<int>(runs.size()));
    setColumnCount(count + 4);
    setHeading(this, 0, tr("Run"));
    for (int m = 0; m < count; ++m)
        setHeading(this, m == 0 ? 1 : m + 2, labelOf(metrics[static_cast<std::size_t>(m)], catalog.metrics),
                   Qt::AlignRight);
    setHeading(this, 2, tr("95 % interval"), Qt::AlignRight);
    setHeading(this, count + 2, tr("Time"), Qt::AlignRight);
    setHeading(this, count + 3, tr("Differs in"));
    const std::vector<SpecDifference> differences = specDifferences(runs, catalog);
    for (int row = 0; row < rowCount(); ++row) {
        const Run& run = *runs[static_cast<std::size_t>(row)];
        put(this, row, 0, runTitle(run))->setIcon(runDot(row));
        for (int m = 0; m < count; ++m) {
            const auto found = run.evaluation.scores.find(metrics[static_cast<std::size_t>(m)]);
            const ScoreSummary score =
                found == run.evaluation.scores.end() ? ScoreSummary{NAN, NAN, NAN, NAN, {}, {}} : found->second;
            QTableWidgetItem* item = put(this, row, m == 0 ? 1 : m + 2, scoreText(score.mean, 4), Qt::AlignRight);
            item->setToolTip(
                tr("95 % interval %1 (%2)").arg(intervalText(score), QString::fromStdString(score.interval)));
            if (m > 0) continue;
            QFont bold = font();
            bold.setWeight(QFont::DemiBold);
            item->setFont(bold);
            put(this, row, 2, intervalText(score), Qt::AlignRight)->setToolTip(QString::fromStdString(score.interval));
        }
        put(this, row, count + 2, fromCore(formatDuration(run.seconds)), Qt::AlignRight);
        QStringList words;
        for (const SpecDifference& difference : differences)
            if (difference.values[static_cast<std::size_t>(row)] != "–")
                words << differenceWords(difference, static_cast<std::size_t>(row));
        words.removeAll(QString());
        // What the model is comes first; settings of the steps are the least telling.
        put(this, row, count + 3, words.isEmpty() ? tr("nothing") : words.join(" · "))->setToolTip(words.join('\n'));
    }
    for (int column = 0; column < count + 3; ++column) {
        resizeColumnToContents(column);
        setColumnWidth(column, std::min(columnWidth(column), kWidestRun));
    }
    m_runWidth = columnWidth(0);
    m_scoresWidth = 0;
    for (int column = 0; column < count + 3; ++column) m_scoresWidth += columnWidth(column);
    fitHeight(this);
    showWordsIfTheyFit();
}

void ScoreTable::resizeEvent(QResizeEvent* event) {
    QTableWidget::resizeEvent(event);
    showWordsIfTheyFit();
}

void ScoreTable::showWordsIfTheyFit() {
    if (columnCount() == 0) return;
    const bool hasRoom = width() - m_scoresWidth >= kWordsWidth;
    setColumnHidden(columnCount() - 1, !hasRoom);
    horizontalHeader()->setStretchLastSection(hasRoom);
    horizontalHeader()->setSectionResizeMode(0, hasRoom ? QHeaderView::Interactive : QHeaderView::Stretch);
    if (hasRoom) setColumnWidth(0, m_runWidth);
}

namespace {

/// What the test says of a pair, and the interval of the folds beside it where there is one.
QString pairWords(const Run& a, const Run& b, const std::string& metric, const MetricRegistry& metrics, const PairAnswer& pair) {
    if (!pair.problem.empty()) return QString::fromStdString(pair.problem);
    QString words = QObject::tr("%1 minus %2: %3").arg(runTitle(a), runTitle(b), signedNumber(pair.difference));
    const PairedComparison folds = compareRuns(a, b, metric, metrics);
    if (std::isfinite(folds.low)) words += QObject::tr(", 95 % interval %1 to %2").arg(signedNumber(folds.low), signedNumber(folds.high));
    if (pair.posterior)
        return words + QObject::tr("; better with probability %1, practically equal %2, worse %3")
                           .arg(number(pair.posterior->above, 2), number(pair.posterior->within, 2), number(pair.posterior->below, 2));
    return words + QObject::tr(", p = %1").arg(number(pair.pValue, 2));
}

}  // namespace

PairTable::PairTable(QWidget* parent) : QTableWidget(parent) {
    setObjectName("pairs");
    setAccessibleName(tr("Differences of all pairs"));
    lookLikeTable(this);
    setSelectionBehavior(SelectItems);
    setProperty("dense", true);
    horizontalHeader()->setMinimumSectionSize(kPairWidth);
}

void PairTable::setRuns(const std::vector<const Run*>& runs, const std::string& metric, const MetricRegistry& metrics,
                        PairMethod method, double rope) {
    clear();
    const int count = static_cast<int>(runs.size());
    setRowCount(count);
    setColumnCount(count + 1);
    setHeading(this, 0, {});
    const MetricInfo* info = metrics.find(metric);
    for (int row = 0; row < count && info; ++row) {
        const Run& a = *runs[static_cast<std::size_t>(row)];
        // The rows name the runs; above the columns their colours do, for want of room.
        setHeading(this, row + 1, {});
        horizontalHeaderItem(row + 1)->setToolTip(runTitle(a));
        horizontalHeaderItem(row + 1)->setIcon(runDot(row));
        put(this, row, 0, runTitle(a))->setIcon(runDot(row));
        for (int column = 0; column < count; ++column) {
            const Run& b = *runs[static_cast<std::size_t>(column)];
            if (row == column) {
                put(this, row, column + 1, {})->setFlags(Qt::NoItemFlags);
                continue;
            }
            const PairAnswer pair = comparePair(a, b, metric, metrics, method, rope);
            QTableWidgetItem* item =
                put(this, row, column + 1, std::isfinite(pair.difference) ? briefDifference(pair.difference) : QString("–"));
            item->setToolTip(pairWords(a, b, metric, metrics, pair));
            if (pair.better == 0) {
                item->setForeground(Theme::current().muted);
                continue;
            }
            item->setForeground(pair.better > 0 ? Theme::current().good : Theme::current().bad);
            QFont bold = font();
            bold.setWeight(QFont::DemiBold);
            item->setFont(bold);
        }
    }
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    resizeColumnToContents(0);
    m_wantedWidth = std::min(columnWidth(0), kWidestRun) + count * kPairWidth;
    for (int column = 1; column <= count; ++column) setColumnWidth(column, kPairWidth);
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    fitHeight(this);
}

DifferenceTable::DifferenceTable(QWidget* parent) : QTableWidget(parent) {
    setObjectName("differences");
    setAccessibleName(tr("Settings that differ"));
    lookLikeTable(this);
    setHorizontalScrollMode(ScrollPerPixel);
}

void DifferenceTable::setRuns(const std::vector<const Run*>& runs, const Catalog& catalog) {
    clear();
    const std::vector<SpecDifference> differences = specDifferences(runs, catalog);
    setRowCount(static_cast<int>(differences.size()));
    setColumnCount(static_cast<int>(runs.size()) + 1);
    setHeading(this, 0, tr("Setting"));
    for (int run = 0; run < static_cast<int>(runs.size()); ++run) {
        setHeading(this, run + 1, runTitle(*runs[static_cast<std::size_t>(run)]));
        horizontalHeaderItem(run + 1)->setIcon(runDot(run));
    }
    for (int row = 0; row < rowCount(); ++row) {
        const SpecDifference& difference = differences[static_cast<std::size_t>(row)];
        QTableWidgetItem* label = put(this, row, 0, QString::fromStdString(difference.label));
        label->setForeground(Theme::current().muted);
        label->setToolTip(QString::fromStdString(difference.key));
        for (int run = 0; run < static_cast<int>(runs.size()); ++run) {
            const QString value = QString::fromStdString(difference.values[static_cast<std::size_t>(run)]);
            put(this, row, run + 1, value)->setToolTip(value);
        }
    }
    // A few runs share the width; more of them scroll.
    const bool share = columnCount() <= kSharedColumns;
    horizontalHeader()->setSectionResizeMode(share ? QHeaderView::Stretch : QHeaderView::Interactive);
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::Interactive);
    resizeColumnToContents(0);
    setColumnWidth(0, std::clamp(columnWidth(0), 90, kWidestSetting));
    for (int column = 1; column < columnCount() && !share; ++column) {
        resizeColumnToContents(column);
        setColumnWidth(column, std::clamp(columnWidth(column), 90, 240));
    }
    fitHeight(this);
}

std::vector<std::string> scoredMetrics(const std::vector<const Run*>& runs, const MetricRegistry& metrics) {
    std::vector<std::string> found;
    for (const MetricInfo& info : metrics.all())
        if (std::any_of(runs.begin(), runs.end(),
                        [&](const Run* run) { return run->evaluation.scores.contains(std::string(info.id)); }))
            found.emplace_back(info.id);
    return found;
}

}  // namespace holdout
