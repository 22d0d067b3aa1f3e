// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/stamps.h"

#include <QPaintEngine>
#include <QPixmap>
#include <cmath>

namespace holdout {

namespace {

constexpr int mostPainted = 300;

bool isDrawnOfPixels(const QPainter& painter) {
    const QPaintEngine* engine = painter.paintEngine();
    return engine && engine->type() == QPaintEngine::Raster;
}

}  // namespace

void paintStamps(QPainter& painter, const QList<QPointF>& places, double radius,
                 const std::function<void(QPainter&, const QPointF&)>& paintOne) {
    if (places.size() <= mostPainted || !isDrawnOfPixels(painter)) {
        for (const QPointF& place : places) paintOne(painter, place);
        return;
    }
    const double ratio = painter.device()->devicePixelRatioF(), half = std::ceil(radius) + 1;
    const int side = static_cast<int>(std::ceil(2 * half * ratio));
    QPixmap mark(side, side);
    mark.fill(Qt::transparent);
    QPainter of(&mark);
    of.setRenderHints(painter.renderHints());
    of.scale(ratio, ratio);
    paintOne(of, QPointF(half, half));
    of.end();
    QList<QPainter::PixmapFragment> fragments;
    fragments.reserve(places.size());
    for (const QPointF& place : places)
        fragments.append(QPainter::PixmapFragment::create(place, QRectF(0, 0, side, side), 1 / ratio, 1 / ratio));
    painter.drawPixmapFragments(fragments.constData(), static_cast<int>(fragments.size()), mark);
}

}  // namespace holdout
