// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

#include "param/param_set.h"

namespace holdout {

/// The editor of one parameter. Kinds differ by the rule of the spec; `makeEditor` picks.
class ParamEditor : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// Shows `value` without emitting anything, and takes a mark away. Leaves a field alone in which the person is typing
    /// that very value.
    virtual void setValue(const ParamValue& value) = 0;
    /// Only choices of columns listen.
    virtual void setColumns(const QStringList&) {}

signals:
    /// A value that the rule allows. `sliding`: more of the same may follow.
    void chosen(const holdout::ParamValue& value, bool sliding);
    /// What was typed breaks the rule: the sentence says how.
    void refused(const QString& sentence);
    /// What is shown is allowed (again).
    void accepted();
};

/// Never null. `spec` must outlive the editor, as the static tables of specs do.
ParamEditor* makeEditor(const ParamSpec& spec, QWidget* parent);

}  // namespace holdout
