// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "forms/param_editor.h"

class QCheckBox;
class QComboBox;

namespace holdout {

/// A combo box for one of a closed list.
class ChoiceEditor : public ParamEditor {
    Q_OBJECT
public:
    ChoiceEditor(const ParamSpec& spec, const OneOf& rule, QWidget* parent);
    void setValue(const ParamValue& value) override;

private:
    QComboBox* m_box = nullptr;
};

/// A check box for a flag.
class FlagEditor : public ParamEditor {
    Q_OBJECT
public:
    FlagEditor(const ParamSpec& spec, QWidget* parent);
    void setValue(const ParamValue& value) override;

private:
    QCheckBox* m_box = nullptr;
};

/// A combo box for a choice of columns: groups of them, single names, or a list that is typed ("age, fare").
class ColumnEditor : public ParamEditor {
    Q_OBJECT
public:
    ColumnEditor(const ParamSpec& spec, QWidget* parent);
    void setValue(const ParamValue& value) override;
    void setColumns(const QStringList& names) override;

private:
    void fill();
    void offer(const QString& text, bool sliding);
    QString unknownName(const QString& text) const;

    const ParamSpec& m_spec;
    QString m_value;
    QStringList m_names;
    QComboBox* m_box = nullptr;
    bool m_pending = false;
};

}  // namespace holdout
