// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListWidget>
#include <set>

#include "document/experiment_document.h"

namespace holdout {

/// The project's runs, the latest first, with a check for those that are compared. A checked run carries the colour
/// that it has in the charts. F2 renames, Delete removes; the context menu has both.
/// The first runs are checked by themselves, so that the page shows something; later it is the person's choice.
class RunChecklist : public QListWidget {
    Q_OBJECT
public:
    RunChecklist(ExperimentDocument& document, QWidget* parent);

    /// The checked runs, the earliest first: the order of the colours.
    std::vector<std::shared_ptr<const Run>> chosen() const;
    void setChosen(std::int64_t run, bool on);

signals:
    void choiceChanged();
    /// The person wants to see one run on the Evaluate page.
    void showRequested(std::int64_t run);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    void fill();
    void itemEdited(QListWidgetItem* item);
    void askToRemove(QListWidgetItem* item);

    ExperimentDocument& m_document;
    std::set<std::int64_t> m_known, m_chosen;
};

/// A filled circle in the colour of the run at `index` of those that are compared.
QIcon runDot(int index);
/// What a run is called; "Run 3" without a name.
QString runTitle(const Run& run);

}  // namespace holdout
