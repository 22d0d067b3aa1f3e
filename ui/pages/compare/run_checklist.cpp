// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/compare/run_checklist.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMessageBox>
#include <QPainter>
#include <QSignalBlocker>
#include <QTimer>

#include "base/format.h"
#include "forms/param_words.h"
#include "theme/theme.h"

namespace holdout {
namespace {

constexpr int kRunRole = Qt::UserRole;
constexpr std::size_t kChosenByThemselves = 4;  ///< as many as a table and a chart show at a glance

std::int64_t runOf(const QListWidgetItem* item) {
    return item->data(kRunRole).toLongLong();
}

QPixmap dotPixmap(const QColor& color) {
    QPixmap pixmap(24, 24);
    pixmap.setDevicePixelRatio(2);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(QRectF(2, 2, 8, 8));
    return pixmap;
}

}  // namespace

QIcon runDot(int index) {
    // The same in every state: a selected row must not tint the colour that a chart uses.
    const QPixmap dot = dotPixmap(index < 0 ? QColor(Qt::transparent) : Theme::seriesColor(SeriesRole::Run, index));
    QIcon icon;
    for (const QIcon::Mode mode : {QIcon::Normal, QIcon::Selected, QIcon::Active, QIcon::Disabled})
        icon.addPixmap(dot, mode);
    return icon;
}

QString runTitle(const Run& run) {
    return run.spec.name.empty() ? QObject::tr("Run %1").arg(run.id) : QString::fromStdString(run.spec.name);
}

RunChecklist::RunChecklist(ExperimentDocument& document, QWidget* parent) : QListWidget(parent), m_document(document) {
    setObjectName("runs");
    setAccessibleName(tr("Runs"));
    setIconSize(QSize(12, 12));
    setEditTriggers(EditKeyPressed);
    setFrameShape(NoFrame);
    setTextElideMode(Qt::ElideRight);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(this, &QListWidget::itemChanged, this, &RunChecklist::itemEdited);
    connect(&document, &ExperimentDocument::runsChanged, this, &RunChecklist::refresh);
    refresh();
}

void RunChecklist::refresh() {
    std::set<std::int64_t> there;
    for (const auto& run : m_document.runs()) {
        there.insert(run->id);
        if (m_known.insert(run->id).second && m_chosen.size() < kChosenByThemselves) m_chosen.insert(run->id);
    }
    std::erase_if(m_known, [&](std::int64_t id) { return !there.contains(id); });
    std::erase_if(m_chosen, [&](std::int64_t id) { return !there.contains(id); });

    fill();
    emit choiceChanged();
}

void RunChecklist::fill() {
    const QSignalBlocker quiet(this);
    const std::int64_t current = currentItem() ? runOf(currentItem()) : 0;
    clear();
    int index = 0;
    for (const auto& run : m_document.runs()) {
        const bool on = m_chosen.contains(run->id);
        auto* item = new QListWidgetItem(runDot(on ? index : -1), runTitle(*run));
        item->setData(kRunRole, QVariant::fromValue<qlonglong>(run->id));
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable | Qt::ItemIsEditable);
        item->setCheckState(on ? Qt::Checked : Qt::Unchecked);
        const ModelInfo* model = m_document.catalog().models.find(run->spec.pipeline.model.id);
        item->setToolTip(tr("%1 · %2 rows · %3")
                             .arg(model ? fromCore(model->label) : QString::fromStdString(run->spec.pipeline.model.id),
                                  fromCore(formatCount(run->data.rows)), fromCore(formatDuration(run->seconds))));
        insertItem(0, item);
        if (run->id == current) setCurrentItem(item);
        index += on;
    }
}

std::vector<std::shared_ptr<const Run>> RunChecklist::chosen() const {
    std::vector<std::shared_ptr<const Run>> runs;
    for (const auto& run : m_document.runs())
        if (m_chosen.contains(run->id)) runs.push_back(run);
    return runs;
}

void RunChecklist::setChosen(std::int64_t run, bool on) {
    if (on == m_chosen.contains(run)) return;
    if (on)
        m_chosen.insert(run);
    else
        m_chosen.erase(run);
    refresh();
}

void RunChecklist::itemEdited(QListWidgetItem* item) {
    const std::int64_t id = runOf(item);
    const bool on = item->checkState() == Qt::Checked;
    const QString name = item->text().trimmed();
    // Later: refreshing replaces the very item whose signal this is.
    QTimer::singleShot(0, this, [this, id, on, name] {
        const auto& runs = m_document.runs();
        const auto run = std::find_if(runs.begin(), runs.end(), [&](const auto& r) { return r->id == id; });
        if (run == runs.end()) return;
        setChosen(id, on);
        if (name.isEmpty())
            refresh();
        else if (name != runTitle(**run))
            m_document.renameRun(id, name);
    });
}

void RunChecklist::askToRemove(QListWidgetItem* item) {
    const std::int64_t id = runOf(item);
    QMessageBox box(QMessageBox::Question, tr("Remove run"), tr("Remove “%1” from the project?").arg(item->text()),
                    QMessageBox::Cancel, window());
    box.setInformativeText(tr("Its scores and its model are deleted. This cannot be undone."));
    const QAbstractButton* remove = box.addButton(tr("Remove"), QMessageBox::DestructiveRole);
    box.exec();
    if (box.clickedButton() == remove) m_document.removeRun(id);
}

void RunChecklist::contextMenuEvent(QContextMenuEvent* event) {
    QListWidgetItem* item = event->reason() == QContextMenuEvent::Mouse ? itemAt(event->pos()) : currentItem();
    if (!item) return;
    QMenu menu(this);
    menu.addAction(tr("Show on Evaluate"), this, [this, id = runOf(item)] { emit showRequested(id); });
    menu.addAction(tr("Rename"), QKeySequence(Qt::Key_F2), this, [this, item] { editItem(item); });
    menu.addSeparator();
    menu.addAction(tr("Remove…"), QKeySequence(Qt::Key_Delete), this, [this, item] { askToRemove(item); });
    menu.exec(event->globalPos());
}

void RunChecklist::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Delete && currentItem())
        askToRemove(currentItem());
    else
        QListWidget::keyPressEvent(event);
}

void RunChecklist::changeEvent(QEvent* event) {
    QListWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && count() > 0) fill();
}

}  // namespace holdout
