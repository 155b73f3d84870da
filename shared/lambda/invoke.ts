// Other functions of the service, called by name and waited for.
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

let client: LambdaClient | undefined;
function lambda(): LambdaClient {
  client ??= new LambdaClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 12_000 },
  });
  return client;
}

/** What the function answers. Throws where it could not be called, or failed. */
export async function invokeFunction(name: string, input: object): Promise<unknown> {
  const answer = await lambda().send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(input)) }),
  );
  if (answer.FunctionError) throw new Error(`${name} failed; its log says why`);
  return JSON.parse(Buffer.from(answer.Payload ?? []).toString("utf8"));
}
