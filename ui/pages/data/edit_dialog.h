// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "data/edit/edit.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace holdout {

class ParamForm;

/// Asks for the parameters of one edit of the table. What cannot be done with the rows at hand is said before it is
/// taken: the edit is tried on the first rows.
class EditDialog : public QDialog {
    Q_OBJECT
public:
    /// `info` outlives the dialog. `params`: what is known already (the column whose head was clicked).
    EditDialog(const EditInfo& info, const Table& table, const ParamSet& params, QWidget* parent);

    EditSpec spec() const;

private:
    QWidget* buildColumnBox();
    void check();

    const EditInfo& m_info;
    const Table m_sample;
    ParamSet m_params;
    ParamForm* m_form = nullptr;
    QComboBox* m_column = nullptr;  ///< null for edits that do not act on one column
    QLabel* m_problem = nullptr;
    QPushButton* m_take = nullptr;
};

}  // namespace holdout
