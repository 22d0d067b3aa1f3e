// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHeaderView>

namespace holdout {

/// The numbers of rows at the left of a table: quiet, and as wide as the longest.
class RowNumbers : public QHeaderView {
    Q_OBJECT
public:
    explicit RowNumbers(QWidget* parent = nullptr);

    /// The greatest number that stands there.
    void setLast(std::size_t last);
    QSize sizeHint() const override;

    /// Rows that changed have other numbers.
    void dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight, const QList<int>& roles = {}) override;

protected:
    void paintSection(QPainter* painter, const QRect& rect, int logicalIndex) const override;

private:
    QFont numberFont() const;

    std::size_t m_last = 0;
};

}  // namespace holdout
