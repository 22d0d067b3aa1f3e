// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

#include "theme/theme.h"

namespace holdout {

namespace {

enum class IconInk { Text, OnPrimary };

/// Draws the SVG in the colour of the appearance in force at that moment, so icons outlive a change of theme.
class ThemeIconEngine final : public QIconEngine {
public:
    ThemeIconEngine(QByteArray svg, IconInk ink) : m_svg(std::move(svg)), m_ink(ink) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        const Palette& palette = Theme::current();
        const QColor color = mode == QIcon::Disabled      ? palette.faint
                             : m_ink == IconInk::OnPrimary ? palette.accentInk
                                                           : palette.ink;
        QByteArray svg = m_svg;
        QSvgRenderer(svg.replace("currentColor", color.name().toLatin1())).render(painter, rect);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new ThemeIconEngine(m_svg, m_ink); }

private:
    QByteArray m_svg;
    IconInk m_ink;
};

QIcon makeIcon(const QString& name, IconInk ink) {
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return QIcon(new ThemeIconEngine(file.readAll(), ink));
}

}  // namespace

QIcon Theme::icon(const QString& name) { return makeIcon(name, IconInk::Text); }
QIcon Theme::primaryIcon(const QString& name) { return makeIcon(name, IconInk::OnPrimary); }

}  // namespace holdout
