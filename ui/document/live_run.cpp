// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/live_run.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace holdout {

void LiveRun::begin(const ExperimentSpec& spec) {
    const std::lock_guard lock(m_mutex);
    const std::uint64_t version = m_state.version + 1;
    m_state = {};
    m_state.version = version;
    m_state.running = true;
    m_state.spec = spec;
    m_copy = nullptr;
}

void LiveRun::end() {
    const std::lock_guard lock(m_mutex);
    m_state.running = false;
    m_isAwaited = true;  // by whoever puts the run away
    changed();
}

void LiveRun::changed() {
    ++m_state.version;
    if (std::exchange(m_isAwaited, false)) m_copy = std::make_shared<const LiveSnapshot>(m_state);
}

void LiveRun::started(const Run& run, std::size_t folds, std::size_t trials) {
    const std::lock_guard lock(m_mutex);
    m_state.task = run.task;
    m_state.foldsTotal = folds;
    m_state.trialsTotal = trials;
    changed();
}

void LiveRun::trialFinished(const Trial& trial) {
    const std::lock_guard lock(m_mutex);
    const auto place = std::lower_bound(m_state.trials.begin(), m_state.trials.end(), trial,
                                        [](const Trial& a, const Trial& b) { return a.number < b.number; });
    m_state.trials.insert(place, trial);
    changed();
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
    changed();
}

void LiveRun::report(double, std::string_view) {
}

void LiveRun::trace(const TracePoint& point) {
    const std::lock_guard lock(m_mutex);
    // Models without losses publish looks at themselves alone.
    if (std::isnan(point.trainingLoss)) {
        if (point.model) m_state.model = point.model;
        return changed();
    }
    // An epoch that does not go on from the last is the first of another fit: its curve takes the place.
    if (!m_state.trace.empty() && point.epoch <= m_state.trace.back().epoch) m_state.trace.clear();
    m_state.trace.push_back(point);
    if (auto layers = std::move(m_state.trace.back().layers)) m_state.layers = std::move(layers);
    if (auto model = std::move(m_state.trace.back().model)) m_state.model = std::move(model);
    changed();
}

std::shared_ptr<const LiveSnapshot> LiveRun::snapshotSince(std::uint64_t seen) const {
    const std::lock_guard lock(m_mutex);
    m_isAwaited = true;
    if (m_state.version == seen) return nullptr;
    std::shared_ptr<const LiveSnapshot> copy = std::move(m_copy);
    const bool isNews = copy && copy->version > seen && (m_state.running || copy->version == m_state.version);
    return isNews ? copy : std::make_shared<const LiveSnapshot>(m_state);
}

}  // namespace holdout
