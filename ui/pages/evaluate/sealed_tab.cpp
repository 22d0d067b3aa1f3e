// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/sealed_tab.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include "base/format.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

QTableWidget* table(const QStringList& heads, const char* name, QWidget* parent) {
    auto* view = new QTableWidget(0, static_cast<int>(heads.size()), parent);
    view->setObjectName(name);
    view->setHorizontalHeaderLabels(heads);
    view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    view->horizontalHeader()->setStretchLastSection(true);
    view->verticalHeader()->hide();
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setSelectionMode(QAbstractItemView::NoSelection);
    view->setShowGrid(false);
    view->setTabKeyNavigation(false);
    return view;
}

void fillRow(QTableWidget* view, int row, const QStringList& cells) {
    for (int column = 0; column < cells.size(); ++column) view->setItem(row, column, new QTableWidgetItem(cells[column]));
}

/// As high as its rows: the page scrolls, not the table.
void fitHeight(QTableWidget* view) {
    view->resizeColumnsToContents();
    view->horizontalHeader()->setStretchLastSection(true);
    int height = view->horizontalHeader()->sizeHint().height() + 4;
    for (int row = 0; row < view->rowCount(); ++row) height += view->rowHeight(row);
    view->setFixedHeight(height);
}

QString figure(double value) {
    return fromCore(formatNumber(value, 4));
}

QString interval(const ScoreSummary& score) {
    return figure(score.low) + QStringLiteral(" – ") + figure(score.high);
}

}  // namespace

SealedTab::SealedTab(ExperimentDocument& document, QWidget* parent)
    : EvaluateTab(document, parent), m_state(noteLabel({}, {}, this)), m_open(new QPushButton(tr("Open the seal and score…"), this)),
      m_scoresCard(new Card(tr("What the sealed rows said"), {}, this)), m_openingsCard(new Card(tr("Openings"), {}, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    m_state->setObjectName("sealState");
    m_open->setObjectName("openSeal");
    auto* row = new QHBoxLayout;
    row->addWidget(m_open);
    row->addStretch(1);
    m_scores = table({tr("Score"), tr("Sealed rows"), tr("95 % interval"), tr("Held-out rows"), tr("95 % interval")},
                     "sealedScores", m_scoresCard);
    m_scoresCard->body()->addWidget(m_scores);
    m_openings = table({tr("Opening"), tr("Date (UTC)"), tr("For")}, "openings", m_openingsCard);
    m_openingsCard->body()->addWidget(m_openings);
    column->addWidget(m_state);
    column->addLayout(row);
    column->addWidget(m_scoresCard);
    column->addWidget(m_openingsCard);
    column->addStretch(1);
    connect(m_open, &QPushButton::clicked, this, &SealedTab::askToOpen);
    connect(&document, &ExperimentDocument::openingsChanged, this, &SealedTab::refresh);
    connect(&document, &ExperimentDocument::dataChanged, this, &SealedTab::refresh);
}

QString SealedTab::refusal(const Run& run) const {
    if (run.spec.data.sealed || !document().openings().empty()) return {};
    return tr("No rows were set aside for this run. Seal a share of them on the Data page before the first run: then they can be "
              "scored here, once, at the end.");
}

void SealedTab::showRun(const std::shared_ptr<const Run>& run) {
    m_run = run;
    refresh();
}

void SealedTab::askToOpen() {
    const std::size_t before = document().openings().size();
    const QString counted = tr("This opening is counted and dated in the project, before anyone sees a score, and printed in every report. ");
    const QString warning =
        before == 0 ? counted + tr("Open the seal when nothing is left to choose: a score that leads to another choice is no test any more.")
                    : counted + tr("The seal has been opened %1 before: the more often, the more the score flatters.")
                                    .arg(before == 1 ? tr("once") : tr("%1 times").arg(before));
    auto* box = new QMessageBox(QMessageBox::Warning, tr("Open the seal"), warning, QMessageBox::Cancel, this);
    box->setObjectName("sealBox");
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* open = box->addButton(tr("Open the seal"), QMessageBox::AcceptRole);
    open->setObjectName("confirmOpening");
    connect(open, &QPushButton::clicked, this, [this, id = m_run ? m_run->id : 0] { document().openSealed(id); });
    box->open();
}

void SealedTab::refresh() {
    if (!m_run) return;
    const auto read = document().data();
    const bool isSealed = m_run->spec.data.sealed.has_value();
    const auto openings = document().openings();
    if (!isSealed)
        setNote(m_state, tr("No rows were set aside for this run."), tr("The openings of the seal of this project stay listed."));
    else if (m_run->sealed)
        setNote(m_state, tr("The seal has been opened for this run."), tr("Its score below holds for new rows only as far as it led to no other choice."));
    else
        setNote(m_state, read && read->sealed ? tr("%1 rows are sealed.").arg(fromCore(formatCount(static_cast<std::int64_t>(read->sealed->rows()))))
                                              : tr("Rows are sealed."),
                tr("No page has shown or scored them. Each opening is counted, dated and printed in every report."));
    m_open->setVisible(isSealed);
    m_open->setEnabled(document().sealJob() == 0 && read && read->sealed && m_run->model);
    m_open->setText(document().sealJob() ? tr("Opening…") : m_run->sealed ? tr("Open the seal again…") : tr("Open the seal and score…"));
    showScores();
    showOpenings();
}

void SealedTab::showScores() {
    m_scoresCard->setVisible(m_run->sealed.has_value());
    if (!m_run->sealed) return;
    const SealedResult& sealed = *m_run->sealed;
    QString sentence = tr("%1 rows that the model never saw, beside the estimate from held-out rows.")
                           .arg(fromCore(formatCount(sealed.rows)));
    for (const Warning& warning : sealed.warnings) sentence += ' ' + fromCore(warning.text());
    m_scoresCard->setSentence(sentence);
    m_scores->setRowCount(static_cast<int>(sealed.scores.size()));
    int row = 0;
    for (const auto& [id, score] : sealed.scores) {
        const MetricInfo* info = document().catalog().metrics.find(id);
        const auto estimate = m_run->evaluation.scores.find(id);
        const bool isKnown = estimate != m_run->evaluation.scores.end();
        fillRow(m_scores, row,
                {info ? fromCore(info->label) : fromCore(id), figure(score.mean), interval(score), isKnown ? figure(estimate->second.mean) : QString(),
                 isKnown ? interval(estimate->second) : QString()});
        m_scores->item(row, 2)->setToolTip(fromCore(score.interval));
        if (isKnown) m_scores->item(row, 4)->setToolTip(fromCore(estimate->second.interval));
        ++row;
    }
    fitHeight(m_scores);
}

void SealedTab::showOpenings() {
    const std::vector<Opening> openings = document().openings();
    m_openingsCard->setSentence(openings.empty() ? tr("The seal has never been opened.")
                                                 : openings.size() == 1 ? tr("The seal has been opened once.")
                                                                        : tr("The seal has been opened %1 times.").arg(openings.size()));
    m_openings->setVisible(!openings.empty());
    m_openings->setRowCount(static_cast<int>(openings.size()));
    for (std::size_t i = 0; i < openings.size(); ++i) {
        QString what = openings[i].run == 0 ? tr("the seal was changed or removed after a run") : tr("a run that is gone");
        for (const auto& run : document().runs())
            if (run->id == openings[i].run) what = fromCore(run->spec.name);
        QString date = fromCore(openings[i].opened);
        date.replace('T', ' ').remove('Z');
        fillRow(m_openings, static_cast<int>(i), {QString::number(i + 1), date, what});
    }
    fitHeight(m_openings);
}

}  // namespace holdout
