// SPDX-License-Identifier: GPL-3.0-or-later
#include "forms/line_editor.h"

#include <QLineEdit>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

#include "forms/no_stray_wheel.h"
#include "forms/param_words.h"
#include "forms/slider_scale.h"

namespace holdout {
namespace {

ParamValue likeFallback(const ParamSpec& spec, double value) {
    if (std::holds_alternative<std::int64_t>(spec.fallback)) return static_cast<std::int64_t>(std::llround(value));
    return value;
}

double asDouble(const ParamValue& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    return std::get<double>(value);
}

}  // namespace

LineEditor::LineEditor(const ParamSpec& spec, QWidget* parent) : ParamEditor(parent), m_spec(spec), m_value(spec.fallback) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    m_field = new QLineEdit(this);
    m_field->setAccessibleName(fromCore(spec.label));
    column->addWidget(m_field);
    setFocusProxy(m_field);
    connect(m_field, &QLineEdit::textEdited, this, &LineEditor::typed);
    connect(m_field, &QLineEdit::editingFinished, this, &LineEditor::typingEnded);

    if (const auto scale = SliderScale::of(spec)) {
        m_slider = new QSlider(Qt::Horizontal, this);
        m_slider->setRange(0, scale->positions());
        m_slider->setPageStep(std::max(1, scale->positions() / 10));
        m_slider->setSingleStep(std::max(1, scale->positions() / 100));
        m_slider->setAccessibleName(tr("%1, slider").arg(fromCore(spec.label)));
        ignoreStrayWheel(m_slider);
        column->addWidget(m_slider);
        connect(m_slider, &QSlider::valueChanged, this, &LineEditor::slid);
        connect(m_slider, &QSlider::sliderReleased, this, &LineEditor::slideEnded);
    }
    setValue(spec.fallback);
}

QString LineEditor::textOf(const ParamValue& value) const {
    if (const auto* real = std::get_if<double>(&value)) return numberText(*real);
    if (const auto* text = std::get_if<std::string>(&value)) return QString::fromStdString(*text);
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value); list && list->empty()) return {};
    return fromCore(valueText(value));
}

std::optional<ParamValue> LineEditor::allowed(const QString& text) const {
    auto value = parseValue(m_spec, text);
    if (value && violation(m_spec.rule, *value)) value.reset();
    return value;
}

void LineEditor::setValue(const ParamValue& value) {
    const bool typingThis = m_field->hasFocus() && parseValue(m_spec, m_field->text()) == value;
    m_value = value;
    if (!typingThis && m_field->text() != textOf(value)) m_field->setText(textOf(value));
    showSlider(value);
    emit accepted();
}

void LineEditor::showSlider(const ParamValue& value) {
    if (!m_slider || m_slider->isSliderDown()) return;
    const QSignalBlocker quiet(m_slider);
    m_slider->setValue(SliderScale::of(m_spec)->positionOf(asDouble(value)));
}

void LineEditor::typed(const QString& text) {
    const auto value = allowed(text);
    if (!value) {
        emit refused(ruleSentence(m_spec));
        return;
    }
    emit accepted();
    if (*value == m_value) return;
    m_value = *value;
    m_pending = true;
    showSlider(*value);
    emit chosen(*value, true);
}

void LineEditor::typingEnded() {
    if (const auto value = allowed(m_field->text())) m_field->setText(textOf(*value));
    if (!std::exchange(m_pending, false)) return;
    emit chosen(m_value, false);
}

void LineEditor::slid(int position) {
    const ParamValue value = likeFallback(m_spec, SliderScale::of(m_spec)->valueAt(position));
    if (value == m_value || violation(m_spec.rule, value)) return;
    m_value = value;
    m_field->setText(textOf(value));
    emit accepted();
    emit chosen(value, m_slider->isSliderDown());
}

void LineEditor::slideEnded() { emit chosen(m_value, false); }

}  // namespace holdout
