// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <utility>
#include <vector>

#include "data/profile.h"

class QComboBox;
class QGridLayout;
class QLabel;

namespace holdout {

class ChartCard;
class ExperimentDocument;
class FindingList;

/// One column: its role and type to choose, its values as a histogram and in numbers, and what was found about it.
class ColumnInspector : public QWidget {
    Q_OBJECT
public:
    explicit ColumnInspector(ExperimentDocument& document, QWidget* parent = nullptr);

    void setColumn(const QString& name);
    QString column() const { return m_column; }
    /// Shows what the document says of the column now.
    void refresh();
    /// Findings besides those of the profile, which come first.
    void setFindings(const std::vector<Finding>& findings);

signals:
    /// The person is done with this column.
    void closed();
    void goTo(const QString& pageId);

private:
    using Rows = std::vector<std::pair<QString, QString>>;
    void buildHead();
    void buildChoices();
    void chooseRole(int index);
    void chooseType(int index);
    void showNumbers(const ColumnProfile& profile);
    static Rows statistics(const ColumnProfile& profile);

    ExperimentDocument& m_document;
    QString m_column;
    QLabel* m_name = nullptr;
    QLabel* m_tag = nullptr;
    QComboBox* m_role = nullptr;
    QComboBox* m_type = nullptr;
    ChartCard* m_chart = nullptr;
    QWidget* m_numbers = nullptr;
    QGridLayout* m_grid = nullptr;
    FindingList* m_findings = nullptr;
};

}  // namespace holdout
