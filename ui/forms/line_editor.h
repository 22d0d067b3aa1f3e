// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "forms/param_editor.h"

class QLineEdit;
class QSlider;

namespace holdout {

/// A field for a number, a list of numbers or a text; numbers with a range have a slim slider below it.
class LineEditor : public ParamEditor {
    Q_OBJECT
public:
    LineEditor(const ParamSpec& spec, QWidget* parent);

    void setValue(const ParamValue& value) override;

private:
    void typed(const QString& text);
    void typingEnded();
    void slid(int position);
    void slideEnded();
    void showSlider(const ParamValue& value);
    QString textOf(const ParamValue& value) const;
    std::optional<ParamValue> allowed(const QString& text) const;

    const ParamSpec& m_spec;
    ParamValue m_value;
    QLineEdit* m_field = nullptr;
    QSlider* m_slider = nullptr;
    bool m_pending = false;  ///< typed values were emitted as "more may follow"
};

}  // namespace holdout
