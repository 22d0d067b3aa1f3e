// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <optional>

#include "split/sealed_rows.h"

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace holdout {

/// What share of the rows is set aside as a file is opened: none, 10, 20 or 30 %, by which seed, with the same share of each
/// class.
class SealChoice : public QWidget {
    Q_OBJECT
public:
    explicit SealChoice(QWidget* parent = nullptr);

    std::optional<SealedSpec> seal() const;
    void setSeal(const std::optional<SealedSpec>& seal);

signals:
    void changed();

private:
    void showFields();

    QComboBox* m_share;
    QCheckBox* m_stratify;
    QSpinBox* m_seed;
    QWidget* m_seedCaption;
};

}  // namespace holdout
