// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "document/experiment_document.h"
#include "theme/widgets.h"

namespace holdout {

/// The SHA-256 of the file that is shown: what of a large one is not known yet is computed in the background.
class FingerprintChip : public Chip {
    Q_OBJECT
public:
    explicit FingerprintChip(ExperimentDocument& document, QWidget* parent = nullptr);
    ~FingerprintChip() override;

private:
    void follow();
    void compute();
    void showDigits(const std::string& sha256);
    void showProblem(const Error& error);

    ExperimentDocument& m_document;
    std::shared_ptr<const ReadResult> m_data;
    JobId m_job = 0;
};

}  // namespace holdout
