// A request as it is sent: its line, its headers, its body. Secrets are masked by the service.
import { Fragment } from "preact";
import { Code } from "./code.tsx";
import { Outside } from "./text.tsx";

type Request = {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  clientCertificate?: string | undefined;
};

export function SentRequest({ request }: { request: Request }) {
  const { method, url, headers, body, clientCertificate } = request;
  return (
    <div class="stack">
      <p class="request-line">
        <strong>{method}</strong>
        <code>
          <Outside text={url} />
        </code>
      </p>
      <Headers headers={headers} />
      {clientCertificate !== undefined && (
        <p class="muted">A receiver that asks for a client certificate is shown the one of the runbook.</p>
      )}
      {body === null || body === "" ? (
        <p class="muted">The request has no body.</p>
      ) : (
        <Code title="Body" text={indentJson(body)} />
      )}
    </div>
  );
}

export function Headers({ headers }: Pick<Request, "headers">) {
  return (
    <dl class="facts headers">
      {Object.entries(headers).map(([name, value]) => (
        <Fragment key={name}>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>
            <code>
              <Outside text={value} />
            </code>
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** JSON on one line is laid out; numbers that JavaScript cannot hold, and all other texts, stay as they are. */
export function indentJson(text: string): string {
  if (!/^\s*[[{]/.test(text) || /\d{16}|\d[eE]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
