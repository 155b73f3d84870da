// The last answer of the receiver: text, whatever it says. Where the service has kept a part of it, that is said.

import { Code } from "../../parts/code.tsx";
import { formatDuration } from "../../parts/duration.ts";
import { Note, Panel } from "../../parts/panels.tsx";
import { Headers, indentJson } from "../../parts/sent-request.tsx";
import { Badge } from "../../parts/status.tsx";
import type { Execution } from "./execution.ts";

type Result = NonNullable<Execution["result"]>;

type AnswerProps = { result: Result | null; isDelivered: boolean; goesOn: boolean };

export function Answer({ result, isDelivered, goesOn }: AnswerProps) {
  if (result === null)
    return (
      <Panel title="Answer">
        <p class="muted">{goesOn ? "None yet." : "The receiver has answered nothing."}</p>
      </Panel>
    );
  const { statusCode, durationMs, headers } = result;
  return (
    <Panel
      title="Last answer"
      actions={
        <>
          <Badge
            tone={isDelivered ? "good" : "bad"}
            icon={isDelivered ? "check" : "cross"}
            word={`Status ${statusCode}`}
          />
          <span class="muted small">{formatDuration(durationMs)}</span>
        </>
      }
    >
      <div class="stack">
        {Object.keys(headers).length > 0 && <Headers headers={headers} />}
        <Body result={result} />
      </div>
    </Panel>
  );
}

function Body({ result }: { result: Result }) {
  const { responseBody, responseEncoding, responseTruncated, responseBytes } = result;
  if (responseBody === "") return <p class="muted">The answer has no body.</p>;
  const isText = responseEncoding === "utf8";
  const size = responseBytes === null ? "" : ` of ${responseBytes.toLocaleString("en")} bytes`;
  return (
    <>
      {responseTruncated && (
        <Note tone="warn" title={`Only the beginning of it is kept: 16 KiB${size}`}>
          <p>What came after it is nowhere in this service.</p>
        </Note>
      )}
      <Code
        title={isText ? "Body" : "Body, no text: base64"}
        text={isText && !responseTruncated ? indentJson(responseBody) : responseBody}
      />
      <Digest result={result} />
    </>
  );
}

function Digest({ result: { responseBytes, responseSha256 } }: { result: Result }) {
  if (responseBytes === null || responseSha256 === null) return null;
  return (
    <p class="small muted digest">
      {responseBytes.toLocaleString("en")} bytes, SHA-256 <code>{responseSha256}</code>
    </p>
  );
}
