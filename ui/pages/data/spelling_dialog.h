// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <string>
#include <vector>

#include "data/edit/edit.h"
#include "data/spellings.h"
#include "jobs/job_queue.h"

class QComboBox;
class QLabel;
class QPushButton;
class QTreeWidget;

namespace holdout {

class ExperimentDocument;

/// Spellings of one column that may mean the same, in clusters with their counts. The person ticks what is to be merged
/// and says into what; each cluster becomes one edit. Clusters are looked for in the background.
class SpellingDialog : public QDialog {
    Q_OBJECT
public:
    SpellingDialog(ExperimentDocument& document, std::string column, QWidget* parent);
    ~SpellingDialog() override;

    /// The merges that are ticked.
    std::vector<EditSpec> edits() const;

private:
    void search();
    void show(const std::vector<SpellingCluster>& clusters);
    void ticked();
    void take();

    ExperimentDocument& m_document;
    const std::string m_column;
    JobId m_job = 0;
    QComboBox* m_method = nullptr;
    QLabel* m_state = nullptr;
    QTreeWidget* m_tree = nullptr;
    QPushButton* m_merge = nullptr;
};

}  // namespace holdout
