// SPDX-License-Identifier: GPL-3.0-or-later
#include "forms/param_editor.h"

#include "forms/choice_editors.h"
#include "forms/line_editor.h"
#include "forms/param_words.h"

namespace holdout {

ParamEditor* makeEditor(const ParamSpec& spec, QWidget* parent) {
    ParamEditor* editor = nullptr;
    if (std::holds_alternative<AnyBool>(spec.rule))
        editor = new FlagEditor(spec, parent);
    else if (const auto* choices = std::get_if<OneOf>(&spec.rule))
        editor = new ChoiceEditor(spec, *choices, parent);
    else if (std::holds_alternative<ColumnChoice>(spec.rule))
        editor = new ColumnEditor(spec, parent);
    else
        editor = new LineEditor(spec, parent);
    editor->setObjectName(fromCore(spec.id));
    editor->setToolTip(paramTooltip(spec));
    return editor;
}

}  // namespace holdout
