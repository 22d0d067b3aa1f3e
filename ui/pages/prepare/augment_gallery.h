// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "pages/prepare/augment_samples.h"
#include "theme/widgets.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace holdout {

class ChartCard;
class PictureGrid;

/// Training rows beside what an augmenting step makes of them: pictures in a grid, texts with what differs marked, rows as
/// dots over two columns. Shows what it is given; asks for another draw.
class AugmentGallery : public Card {
    Q_OBJECT
public:
    explicit AugmentGallery(QWidget* parent = nullptr);
    ~AugmentGallery() override;

    void show(std::shared_ptr<const AugmentSamples> samples);
    void showProblem(const QString& problem);

signals:
    void anotherDraw();

protected:
    void changeEvent(QEvent* event) override;

private:
    void showImages();
    void showTexts();
    void showRows();
    void drawRows();
    void fillAxes();

    std::shared_ptr<const AugmentSamples> m_samples;
    QLabel *m_problem, *m_texts;
    PictureGrid* m_pictures;
    QWidget* m_rows;
    QComboBox *m_across, *m_up;
    ChartCard* m_scatter;
};

}  // namespace holdout
