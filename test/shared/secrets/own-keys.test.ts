// The service's own keys are asked for once by each instance, and again only where they could not be read.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type KeyServer, startKeyServer } from "../../support/key-server.ts";

Object.assign(process.env, {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
});
let server: KeyServer;
const instance = async () => (await import("../../../shared/secrets/own-keys.ts")).requireOwnKey;

beforeEach(async () => {
  vi.resetModules();
  server = await startKeyServer();
});
afterEach(() => server.stop());

describe("a key of the service", () => {
  it("is read once by an instance, however many calls ask at once and later", async () => {
    const ownKey = await instance();
    const arn = process.env["FINGERPRINT_KEY_ARN"];
    const keys = await Promise.all([ownKey("FINGERPRINT_KEY"), ownKey("FINGERPRINT_KEY")]);
    expect([...keys, await ownKey("FINGERPRINT_KEY")]).toEqual(Array(3).fill(`the key in ${arn}`));
    expect(server.asked).toEqual([arn]);
  });

  it("is not the other one", async () => {
    const ownKey = await instance();
    expect(await ownKey("FINGERPRINT_KEY")).not.toBe(await ownKey("CURSOR_ENCRYPTION_KEY"));
  });

  it("that cannot be read is a refusal to try again, and is asked for again", async () => {
    const ownKey = await instance();
    server.refuses = true;
    await expect(ownKey("CURSOR_ENCRYPTION_KEY")).rejects.toMatchObject({
      code: "unavailable",
      retryAfterSeconds: 5,
    });
    server.refuses = false;
    expect(await ownKey("CURSOR_ENCRYPTION_KEY")).toContain("cursor-key");
  });
});
