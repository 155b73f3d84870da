// The local database's process: who can reach it, and what later starts are spared.
import { networkInterfaces } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { startDynamoDb } from "../../../infra/local/dynamodb.ts";
import { dynamoDbCommand } from "../../../infra/local/dynamodb-command.ts";
import { findJava } from "../../../infra/local/java.ts";
import { quietPort } from "../../../infra/local/ports.ts";

const java = await findJava();

test.runIf(java.compiler)("it answers on the loopback address and on no other of this machine", async () => {
  const port = await quietPort();
  const { endpoint, loopbackOnly, stop } = await startDynamoDb(port, null);
  onTestFinished(stop);
  const status = (url: string) =>
    fetch(url).then(
      (answer) => answer.status,
      () => null,
    );
  expect(loopbackOnly).toBe(true);
  expect(await status(endpoint)).toBeTypeOf("number");
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => !address.internal && address.family === "IPv4");
  for (const { address } of others) expect(await status(`http://${address}:${port}`)).toBeNull();
});

test.runIf(java.compiler)(
  "what was compiled once serves later starts, even of a Java without a compiler",
  async () => {
    const runtime = { ...java, compiler: false };
    const { stop } = await startDynamoDb(await quietPort(), null);
    onTestFinished(stop);
    await expect.poll(() => dynamoDbCommand(runtime, 1, null).loopbackOnly).toBe(true);
    expect(dynamoDbCommand(runtime, 1, null).args).toContain("DynamoDbOnLoopback");
    const another = dynamoDbCommand({ version: java.version + 1000, compiler: false }, 1, null);
    expect([another.loopbackOnly, another.args]).toEqual([false, expect.arrayContaining(["-jar"])]);
  },
);
