// All runs of the state machine, newest first. For operators' tools only, never for handlers.
import { type ExecutionListItem, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { stateMachineArn } from "./arns.ts";

/** Yields pages of the runs that started at this time or later. Step Functions knows those of the last 90 days. */
export async function* listStateMachineExecutions(since: Date): AsyncGenerator<ExecutionListItem[]> {
  const client = new SFNClient({});
  for (let nextToken: string | undefined; ; ) {
    const command = new ListExecutionsCommand({ stateMachineArn: stateMachineArn(), nextToken });
    const page = await client.send(command);
    const listed = page.executions ?? [];
    const recent = listed.filter(({ startDate }) => startDate && startDate >= since);
    yield recent;
    nextToken = page.nextToken;
    if (!nextToken || recent.length < listed.length) return client.destroy();
  }
}
