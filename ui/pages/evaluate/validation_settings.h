// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "document/experiment_document.h"
#include "forms/gesture.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace holdout {

class ParamForm;

/// How the rows are parted, which scores are taken, and the seed. Edits the document's specification.
class ValidationSettings : public QWidget {
    Q_OBJECT
public:
    ValidationSettings(ExperimentDocument& document, QWidget* parent);

private:
    void buildMetrics(QVBoxLayout* column);
    void buildSeed(QVBoxLayout* column);
    void refresh();
    void toggleMetric(const std::string& metric, bool on);

    ExperimentDocument& m_document;
    QComboBox* m_split;
    QLabel* m_sentence;
    ParamForm* m_form;
    std::vector<std::pair<std::string, QCheckBox*>> m_metrics;
    QLineEdit* m_seed = nullptr;
    Gesture m_gesture;
};

}  // namespace holdout
