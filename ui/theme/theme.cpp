// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QPalette>
#include <QProxyStyle>
#include <QStyle>
#include <QStyleFactory>
#include <QWidget>
#include <array>
#include <cmath>

namespace holdout {

namespace {

constexpr char kThemeProperty[] = "holdoutTheme";

QColor mixed(const QColor& a, const QColor& b, double share) {
    const auto part = [share](int from, int to) { return static_cast<int>(std::lround(from + (to - from) * share)); };
    return {part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue())};
}

/// Fills in the style sheet's colour names, longest first so that "@accent" leaves "@accentSoft" alone.
QString withColors(QString sheet, const Palette& p, bool dark) {
    const std::pair<const char*, QColor> colors[] = {
        {"@background", p.background}, {"@accentHover", mixed(p.accent, p.ink, 0.15)},
        {"@accentSoft", p.accentSoft}, {"@accentInk", p.accentInk},
        {"@validation", p.validation}, {"@training", p.training},
        {"@accent", p.accent},         {"@panel", p.panel},
        {"@hover", mixed(p.panel, p.ink, 0.05)}, {"@pressed", mixed(p.panel, p.ink, 0.1)},
        {"@edge", mixed(p.line, p.faint, 0.35)}, {"@muted", p.muted},
        {"@faint", p.faint},           {"@line", p.line},
        {"@good", p.good},             {"@warn", p.warn},
        {"@chip", p.chip},             {"@ink", p.ink},
        {"@bad", p.bad}};
    for (const auto& [name, color] : colors) sheet.replace(QLatin1String(name), color.name());
    return sheet.replace(QLatin1String("@check"), dark ? QLatin1String("check-dark") : QLatin1String("check-light"));
}

QPalette widgetPalette(const Palette& p) {
    QPalette palette;
    palette.setColor(QPalette::Window, p.background);
    palette.setColor(QPalette::WindowText, p.ink);
    palette.setColor(QPalette::Base, p.panel);
    palette.setColor(QPalette::AlternateBase, p.background);
    palette.setColor(QPalette::Text, p.ink);
    palette.setColor(QPalette::Button, p.panel);
    palette.setColor(QPalette::ButtonText, p.ink);
    palette.setColor(QPalette::BrightText, p.bad);
    palette.setColor(QPalette::Highlight, p.accent);
    palette.setColor(QPalette::HighlightedText, p.accentInk);
    palette.setColor(QPalette::Link, p.accent);
    palette.setColor(QPalette::LinkVisited, p.accent);
    palette.setColor(QPalette::PlaceholderText, p.faint);
    palette.setColor(QPalette::ToolTipBase, p.panel);
    palette.setColor(QPalette::ToolTipText, p.ink);
    palette.setColor(QPalette::Light, p.panel);
    palette.setColor(QPalette::Midlight, p.line);
    palette.setColor(QPalette::Mid, p.line);
    palette.setColor(QPalette::Dark, p.faint);
    palette.setColor(QPalette::Shadow, p.line);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, p.faint);
    return palette;
}

/// Fusion without the lines below the letters of menus, which Alt finds all the same.
class QuietFusion final : public QProxyStyle {
public:
    QuietFusion() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const override {
        return hint == SH_UnderlineShortcut ? 0 : QProxyStyle::styleHint(hint, option, widget, data);
    }
};

/// Inter with tabular figures is carried in the resources; without it the system's Inter or sans-serif serves.
QFont windowFont() {
    for (const char* style : {"Regular", "Italic", "Medium", "SemiBold", "Bold"})
        QFontDatabase::addApplicationFont(QStringLiteral(":/fonts/HoldoutInter-%1.otf").arg(QLatin1String(style)));
    QFont font;
    font.setFamilies({QStringLiteral("Holdout Inter"), QStringLiteral("Inter"), QStringLiteral("sans-serif")});
    font.setPixelSize(13);
    return font;
}

}  // namespace

Theme::Theme(QApplication& application) : QObject(&application), m_application(application) {
    m_systemIsDark = application.palette().color(QPalette::Window).lightnessF() < 0.5;
    application.setStyle(new QuietFusion);
    application.setFont(windowFont());
    application.setProperty(kThemeProperty, QVariant::fromValue<QObject*>(this));
    apply();
}

