// Holds one actor at a border, that is before one of its calls of the table, until another has come to its end.
import { openTable } from "../../shared/store/client.ts";

/** Runs `act`, and in the middle of it `meanwhile`. Answers what `act` comes to. */
export type Hold = <T>(act: () => Promise<T>, meanwhile: () => Promise<unknown>) => Promise<T>;

/** Is this call of the table the border? `items` are the sort keys of what it reads or writes, up to `#`. */
export type Border = (command: string, items: readonly string[]) => boolean;

/** Fails where the border is never reached: then nothing was held. */
export async function heldAt<T>(
  border: Border,
  act: () => Promise<T>,
  meanwhile: () => Promise<unknown>,
): Promise<T> {
  const [answer, reached] = await holdOnce(border, act, meanwhile);
  if (!reached) throw new Error("The border was not reached");
  return answer;
}

/** Each border, with a fresh round for each, until a round ends without being held. Returns their number. */
export async function atEveryBorder(round: (hold: Hold) => Promise<void>): Promise<number> {
  for (let border = 1; ; border++) {
    let held = false;
    await round(async (act, meanwhile) => {
      let calls = 0;
      const [answer, reached] = await holdOnce(() => ++calls === border, act, meanwhile);
      held = reached;
      return answer;
    });
    if (!held) return border - 1;
  }
}

async function holdOnce<T>(border: Border, act: () => Promise<T>, meanwhile: () => Promise<unknown>) {
  let reached = false;
  const rest = beforeEvery(
    (command, items) => !reached && border(command, items),
    async () => {
      reached = true;
      await meanwhile();
    },
  );
  try {
    return [await act(), reached] as const;
  } finally {
    rest();
  }
}

/** Does this before every such call, its own calls aside. Answers what ends it. */
export function beforeEvery(border: Border, act: () => Promise<unknown>): () => void {
  const { middlewareStack } = openTable().documents;
  let busy = false;
  middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        if (!busy && border(commandName, itemsOf(args.input))) {
          busy = true;
          await act().finally(() => {
            busy = false;
          });
        }
        return next(args);
      },
    { step: "initialize", name: "border", override: true },
  );
  return () => void middlewareStack.remove("border");
}

/** Every `sk` in the input of a command, up to `#`. */
function itemsOf(input: unknown): string[] {
  if (typeof input !== "object" || input === null) return [];
  return Object.entries(input).flatMap(([name, value]) =>
    name === "sk" ? [sortKeyOf(value).split("#")[0] ?? ""] : itemsOf(value),
  );
}

/** Of the document client's form, or of DynamoDB's own. */
const sortKeyOf = (value: unknown): string =>
  typeof value === "string" ? value : String(Object(value)["S"] ?? "");
