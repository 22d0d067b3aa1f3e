// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/page.h"

class QPushButton;
class QTabBar;
class QTableView;

namespace holdout {

class Chip;
class ColumnHeader;
class ColumnInspector;
class DataOverview;
class DataRelations;
class FillingStack;
class Note;
class PageHeader;
class RowNumbers;
class TableModel;
class TableOrder;

/// The table as it was read: its rows, sorted and filtered as the person likes, what its columns hold, how they hang
/// together, what is missing, what is predicted, and how its file is read. Rows that are sealed are nowhere here.
class DataPage : public Page {
    Q_OBJECT
public:
    explicit DataPage(ExperimentDocument& document, QWidget* parent = nullptr);

    QString id() const override { return QStringLiteral("data"); }
    QString title() const override { return tr("Data"); }
    QString railSummary() const override;
    QWidget* settings() override { return m_settings; }
    bool isDone() const override;

    /// Shows one column in the settings; an empty name shows the whole table again.
    void chooseColumn(const QString& name);
    /// Shows the tab of that id: rows, associations, missing, target.
    void showTab(const QString& id);

private:
    void buildBody();
    QWidget* buildChips(QWidget* parent);
    QWidget* buildTabs();
    QWidget* buildTable();
    void buildSettings();
    void openFile();
    void exportTable();
    bool lacksItsData() const;
    void showEmpty();
    void showData();
    void showSpec();
    /// The same, unless that is what is shown.
    void followSpec();
    void showChips();
    void showTargetChip();
    void showSorting();
    void fitColumns();
    void showColumnMenu(const QPoint& at);
    void currentColumnChanged(int column);

    PageHeader* m_header = nullptr;
    QPushButton* m_export = nullptr;
    FillingStack* m_stack = nullptr;
    Chip *m_rows = nullptr, *m_columns = nullptr, *m_missing = nullptr, *m_duplicates = nullptr, *m_target = nullptr;
    Note* m_sealed = nullptr;
    QTabBar* m_tabs = nullptr;
    DataRelations* m_relations = nullptr;
    TableModel* m_model = nullptr;
    TableOrder* m_order = nullptr;
    RowNumbers* m_numbers = nullptr;
    QTableView* m_view = nullptr;
    ColumnHeader* m_heads = nullptr;
    QWidget* m_settings;
    DataOverview* m_overview = nullptr;
    std::shared_ptr<const TableProfile> m_shownProfile;   ///< with `m_shownSpec`: what `showSpec` showed last
    ExperimentSpec m_shownSpec;
    ColumnInspector* m_inspector = nullptr;
};

}  // namespace holdout
