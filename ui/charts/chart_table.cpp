// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/chart_table.h"

#include <QAbstractTableModel>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QShortcut>
#include <QTableView>
#include <algorithm>

namespace holdout {

namespace {

class CellModel : public QAbstractTableModel {
public:
    CellModel(Table table, QObject* parent) : QAbstractTableModel(parent), m_table(std::move(table)) {}
    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_table.rows()); }
    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(m_table.columnCount());
    }
    QVariant data(const QModelIndex& index, int role) const override {
        const Column& column = m_table.column(static_cast<std::size_t>(index.column()));
        if (role == Qt::DisplayRole) return QString::fromStdString(column.cellText(static_cast<std::size_t>(index.row())));
        if (role == Qt::TextAlignmentRole && column.type() == ColumnType::Number) return QVariant(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    }
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        if (orientation == Qt::Vertical) return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
        const Column& column = m_table.column(static_cast<std::size_t>(section));
        if (role == Qt::TextAlignmentRole)
            return QVariant::fromValue((column.type() == ColumnType::Number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        return role == Qt::DisplayRole ? QVariant(QString::fromStdString(column.name())) : QVariant();
    }

private:
    Table m_table;
};

QString tabSeparated(const QTableView& view) {
    QModelIndexList cells = view.selectionModel()->selectedIndexes();
    const QAbstractItemModel& model = *view.model();
    const bool all = cells.size() < 2;
    int left = 0, right = model.columnCount() - 1;
    std::vector<int> rows;
    if (all) {
        for (int row = 0; row < model.rowCount(); ++row) rows.push_back(row);
    } else {
        left = model.columnCount();
        right = 0;
        for (const QModelIndex& cell : cells) {
            left = std::min(left, cell.column());
            right = std::max(right, cell.column());
            rows.push_back(cell.row());
        }
        std::sort(rows.begin(), rows.end());
        rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    }
    QStringList lines, header;
    for (int column = left; column <= right; ++column) header << model.headerData(column, Qt::Horizontal).toString();
    lines << header.join(QLatin1Char('\t'));
    for (const int row : rows) {
        QStringList line;
        for (int column = left; column <= right; ++column) line << model.index(row, column).data().toString();
        lines << line.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

}  // namespace

ChartTableDialog::ChartTableDialog(const QString& title, const Table& table, QWidget* parent) : QDialog(parent) {
    setWindowTitle(title.isEmpty() ? tr("Chart") : title);
    resize(560, 420);
    auto* view = new QTableView;
    view->setModel(new CellModel(table, view));
    view->setAccessibleName(tr("Numbers of the chart"));
    view->setShowGrid(false);
    view->verticalHeader()->hide();
    view->horizontalHeader()->setStretchLastSection(true);
    view->resizeColumnsToContents();
    auto* copy = new QPushButton(tr("Copy"));
    auto* close = new QPushButton(tr("Close"));
    close->setDefault(true);
    const auto copyCells = [view] { QGuiApplication::clipboard()->setText(tabSeparated(*view)); };
    connect(copy, &QPushButton::clicked, this, copyCells);
    connect(new QShortcut(QKeySequence::Copy, this), &QShortcut::activated, this, copyCells);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(copy);
    buttons->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->addWidget(view);
    column->addLayout(buttons);
}

}  // namespace holdout
