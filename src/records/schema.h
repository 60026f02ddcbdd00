// The tables of the database (README.md) and how a file of an earlier version gets them. For this folder
// only. SQLite's exceptions leave these functions.
#pragma once

#include "base/result.h"
#include "records/connection.h"

namespace vitrina::records {

/// Refuses what is not ours, is newer than this program or is damaged. Changes nothing. Messages don't name
/// the file.
[[nodiscard]] Result<void> check_file(Connection& connection);

/// Brings the file to kSchemaVersion, each step in a transaction of its own.
void migrate(Connection& connection);

}  // namespace vitrina::records
