// Whether a referenced secret may be read is decided by its tags, before it is read.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readReferencedSecret } from "../../../shared/secrets/referenced.ts";
import { aroundSdkCalls } from "../../support/sdk-calls.ts";

process.env["AWS_REGION"] = "eu-central-1";

const secretArn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:shop-AbCdEf";
let tags: Record<string, string>;
let asked: string[];
let stop = () => {};
beforeEach(() => {
  asked = [];
  stop = aroundSdkCalls(async ({ name }) => {
    asked.push(name);
    if (name === "GetSecretValue") return { SecretString: "lies-in-the-vault" };
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  });
});
afterEach(() => stop());

const TEAM = { "runbooks:team": "payments" };
const read = (scope: string | null, host = "hooks.example.com") =>
  readReferencedSecret({ secretArn }, { scope, host });

describe("a referenced secret", () => {
  it.each(["hooks.example.com", "Hooks.Example.COM"])(
    "that is tagged for the host %s goes there, however it is spelt",
    async (host) => {
      tags = { ...TEAM, "runbooks:host": host };
      expect(await read("payments")).toMatchObject({ value: "lies-in-the-vault" });
      expect(asked).toEqual(["DescribeSecret", "GetSecretValue"]);
    },
  );

  it.each([
    ["payments", { ...TEAM, "runbooks:host": "other.example.com" }],
    ["payments", { ...TEAM, "runbooks:host": "" }],
    ["payments", { "runbooks:team": "Payments" }],
    ["global", { "runbooks:team": "global" }],
    [null, TEAM],
    ["payments", {}],
  ])("of the scope %s is not even asked for with the tags %j", async (scope, given) => {
    tags = given;
    await expect(read(scope)).rejects.toThrow(/is (not )?tagged runbooks:(team|host) for/);
    expect(asked).toEqual(["DescribeSecret"]);
  });
});
