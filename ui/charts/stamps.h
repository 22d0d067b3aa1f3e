// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QPainter>
#include <functional>

namespace holdout {

/// Paints the same mark at every place. Beyond some hundred places one is painted as a picture that is laid on all of them:
/// thousands cost a few milliseconds then. On drawings of lines (SVG, PDF) each is painted for itself. `radius`: how far
/// the mark reaches from its place, in pixels.
void paintStamps(QPainter& painter, const QList<QPointF>& places, double radius,
                 const std::function<void(QPainter&, const QPointF&)>& paintOne);

}  // namespace holdout
