// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QCheckBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace holdout {

class ExperimentDocument;

/// Sets a share of the rows aside, or gives them back: which share, by which seed, with the same share of each class.
/// Both are edits of the experiment; giving back after a run counts as opening the seal, and asks first.
class SealSettings : public QWidget {
    Q_OBJECT
public:
    explicit SealSettings(ExperimentDocument& document, QWidget* parent = nullptr);

    /// Shows what the document says now.
    void refresh();

private:
    void seal();
    void unseal();
    void removeSeal();

    ExperimentDocument& m_document;
    QLabel* m_sentence;
    QDoubleSpinBox* m_share;
    QSpinBox* m_seed;
    QCheckBox* m_stratify;
    QPushButton* m_button;
};

/// "120 rows are sealed"
QString sealedWords(std::size_t rows);

}  // namespace holdout
