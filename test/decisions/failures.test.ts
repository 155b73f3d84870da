// Failures of the table: which of them are tried again, and what each becomes for a caller and for an operator.
import "../support/quiet.ts";
import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { ServiceError } from "../../shared/domain/errors.ts";
import {
  ConditionFailed,
  callTable,
  openTable,
  unavailableError,
  unexpectedError,
} from "../../shared/store/client.ts";
import { CONTENTION_TRIES, retryContended } from "../../shared/store/contention.ts";
import {
  getItem,
  getRecord,
  parseItem,
  queryListPage,
  queryRange,
  readListed,
} from "../../shared/store/read.ts";
import { transact, type Write } from "../../shared/store/transact.ts";
import { alter, failNext, forget, freshTable, itemAt, sentSince, writes } from "../support/decision-table.ts";
import { labelsOf } from "../support/labels.ts";

const waited = vi.hoisted((): number[] => []);
vi.mock(import("node:timers/promises"), async (original) => {
  const setTimeout = (ms: number) => {
    waited.push(ms);
    return Promise.resolve();
  };
  return Object.assign({ ...(await original()) }, { setTimeout });
});

const $metadata = {};
const named = (name: string, more: object = {}) => Object.assign(new Error(name), { name }, more);
const service = (name: string, more: object = {}) =>
  Object.assign(new DynamoDBServiceException({ name, $fault: "server", $metadata, message: name }), more);
