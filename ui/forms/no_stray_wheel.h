// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace holdout {

/// The wheel changes `widget` only while it has the focus; otherwise the page scrolls, as the person meant.
void ignoreStrayWheel(QWidget* widget);

}  // namespace holdout
