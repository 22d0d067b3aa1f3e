// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QWidget>
#include <vector>

namespace holdout {

/// Pictures in rows: an original, and at its right what was made of it.
class PictureGrid : public QWidget {
    Q_OBJECT
public:
    struct Row {
        QImage original;
        std::vector<QImage> made;
    };
    explicit PictureGrid(QWidget* parent = nullptr);

    void setRows(std::vector<Row> rows);
    const std::vector<Row>& rows() const { return m_rows; }

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    int columns() const;
    int side(int width) const;

    std::vector<Row> m_rows;
};

}  // namespace holdout