const cancelled = (...codes: (string | undefined)[]) =>
  new TransactionCanceledException({
    ...{ message: "cancelled", $metadata },
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** What a call comes to whose tries fail like this, one after the other. */
async function called(...errors: unknown[]) {
  let tries = 0;
  const result = await callTable(() => {
    const error = errors[tries++];
    return error === undefined ? Promise.resolve("answered") : Promise.reject(error);
  }).catch((error: unknown) => error);
  return { tries, result };
}

const KEY = { pk: "a", sk: "b" };
const OTHER = { pk: "c", sk: "d" };
const put: Write = { label: "first", put: { ...KEY, n: 1 } };
const second: Write = { label: "second", put: { ...OTHER } };

beforeEach(() => {
  freshTable();
  waited.length = 0;
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});

describe("contention", () => {
  const contended = (times: number) => {
    let tries = 0;
    const run = () => (tries++ < times ? Promise.reject(new Error(`try ${tries}`)) : Promise.resolve(tries));
    return retryContended(run, () => true);
  };

  it("is met with six tries, each after a longer wait at random", async () => {
    expect(CONTENTION_TRIES).toBe(6);
    expect(await contended(5)).toBe(6);
    expect(waited).toEqual([20, 40, 80, 160, 320]);
    waited.length = 0;
    await expect(contended(6)).rejects.toThrow("try 6");
    expect(waited).toHaveLength(5);
  });

  it("is nothing else than what is said to be", async () => {
    let tries = 0;
    const run = () => Promise.reject(new Error(`try ${++tries}`));
    await expect(retryContended(run, () => false)).rejects.toThrow("try 1");
    expect(waited).toEqual([]);
  });
});

describe("a call", () => {
  it.each(["TransactionConflictException", "TransactionInProgressException"])(
    "that meets another transaction (%s) is tried again, then unavailable",
    async (name) => {
      const error = service(name);
      expect(await called(error, error)).toEqual({ tries: 3, result: "answered" });
      const always = await called(...Array.from({ length: 6 }, () => error));
      expect(always).toEqual({ tries: 6, result: unavailableError(error) });
    },
  );

  it.each([
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "InternalServerError",
    "ServiceUnavailable",
    "TimeoutError",
    "Unanswered",
    "ECONNREFUSED",
    "ECONNRESET",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "EPIPE",
    "ETIMEDOUT",
  ])("that fails with %s, by name or by code, is unavailable, and was tried often enough", async (name) => {
    for (const error of [named(name), named("Error", { code: name })]) {
      const { tries, result } = await called(error);
      expect(tries).toBe(1);
      expect(result).toMatchObject({ code: "unavailable", retryAfterSeconds: 5, cause: error });
    }
  });

  it("that DynamoDB calls retryable, or answers with 5xx, is unavailable", async () => {
    for (const error of [
      service("New", { $retryable: {} }),
      service("New", { $metadata: { httpStatusCode: 500 } }),
      service("New", { $metadata: { httpStatusCode: 503 } }),
    ]) {
      expect((await called(error)).result).toEqual(unavailableError(error));
    }
  });

  it("that fails in any other way is a defect", async () => {
    for (const error of [
      service("New"),
      service("New", { $metadata: { httpStatusCode: 499 } }),
      service("New", { $retryable: undefined }),
      named("New", { $retryable: {} }),
      named("New", { code: 7 }),
      named("New", { code: "OTHER" }),
      named("TransactionConflict"),
    ]) {
      const { tries, result } = await called(error);
      expect(tries).toBe(1);
      expect(result).toMatchObject({ code: "internal_error", cause: error });
      expect(result).toEqual(unexpectedError(error));
    }
  });

  it.each([
    [
      "ResourceNotFoundException",
      "The table does not exist: check TABLE_NAME and that the stack is deployed.",
    ],
    ["AccessDeniedException", "The function's role may not do this: check the grants of the stack."],
    ["UnrecognizedClientException", "The credentials are not accepted: check the function's role."],
    ["ValidationException", "The table refused the request: this is a defect of the service."],
    [
      "CredentialsProviderError",
      "There are no AWS credentials: check the function's role or, elsewhere, AWS_PROFILE or AWS_ACCESS_KEY_ID.",
    ],
    ["ExpiredTokenException", "The AWS credentials have expired: sign in again, or renew them."],
    [
      "InvalidSignatureException",
      "The AWS signature is not accepted: check the secret key and the clock of this machine.",
    ],
  ])("that fails with %s says what an operator can do", async (name, message) => {
    const error = service(name, { $metadata: { httpStatusCode: 500 } });
    const { result } = await called(error);
    expect(result).toMatchObject({ code: "internal_error", message, cause: error });
  });

  it("whose condition failed says so; a ServiceError, or a value that is no error, is unchanged", async () => {
    const condition = new ConditionalCheckFailedException({ message: "no", $metadata });
    const { result } = await called(condition);
    expect(result).toBeInstanceOf(ConditionFailed);
    expect(result).toMatchObject({
      ...{ name: "ConditionFailed", labels: ["item"], cause: condition },
      message: "Condition failed: item",
    });
    const ours = Object.assign(new ServiceError("not_found", "Ours."), { name: "ThrottlingException" });
    expect((await called(ours)).result).toBe(ours);
    expect((await called("text")).result).toBe("text");
    const transaction = cancelled("ConditionalCheckFailed");
    expect((await called(transaction)).result).toBe(transaction);
  });
});

describe("what an operator reads", () => {
  it("says whether the table is slow, or the error is unexpected", () => {
    const cause = new Error("x");
    expect(unexpectedError(cause)).toMatchObject({
      ...{ code: "internal_error", cause, retryAfterSeconds: undefined },
      message: "The call of the table failed unexpectedly (Error): read the cause in the log.",
    });
    expect(unavailableError(cause)).toMatchObject({
      ...{ code: "unavailable", cause, retryAfterSeconds: 5 },
      message:
        "The table did not answer in time, or is throttled: check that DynamoDB runs and is reached, then its metrics for throttled requests.",
    });
    expect(new ConditionFailed(["a", "b"], cause).message).toBe("Condition failed: a, b");
  });
});

describe("the client", () => {
  it("is opened once, gives up in time, and leaves out what is undefined", async () => {
    const { openTable: table } = await vi.importActual<typeof import("../../shared/store/client.ts")>(
      "../../shared/store/client.ts",
    );
    process.env["AWS_REGION"] ??= "eu-central-1";
    const opened = table();
    expect(table()).toBe(opened);
    expect(opened.table).toBe("memory");
    const { config } = opened.documents;
    expect(await config.maxAttempts()).toBe(3);
    expect(await Object(config.requestHandler).configProvider).toMatchObject({
      ...{ connectionTimeout: 3000, requestTimeout: 5000, throwOnRequestTimeout: true },
    });
    expect(Object(config)["translateConfig"]).toEqual({ marshallOptions: { removeUndefinedValues: true } });
  });
});

describe("a transaction", () => {
  it("is each write in its form, all or nothing", async () => {
    await alter(OTHER, { n: 1 });
    forget();
    await transact([
      { label: "put", put: { ...KEY, n: 1 } },
      { label: "remove", remove: OTHER, condition: "#n = :n", names: { "#n": "n" }, values: { ":n": 1 } },
      { label: "update", key: { pk: "e", sk: "f" }, update: "SET n = :n", values: { ":n": 2 } },
      { label: "check", check: { pk: "g", sk: "h" }, condition: "attribute_not_exists(pk)" },
    ]);
    expect(writes()).toEqual([
      [
        { Put: { Item: { ...KEY, n: 1 } } },
        {
          Delete: {
            Key: OTHER,
            ConditionExpression: "#n = :n",
            ExpressionAttributeNames: { "#n": "n" },
            ExpressionAttributeValues: { ":n": 1 },
          },
        },
        {
          Update: {
            Key: { pk: "e", sk: "f" },
            UpdateExpression: "SET n = :n",
            ExpressionAttributeValues: { ":n": 2 },
          },
        },
        { ConditionCheck: { Key: { pk: "g", sk: "h" }, ConditionExpression: "attribute_not_exists(pk)" } },
      ],
    ]);
    expect(await itemAt(OTHER)).toBeNull();
  });

  it("names the table, and carries one token through all its tries", async () => {
    const tokens: unknown[] = [];
    const { world } = await import("../support/small-world.ts");
    const { send } = world;
    world.send = (command) => {
      const { ClientRequestToken, TransactItems } = Object(command).input;
      tokens.push(ClientRequestToken);
      expect(TransactItems[0].Put.TableName).toBe("memory");
      return tokens.length < 3 ? Promise.reject(cancelled("TransactionConflict", "None")) : send(command);
    };
    await transact([put, second]);
    expect(tokens).toHaveLength(3);
    expect(new Set(tokens).size).toBe(1);
    expect(String(tokens[0])).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("says which conditions failed, and is not tried again for them", async () => {
    failNext("writes", cancelled("None", "ConditionalCheckFailed"));
    const error = await transact([put, second]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ labels: ["second"] });
    expect(waited).toEqual([]);
    failNext("writes", cancelled("ConditionalCheckFailed", "TransactionConflict"));
    expect(await labelsOf(transact([put, second]))).toEqual(["first"]);
    expect(waited).toEqual([]);
    expect(await itemAt(KEY)).toBeNull();
  });

  it.each(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "None", undefined])(
    "is tried again for the reason %s, then unavailable",
    async (code) => {
      failNext("writes", cancelled(code, "None"), cancelled("None", code));
      await transact([put, second]);
      expect(await itemAt(KEY)).toEqual({ ...KEY, n: 1 });
      const error = cancelled(code);
      failNext("writes", ...Array.from({ length: 6 }, () => error));
      await expect(transact([put, second])).rejects.toEqual(unavailableError(error));
      expect(waited).toHaveLength(2 + 5);
    },
  );

  it("is a defect for any other reason, and is not tried again", async () => {
    const error = cancelled("None", "ItemCollectionSizeLimitExceeded");
    failNext("writes", error);
    await expect(transact([put, second])).rejects.toEqual(unexpectedError(error));
    expect(waited).toEqual([]);
  });

  it("that was cancelled without a reason is tried again", async () => {
    failNext("writes", new TransactionCanceledException({ message: "x", $metadata }));
    await transact([put, second]);
    expect(waited).toHaveLength(1);
  });

  it("that fails otherwise fails as any call does", async () => {
    failNext("writes", named("ThrottlingException"));
    await expect(transact([put])).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("reading", () => {
  const Schema = z.strictObject({ n: z.number(), deep: z.strictObject({ m: z.number() }).optional() });

  it("is consistent, and null where there is nothing", async () => {
    expect(await getRecord(Schema, KEY)).toBeNull();
    await alter(KEY, { n: 1 });
    forget();
    expect(await getRecord(Schema, KEY)).toEqual({ n: 1 });
    expect(sentSince()).toEqual([{ Key: KEY, ConsistentRead: true }]);
    expect(await getItem(KEY)).toEqual({ ...KEY, n: 1 });
    failNext("reads", named("ThrottlingException"));
    await expect(getItem(KEY)).rejects.toMatchObject({ code: "unavailable" });
  });

  it("leaves out what an item is found by, and nothing else", () => {
    const keys = { pk: "a", sk: "b", expiresAt: 1, teamList: "t", listSort: "c", stateList: "s" };
    expect(parseItem(Schema, { ...keys, n: 1 })).toEqual({ n: 1 });
    expect(() => parseItem(Schema, { ...KEY, n: "x", deep: { m: "x" } })).toThrow(
      new ServiceError("internal_error", "The stored item a b does not fit its schema at n, deep.m."),
    );
    expect(() => parseItem(Schema, { ...KEY, n: 1, other: 1 })).toThrow("at unrecognized_keys.");
  });

  it("of a range is consistent, from the first to the last, in both orders", async () => {
    for (const n of [1, 2, 3, 4]) await alter({ pk: "r", sk: `s${n}` }, { n });
    const keys = async (more: object) =>
      (await queryRange("r", { from: "s1", to: "s3", ...more })).map(({ n }) => n);
    forget();
    expect(await keys({})).toEqual([1, 2, 3]);
    expect(sentSince()).toEqual([
      {
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
        ExpressionAttributeValues: { ":pk": "r", ":from": "s1", ":to": "s3" },
        ...{ ConsistentRead: true, ScanIndexForward: true },
      },
    ]);
    expect(await keys({ newestFirst: true, limit: 2 })).toEqual([3, 2]);
    expect(await keys({ newestFirst: false, limit: 1 })).toEqual([1]);
  });

  it("of an index goes on beyond where the last page ended", async () => {
    for (const n of [1, 2, 3]) await alter({ pk: `p${n}`, sk: "x" }, { stateList: "a", listSort: `e${n}` });
    const page = async (from: string | undefined, limit: number, order?: "oldest-first") => {
      const { items, more } = await queryListPage({ index: "by-state", partition: "a" }, from, limit, order);
      return [items.map(({ listSort }) => listSort).join(" "), more];
    };
    expect(await page(undefined, 2)).toEqual(["e3 e2", true]);
    expect(await page("e2", 2)).toEqual(["e1", false]);
    expect(await page(undefined, 2, "oldest-first")).toEqual(["e1 e2", true]);
    expect(await page("e2", 2, "oldest-first")).toEqual(["e3", false]);
    forget();
    await page("e2", 2);
    await page(undefined, 1);
    expect(sentSince()).toEqual([
      {
        ...{ IndexName: "by-state", KeyConditionExpression: "#p = :p AND #s < :from" },
        ExpressionAttributeNames: { "#p": "stateList", "#s": "listSort" },
        ExpressionAttributeValues: { ":p": "a", ":from": "e2" },
        ...{ ScanIndexForward: false, Limit: 2 },
      },
      {
        ...{ IndexName: "by-state", KeyConditionExpression: "#p = :p" },
        ExpressionAttributeNames: { "#p": "stateList" },
        ExpressionAttributeValues: { ":p": "a" },
        ...{ ScanIndexForward: false, Limit: 1 },
      },
    ]);
  });

  describe("of a list", () => {
    const list = { index: "by-state", partition: "a" } as const;
    const listed = async (rows: ReturnType<typeof row>[]) => {
      const found = await readListed(rows.map((keys) => ({ list, sort: keys.listSort, keys })));
      return found.map(({ item }) => item);
    };
    const row = (n: number) => ({ pk: `p${n}`, sk: "x", stateList: "a", listSort: `e${n}` });

    it("shows the items as they stand, in the order of the list", async () => {
      for (const n of [1, 2]) await alter(row(n), { ...row(n), status: `now ${n}` });
      const found = await listed([row(2), row(1)]);
      expect(found.map((item) => item["status"])).toEqual(["now 2", "now 1"]);
    });

    it("leaves out what is gone, has left the list, or has moved within it", async () => {
      await alter(row(2), { stateList: "b", listSort: "e2" });
      await alter({ pk: "p3", sk: "x" }, { listSort: "e3" });
      await alter(row(4), { stateList: "a", listSort: "e9" });
      await alter(row(5), row(5));
      const found = await listed([1, 2, 3, 4, 5].map(row));
      expect(found).toEqual([row(5)]);
    });

    it("asks for at most 100 items in one call", async () => {
      const rows = Array.from({ length: 201 }, (_, n) => row(1000 + n));
      for (const one of rows) await alter(one, one);
      forget();
      expect(await listed(rows)).toEqual(rows);
      const sizes = sentSince().map((input) => Object(input).RequestItems[openTable().table].Keys.length);
      expect(sizes).toEqual([100, 100, 1]);
    });

    it("asks again for keys that DynamoDB left unprocessed, and gives up as unavailable", async () => {
      const { world } = await import("../support/small-world.ts");
      await alter(row(1), row(1));
      const real = world.send;
      let left = 2;
      world.send = async (command) => {
        if (left-- <= 0) return real(command);
        return { Responses: {}, UnprocessedKeys: Object(command).input.RequestItems };
      };
      expect(await listed([row(1)])).toEqual([row(1)]);
      world.send = async (command) => ({ UnprocessedKeys: Object(command).input.RequestItems });
      await expect(listed([row(1)])).rejects.toMatchObject({ code: "unavailable" });
      expect(waited).toHaveLength(2 + CONTENTION_TRIES - 1);
    });
  });

  it("of what the table has no answer to is nothing", async () => {
    const { world } = await import("../support/small-world.ts");
    world.send = () => Promise.resolve({});
    expect(await queryRange("r", { from: "a", to: "z" })).toEqual([]);
  });
});
