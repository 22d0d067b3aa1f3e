// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/schedule_length.h"

namespace holdout {

void keepScheduleLength(const ModelInfo& info, ModelSpec& model) {
    if (!findSpec(info.params, scheduleParameter)) return;
    if (std::get<std::int64_t>(valueOrFallback(info.params, model.params, scheduleParameter)) == 0)
        model.params.set(scheduleParameter, valueOrFallback(info.params, model.params, epochParameter));
}

}  // namespace holdout
