// What the service logs, line by line, in place of its output.
import { vi } from "vitest";
import { logger } from "../../shared/logging/logger.ts";

/** [level, message, fields] of each line from now on. */
export function hearLogs(): unknown[][] {
  const lines: unknown[][] = [];
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(logger, level).mockImplementation((message: unknown, ...fields: unknown[]) => {
      lines.push([level, message, ...fields]);
    });
  }
  return lines;
}
