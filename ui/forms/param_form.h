// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <memory>

#include "param/param_set.h"

namespace holdout {

/// Editors for a list of parameters, derived from their specs: a slider below numbers that have a range (logarithmic where
/// the spec says so), a combo box for choices, a check box for flags, a line for lists and texts; help as tooltip; an
/// editor appears only while its `when` holds; a value that breaks its rule is marked and worded, and not emitted.
///
/// Editors carry the parameter's id as object name, so that a test or a script finds them.
class ParamForm : public QWidget {
    Q_OBJECT
public:
    explicit ParamForm(QWidget* parent = nullptr);
    ~ParamForm() override;

    /// Shows `specs` with these values. Keeps the keyboard focus when the specs are the same as before.
    /// `groups`: which groups to show, in this order, each under its heading; empty: all.
    void setParams(ParamSpecs specs, const ParamSet& values, const std::vector<ParamGroup>& groups = {});

    /// What the heading of a group says instead of its usual words, from the next specs on.
    void setGroupTitle(ParamGroup group, const QString& title);

    /// The names that a choice of columns offers besides "all", "numbers", …
    void setColumns(const QStringList& names);

    /// A muted line below the editor of `id`; empty takes it away. Forgotten when other specs are set.
    void setNote(const QString& id, const QString& text);

    /// Whether nothing is shown: no parameter belongs to the groups asked for.
    bool isEmpty() const;

signals:
    /// The person set a value that its rule allows. `sliding`: the slider is still held down, or the field still has
    /// the cursor: more of the same may follow.
    void edited(const QString& id, const holdout::ParamValue& value, bool sliding);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace holdout
