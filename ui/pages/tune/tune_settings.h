// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "document/experiment_document.h"
#include "forms/gesture.h"

class QComboBox;

namespace holdout {

class ParamForm;

/// A search over the parameters that matter most for the model: up to two, regularisation first.
TuneSpec suggestedTuning(const ExperimentSpec& spec, const Catalog& catalog, const SearchRegistry& searches);

/// How to search, for which score, over which space.
class TuneSettings : public QWidget {
    Q_OBJECT
public:
    TuneSettings(ExperimentDocument& document, QWidget* parent);

private:
    void refresh();
    ExperimentDocument& m_document;
    QComboBox *m_search, *m_metric;
    ParamForm* m_form;
    Gesture m_gesture;
};

}  // namespace holdout
