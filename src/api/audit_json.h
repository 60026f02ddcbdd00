// What audits say of counts, as JSON. Pure functions; any thread.
#pragma once

#include <nlohmann/json.hpp>

#include "pipeline/audit_report.h"
#include "records/audit_store.h"

namespace vitrina::api {

[[nodiscard]] nlohmann::ordered_json to_json(const records::AuditPlace& place);
[[nodiscard]] nlohmann::ordered_json to_json(const pipeline::AuditedPlace& place);
[[nodiscard]] nlohmann::ordered_json to_json(const pipeline::AuditedCamera& camera);

}  // namespace vitrina::api
