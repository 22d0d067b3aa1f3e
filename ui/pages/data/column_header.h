// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHeaderView>
#include <QString>
#include <optional>
#include <vector>

#include "data/dataset.h"
#include "data/profile.h"
#include "data/row_order.h"

namespace holdout {

/// What the head of one column shows.
struct ColumnHead {
    QString name;
    QString tag;                ///< its role unless it is a feature, else its type
    bool isTarget = false;
    std::vector<double> bars;   ///< the counts of the bins or levels; empty: `words` stand there
    QString words;              ///< "147 distinct"
    QString missing;            ///< "complete", "19.9 % missing"; empty while not known
    bool hasMissing = false;
};

/// `profile`: null while it has not been computed.
std::vector<ColumnHead> columnHeads(const Table& table, const TableProfile* profile, const Roles& roles);

/// A header whose sections tell of their columns: name, type, a drawing of the values, the share of missing cells.
class ColumnHeader : public QHeaderView {
    Q_OBJECT
public:
    explicit ColumnHeader(QWidget* parent = nullptr);

    void setHeads(std::vector<ColumnHead> heads);
    /// The column that is set off; -1: none.
    void setChosen(int column);
    /// An arrow tells that the rows are sorted by that column; none for another number.
    void setSorted(int column, SortOrder order);
    /// The width that a section needs for its name and tag.
    int neededWidth(int column) const;

    QSize sizeHint() const override;

protected:
    void paintSection(QPainter* painter, const QRect& rect, int logicalIndex) const override;
    bool viewportEvent(QEvent* event) override;

private:
    void drawTitle(QPainter& painter, const QRect& line, const ColumnHead& head) const;
    void drawArrow(QPainter& painter, const QRect& place) const;
    void drawBars(QPainter& painter, const QRect& area, const ColumnHead& head) const;
    void drawMissing(QPainter& painter, const QRect& line, const ColumnHead& head) const;
    QFont nameFont() const;
    QFont tagFont() const;
    QFont smallFont() const;

    std::vector<ColumnHead> m_heads;
    int m_chosen = -1;
    int m_sorted = -1;
    SortOrder m_order = SortOrder::Ascending;
};

}  // namespace holdout
