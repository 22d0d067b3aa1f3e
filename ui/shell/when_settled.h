// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

class QObject;

namespace holdout {

class JobQueue;

/// Calls `act` once, when nothing has been computed for half a second: no job of `jobs`, and no chart or surface on the threads
/// that views compute on beside it (Qt's global pool). So what they compute is drawn by then. Not while `jobs` has not begun
/// what is to be waited for: call it afterwards. Forgotten when `owner` is gone. Threads: the window's only.
void whenSettled(const JobQueue& jobs, QObject* owner, const std::function<void()>& act);

}  // namespace holdout
