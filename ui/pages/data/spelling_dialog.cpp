// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/spelling_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "base/format.h"
#include "document/experiment_document.h"
#include "forms/form_parts.h"
#include "forms/param_words.h"

namespace holdout {

namespace {

constexpr int spellingSide = 0, countSide = 1;
constexpr std::size_t mostClusters = 500;
constexpr int exactText = Qt::UserRole;

QString exact(const QTreeWidgetItem* item) { return item->data(spellingSide, exactText).toString(); }

}  // namespace

SpellingDialog::SpellingDialog(ExperimentDocument& document, std::string column, QWidget* parent)
    : QDialog(parent), m_document(document), m_column(std::move(column)) {
    setObjectName("spellings");
    setWindowTitle(tr("Merge spellings of %1").arg(QString::fromStdString(m_column)));
    resize(560, 520);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(12);
    layout->addWidget(quietLabel(tr("Values that may mean the same stand together. Tick those that do; double-click the name of "
                                    "a group to change what its values become."), this));
    m_method = new QComboBox(this);
    m_method->setObjectName("method");
    m_method->addItem(tr("Alike but for case, accents, signs and word order"));
    m_method->addItem(tr("Alike but for a letter or two"));
    layout->addWidget(m_method);
    m_tree = new QTreeWidget(this);
    m_tree->setObjectName("clusters");
    m_tree->setAccessibleName(tr("Groups of spellings"));
    m_tree->setHeaderLabels({tr("Value"), tr("Cells")});
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(spellingSide, QHeaderView::Stretch);
    m_tree->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    layout->addWidget(m_tree, 1);
    m_state = quietLabel({}, this);
    m_state->setObjectName("state");
    layout->addWidget(m_state);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_merge = buttons->addButton(tr("Merge"), QDialogButtonBox::AcceptRole);
    m_merge->setObjectName("merge");
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &SpellingDialog::take);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_method, &QComboBox::currentIndexChanged, this, &SpellingDialog::search);
    connect(m_tree, &QTreeWidget::itemChanged, this, &SpellingDialog::ticked);
    search();
}

SpellingDialog::~SpellingDialog() {
    if (m_job) m_document.jobs().cancel(m_job);
}

void SpellingDialog::search() {
    if (m_job) m_document.jobs().cancel(std::exchange(m_job, 0));
    m_tree->clear();
    m_merge->setEnabled(false);
    const auto read = m_document.data();
    const auto index = read ? read->table.indexOf(m_column) : std::nullopt;
    if (!index) return;
    m_state->setText(tr("Looking for spellings …"));
    auto found = std::make_shared<std::vector<SpellingCluster>>();
    JobQueue::Request request;
    request.title = tr("Comparing spellings of %1").arg(QString::fromStdString(m_column));
    const SpellingMethod method = m_method->currentIndex() == 0 ? SpellingMethod::Key : SpellingMethod::Distance;
    request.work = [found, column = read->table.columnPtr(*index), method](JobContext& context) {
        *found = spellingClusters(*column, method, context);
    };
    const QPointer<SpellingDialog> self(this);
    const auto job = std::make_shared<JobId>(0);
    request.done = [self, found, job] {
        if (!self || self->m_job != *job) return;
        self->m_job = 0;
        self->show(*found);
    };
    request.failed = [self, job](const Error& error) {
        if (!self || self->m_job != *job) return;
        self->m_job = 0;
        self->m_state->setText(QString::fromStdString(error.what()));
    };
    m_job = *job = m_document.jobs().submit(std::move(request));
}

void SpellingDialog::show(const std::vector<SpellingCluster>& clusters) {
    const QSignalBlocker blocker(m_tree);
    for (std::size_t i = 0; i < std::min(mostClusters, clusters.size()); ++i) {
        const SpellingCluster& cluster = clusters[i];
        auto* group = new QTreeWidgetItem(m_tree);
        group->setText(spellingSide, QString::fromStdString(cluster.front().text));
        group->setFlags(group->flags() | Qt::ItemIsEditable);
        group->setToolTip(spellingSide, tr("What the ticked values become"));
        std::int64_t cells = 0;
        for (const Spelling& spelling : cluster) {
            auto* item = new QTreeWidgetItem(group);
            item->setText(spellingSide, QString::fromStdString(spelling.text));
            item->setData(spellingSide, exactText, QString::fromStdString(spelling.text));
            item->setText(countSide, fromCore(formatCount(spelling.count)));
            item->setTextAlignment(countSide, Qt::AlignRight | Qt::AlignVCenter);
            item->setCheckState(spellingSide, Qt::Unchecked);
            cells += spelling.count;
        }
        group->setText(countSide, fromCore(formatCount(cells)));
        group->setTextAlignment(countSide, Qt::AlignRight | Qt::AlignVCenter);
        group->setCheckState(spellingSide, Qt::Unchecked);
        group->setExpanded(true);
    }
    m_state->setText(clusters.empty() ? tr("No two values are alike in this way.")
                     : clusters.size() > mostClusters ? tr("The first %1 of %2 groups.").arg(mostClusters).arg(clusters.size())
                                                      : tr("%1 groups. Nothing is merged that is not ticked.").arg(clusters.size()));
}

/// A group's tick is that of all its values.
void SpellingDialog::ticked() {
    const QSignalBlocker blocker(m_tree);
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
        QTreeWidgetItem* group = m_tree->topLevelItem(i);
        const Qt::CheckState before = group->data(spellingSide, exactText + 1).value<Qt::CheckState>();
        if (group->checkState(spellingSide) != before)
            for (int k = 0; k < group->childCount(); ++k) group->child(k)->setCheckState(spellingSide, group->checkState(spellingSide));
        bool isAny = false;
        for (int k = 0; k < group->childCount(); ++k) isAny = isAny || group->child(k)->checkState(spellingSide) == Qt::Checked;
        group->setCheckState(spellingSide, isAny ? Qt::Checked : Qt::Unchecked);
        group->setData(spellingSide, exactText + 1, QVariant::fromValue(group->checkState(spellingSide)));
    }
    m_merge->setEnabled(!edits().empty());
}

std::vector<EditSpec> SpellingDialog::edits() const {
    std::vector<EditSpec> specs;
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
        const QTreeWidgetItem* group = m_tree->topLevelItem(i);
        const QString into = group->text(spellingSide);
        QStringList from;
        bool isChange = false;
        for (int k = 0; k < group->childCount(); ++k) {
            if (group->child(k)->checkState(spellingSide) != Qt::Checked) continue;
            from << exact(group->child(k));
            isChange = isChange || from.back() != into;
        }
        if (!isChange || into.isEmpty()) continue;
        EditSpec spec{"merge", {}, true};
        spec.params.set("column", m_column);
        spec.params.set("spellings", from.join('\n').toStdString());
        spec.params.set("into", into.toStdString());
        specs.push_back(std::move(spec));
    }
    return specs;
}

void SpellingDialog::take() {
    const std::vector<EditSpec> merges = edits();
    m_document.edit(tr("merge spellings of %1").arg(QString::fromStdString(m_column)),
                    [&](ExperimentSpec& spec) { spec.data.edits.insert(spec.data.edits.end(), merges.begin(), merges.end()); });
    accept();
}

}  // namespace holdout
