// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

#include "pages/start/samples.h"

namespace holdout {

/// A sample as a card that is clicked, or chosen with the space bar.
class SampleCard : public QAbstractButton {
    Q_OBJECT
public:
    explicit SampleCard(const Sample& sample, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {260, 128}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Sample m_sample;
};

}  // namespace holdout
