// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include "model/model.h"

class QLabel;

namespace holdout {

/// A model to choose: its name, what it is and, when it does not fit the data, why not.
class ModelCard : public QFrame {
    Q_OBJECT
public:
    ModelCard(const ModelInfo& info, QWidget* parent);
    void show(bool chosen, const QString& refusal);

signals:
    void chosen();

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    const QString m_text;
    QLabel *m_title, *m_sentence;
    bool m_refused = false;
};

}  // namespace holdout
