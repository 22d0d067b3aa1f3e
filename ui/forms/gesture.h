// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace holdout {

/// Keys that make one undo step of one gesture: all values that a slider passes while it is held share a key, the next
/// gesture has another.
class Gesture {
public:
    /// `what` is what is being set ("model.lambda"); `more`: whether the gesture goes on after this.
    QString key(const QString& what, bool more) {
        const QString key = what + '#' + QString::number(m_count);
        if (!more) ++m_count;
        return key;
    }

private:
    int m_count = 0;
};

}  // namespace holdout
