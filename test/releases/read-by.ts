// Notes which schema reads which kind of item. To be imported before all that reads items.
import { vi } from "vitest";
import type * as z from "zod";
import type * as Read from "../../shared/store/read.ts";
import { kindOf } from "./release.ts";

/** Kind of item → the schemas that have read one. */
export const readBy = new Map<string, Set<z.ZodType>>();

vi.mock("../../shared/store/read.ts", async (importOriginal) => {
  const real = await importOriginal<typeof Read>();
  const parseItem = <T>(schema: z.ZodType<T>, item: Read.Item): T => {
    const { pk, sk } = item;
    if (typeof pk === "string" && typeof sk === "string") {
      const kind = kindOf({ pk, sk });
      readBy.set(kind, (readBy.get(kind) ?? new Set()).add(schema));
    }
    return real.parseItem(schema, item);
  };
  const getRecord: typeof real.getRecord = async (schema, key) => {
    const item = await real.getItem(key);
    return item && parseItem(schema, item);
  };
  return { ...real, parseItem, getRecord };
});
