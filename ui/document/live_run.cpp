// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/live_run.h"

#include <algorithm>

namespace holdout {

void LiveRun::begin(const ExperimentSpec& spec) {
    const std::lock_guard lock(m_mutex);
    const std::uint64_t version = m_state.version + 1;
    m_state = {};
    m_state.version = version;
    m_state.running = true;
    m_state.spec = spec;
}

void LiveRun::end() {
    const std::lock_guard lock(m_mutex);
    m_state.running = false;
    ++m_state.version;
}

void LiveRun::started(const Run& run, std::size_t folds, std::size_t trials) {
    const std::lock_guard lock(m_mutex);
    m_state.task = run.task;
    m_state.foldsTotal = folds;
    m_state.trialsTotal = trials;
    ++m_state.version;
}

void LiveRun::trialFinished(const Trial& trial) {
    const std::lock_guard lock(m_mutex);
    const auto place = std::lower_bound(m_state.trials.begin(), m_state.trials.end(), trial,
                                        [](const Trial& a, const Trial& b) { return a.number < b.number; });
    m_state.trials.insert(place, trial);
    ++m_state.version;
}

void LiveRun::foldFinished(const FoldResult& fold) {
    const std::lock_guard lock(m_mutex);
    const auto before = [](const FoldResult& a, const FoldResult& b) {
        return a.repeat != b.repeat ? a.repeat < b.repeat : a.index < b.index;
    };
    const auto place = std::lower_bound(m_state.folds.begin(), m_state.folds.end(), fold, before);
    FoldResult told = fold;
    told.predictions = {};  // every look at the state copies it; what is drawn of predictions is drawn of the run
    m_state.folds.insert(place, std::move(told));
    ++m_state.version;
}

void LiveRun::report(double, std::string_view) {
}

void LiveRun::trace(const TracePoint& point) {
    const std::lock_guard lock(m_mutex);
    // An epoch that does not go on from the last is the first of another fit: its curve takes the place.
    if (!m_state.trace.empty() && point.epoch <= m_state.trace.back().epoch) m_state.trace.clear();
    m_state.trace.push_back(point);
    if (auto layers = std::move(m_state.trace.back().layers)) m_state.layers = std::move(layers);
    if (auto model = std::move(m_state.trace.back().model)) m_state.model = std::move(model);
    ++m_state.version;
}

std::shared_ptr<const LiveSnapshot> LiveRun::snapshotSince(std::uint64_t seen) const {
    const std::lock_guard lock(m_mutex);
    if (m_state.version == seen) return nullptr;
    return std::make_shared<const LiveSnapshot>(m_state);
}

}  // namespace holdout
