// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/fingerprint_chip.h"

#include <QPointer>
#include <utility>

#include "forms/param_words.h"

namespace holdout {

namespace {

/// "1a2b…9f0e".
QString shortened(const std::string& sha256) {
    constexpr std::size_t Ends = 4;
    return sha256.size() <= 2 * Ends ? QString() : fromCore(sha256.substr(0, Ends)) + QChar(0x2026) + fromCore(sha256.substr(sha256.size() - Ends));
}

}  // namespace

FingerprintChip::FingerprintChip(ExperimentDocument& document, QWidget* parent) : Chip({}, {}, parent), m_document(document) {
    setObjectName("fingerprint");
    setLead(tr("SHA-256"));
    connect(&document, &ExperimentDocument::dataChanged, this, &FingerprintChip::follow);
    follow();
}

FingerprintChip::~FingerprintChip() {
    if (m_job) m_document.jobs().cancel(m_job);
}

void FingerprintChip::follow() {
    if (m_document.data() == m_data) return;
    m_data = m_document.data();
    if (m_job) m_document.jobs().cancel(std::exchange(m_job, 0));
    setWarning(false);
    if (!m_data) return showDigits({});
    if (const auto known = m_data->sha256.ifKnown()) return showDigits(*known);
    setWords(QString(QChar(0x2026)), {});
    setToolTip(tr("The fingerprint of the file is being computed."));
    compute();
}

void FingerprintChip::compute() {
    const auto digits = std::make_shared<std::string>();
    const auto job = std::make_shared<JobId>(0);
    JobQueue::Request request;
    request.title = tr("Taking the file's fingerprint");
    request.lane = JobLane::Background;
    request.work = [digits, fingerprint = m_data->sha256](JobContext& context) { *digits = fingerprint.value(context.stop); };
    const QPointer<FingerprintChip> self(this);
    request.done = [self, digits, job] {
        if (!self || self->m_job != *job) return;
        self->m_job = 0;
        self->showDigits(*digits);
    };
    request.failed = [self, job](const Error& error) {
        if (!self || self->m_job != *job) return;
        self->m_job = 0;
        self->showProblem(error);
    };
    m_job = *job = m_document.jobs().submit(std::move(request));
}

void FingerprintChip::showDigits(const std::string& sha256) {
    setWords(shortened(sha256), {});
    setToolTip(tr("The fingerprint of the file: %1").arg(fromCore(sha256)));
}

void FingerprintChip::showProblem(const Error& error) {
    setWarning(true);
    setWords(tr("not known"), {});
    setToolTip(fromCore(error.problem() + " " + error.remedy()));
}

}  // namespace holdout
