// One item of the table that cannot be written for a while: as at a throttled partition, or with a right that is missing.
import type { Key } from "../../shared/contract/table.ts";
import { openTable } from "../../shared/store/client.ts";

/** Runs `work` while every plain write of this item fails. */
export async function whileUnwritable<T>({ pk, sk }: Key, work: () => Promise<T>): Promise<T> {
  const { middlewareStack } = openTable().documents;
  middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const { Item, Key: key = Item } = Object(args.input);
        const isIt = key?.pk === pk && key?.sk === sk;
        if (isIt && commandName !== "GetItemCommand") throw new Error("This item cannot be written");
        return next(args);
      },
    { step: "initialize", name: "unwritable", override: true },
  );
  try {
    return await work();
  } finally {
    middlewareStack.remove("unwritable");
  }
}
