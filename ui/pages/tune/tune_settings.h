// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "document/experiment_document.h"
#include "forms/gesture.h"

class QCheckBox;
class QComboBox;

namespace holdout {

class ParamForm;

/// A search over the parameters that matter most for the model: up to two, regularisation first.
TuneSpec suggestedTuning(const ExperimentSpec& spec, const Catalog& catalog, const SearchRegistry& searches);
/// What Tune would do now: the specification's tuning, else the suggested one, which an edit then makes the experiment's.
TuneSpec effectiveTuning(const ExperimentDocument& document);
/// Makes the suggestion the experiment's, in one edit, when there is nothing to search yet.
void ensureTuning(ExperimentDocument& document);
/// Within an edit: the tuning to change.
TuneSpec& tuningToChange(ExperimentSpec& spec, const ExperimentDocument& document);

/// How to search, for which score, over which space.
class TuneSettings : public QWidget {
    Q_OBJECT
public:
    TuneSettings(ExperimentDocument& document, QWidget* parent);

private:
    void refresh();
    ExperimentDocument& m_document;
    QComboBox *m_search, *m_metric, *m_against = nullptr;
    QCheckBox* m_nested = nullptr;
    ParamForm* m_form;
    Gesture m_gesture;
};

}  // namespace holdout
