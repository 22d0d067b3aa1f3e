// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <memory>
#include <vector>

#include "insight/chart.h"

class QLabel;

namespace holdout {

/// Why no surface can be drawn in three dimensions here, in words for a tooltip; empty where it can. Asks OpenGL for a
/// context, so it is asked when a person may want one, not at the start.
QString whyNo3d();

/// A heat map as a surface in three dimensions (Qt Data Visualization), on a card with its title: turned by dragging with
/// the right button and by the arrow keys, nearer and farther by the wheel; a click reads a value. Trials are spheres.
/// Requires an empty whyNo3d().
class Surface3d : public QFrame {
    Q_OBJECT
public:
    explicit Surface3d(QWidget* parent);
    ~Surface3d() override;

    /// `heights`: of the map's trials; empty: each lies on the surface. Beyond some hundred trials the best, the latest and
    /// an even part of the others are shown.
    void setChart(const HeatMap& map, const std::vector<double>& heights);
    /// How many trials are shown.
    std::size_t shownTrials() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
    QLabel *m_title, *m_sentence;
};

}  // namespace holdout
