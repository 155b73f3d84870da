// Tests a source with a message, as its system sends it. Nothing is sent or stored.
import { useState } from "preact/hooks";
import type { Arguments, OutputOf } from "../../../api-client/types.ts";
import { useAction } from "../../data/action.ts";
import { client } from "../../data/client.ts";
import { Button } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import { TextArea } from "../../parts/field.tsx";
import { Panel } from "../../parts/panels.tsx";
import type { Source } from "./source.ts";
import { TrialResult } from "./trial-result.tsx";

type Message = Arguments<"test-source">[0]["body"]["message"];

export function Trial({ source: { id, schedule } }: { source: Source }) {
  const [text, setText] = useState(schedule ? writeTick(new Date()) : "");
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [result, setResult] = useState<OutputOf<"test-source"> | null>(null);
  const test = useAction(async (message: Message) => {
    setResult(await client.testSource({ sourceId: id, body: { message } }));
  });
  const submit = (event: Event) => {
    event.preventDefault();
    const read = readMessage(text);
    setFault("fault" in read ? read.fault : undefined);
    if ("message" in read) void test.run(read.message);
  };
  return (
    <div class="split run-split">
      <Panel title="A message">
        <form class="fields" onSubmit={submit} noValidate>
          <TextArea
            {...MESSAGE}
            {...{ mono: true, required: true, rows: 18, value: text, onInput: setText, error: fault }}
          />
          {test.error !== undefined && <FailureNote error={test.error} />}
          <div class="row">
            <Button type="submit" kind="primary" busy={test.isRunning}>
              Test it
            </Button>
            <span class="small muted">Nothing is sent, and nothing is stored.</span>
          </div>
        </form>
      </Panel>
      <div class="aside stack" role="status">
        {result ? <TrialResult result={result} /> : <NothingYet />}
      </div>
    </div>
  );
}

/** What the clock sends, due at this time. */
const writeTick = (now: Date) =>
  JSON.stringify({ scheduledTime: `${now.toISOString().slice(0, 19)}Z` }, null, 2);

const MESSAGE = {
  label: "Message",
  hint: "JSON, as the system sends it. Over EventBridge: the whole event.",
};

const NothingYet = () => (
  <Panel title="What it becomes">
    <p class="muted">The test shows it.</p>
  </Panel>
);

function readMessage(text: string): { message: Message } | { fault: string } {
  try {
    const message: unknown = JSON.parse(text);
    const isObject = typeof message === "object" && message !== null && !Array.isArray(message);
    return isObject ? { message: message as Message } : { fault: "A message is a JSON object." };
  } catch (error) {
    return { fault: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