Theme::~Theme() { m_application.setProperty(kThemeProperty, QVariant()); }

void Theme::setAppearance(Appearance appearance) {
    if (appearance == m_appearance) return;
    m_appearance = appearance;
    apply();
}

void Theme::apply() {
    m_dark = m_appearance == Appearance::Dark || (m_appearance == Appearance::System && m_systemIsDark);
    m_palette = m_dark ? dark() : light();
    m_application.setPalette(widgetPalette(m_palette));
    QFile sheet(QStringLiteral(":/theme/holdout.qss"));
    if (sheet.open(QIODevice::ReadOnly))
        m_application.setStyleSheet(withColors(QString::fromUtf8(sheet.readAll()), m_palette, m_dark));
    emit changed();
}

const Palette& Theme::current() {
    const auto* theme = qApp ? qobject_cast<Theme*>(qApp->property(kThemeProperty).value<QObject*>()) : nullptr;
    return theme ? theme->m_palette : light();
}

const Palette& Theme::light() {
    static const Palette palette{
        .background = 0xf6f7f9, .panel = 0xffffff, .line = 0xe3e6eb, .ink = 0x1d2430, .muted = 0x6b7585, .faint = 0x9aa3b2,
        .accent = 0x2b5fd9, .accentSoft = 0xe8eefc, .accentInk = 0xffffff,
        .training = 0x2b6cb8, .validation = 0xe07b1f, .test = 0x7a4fbf,
        .good = 0x1f8a5b, .bad = 0xc23b3b, .warn = 0xb7791f, .chip = 0xeef1f5};
    return palette;
}

const Palette& Theme::dark() {
    static const Palette palette{
        .background = 0x15181d, .panel = 0x1c2027, .line = 0x2c323c, .ink = 0xe6e9ee, .muted = 0x9aa4b3, .faint = 0x6d7787,
        .accent = 0x6d9bff, .accentSoft = 0x22304d, .accentInk = 0x0c1220,
        .training = 0x5aa2ec, .validation = 0xf0a04b, .test = 0xb08cf0,
        .good = 0x4cc38a, .bad = 0xf07178, .warn = 0xe0b152, .chip = 0x262c36};
    return palette;
}

QColor Theme::seriesColor(SeriesRole role, int runIndex) {
    const Palette& palette = current();
    switch (role) {
        case SeriesRole::Training: return palette.training;
        case SeriesRole::Validation: return palette.validation;
        case SeriesRole::Test: return palette.test;
        case SeriesRole::Reference: return palette.muted;
        case SeriesRole::Run: break;
    }
    // Okabe, Ito 2008 without black and yellow, which vanish on one of the two backgrounds.
    static constexpr std::array<QRgb, 6> kOnLight{0x0072b2, 0xd55e00, 0x009e73, 0xb8568f, 0x4a9fd0, 0xc98a00};
    static constexpr std::array<QRgb, 6> kOnDark{0x56b4e9, 0xe69f00, 0x2fc79a, 0xcc79a7, 0x4d9be0, 0xf0e442};
    const auto& sequence = palette.panel.lightnessF() < 0.5 ? kOnDark : kOnLight;
    const int count = static_cast<int>(sequence.size());
    return QColor(sequence[static_cast<std::size_t>(((runIndex % count) + count) % count)]);
}

QColor Theme::viridis(double t) {
    static constexpr std::array<QRgb, 11> kStops{0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c,
                                                 0x22a884, 0x44bf70, 0x7ad151, 0xbddf26, 0xfde725};
    if (!(t > 0)) return QColor(kStops.front());
    if (t >= 1) return QColor(kStops.back());
    const double scaled = t * (kStops.size() - 1);
    const auto low = static_cast<std::size_t>(scaled);
    return mixed(QColor(kStops[low]), QColor(kStops[low + 1]), scaled - static_cast<double>(low));
}

void restyle(QWidget* widget) {
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

}  // namespace holdout
