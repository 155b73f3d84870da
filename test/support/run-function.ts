// A child process that calls one function once, as Lambda does, and sends its parent the answer.
const [path = "", event = "null"] = process.argv.slice(2);

const { handler }: { handler: (event: unknown, context: unknown) => Promise<unknown> } = await import(
  new URL(`../../functions/${path}.ts`, import.meta.url).href
);
const name = path.slice(path.lastIndexOf("/") + 1);
const context = {
  functionName: name,
  awsRequestId: "child",
  invokedFunctionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${name}`,
  memoryLimitInMB: "512",
  getRemainingTimeInMillis: () => 20_000,
};
const answer = await handler(JSON.parse(event), context);
const { callsSoFar: calls = [] } = globalThis as { callsSoFar?: string[] };
process.send?.({ answer: answer ?? null, calls }, () => process.disconnect());
