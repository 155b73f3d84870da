// Imported first: the functions of a test file log nothing.
process.env["POWERTOOLS_LOG_LEVEL"] = "SILENT";
