// A definition as people read it: what is called, with which parameters, and how it runs.
import type { ComponentChildren } from "preact";
import { Code, Template } from "../../parts/code.tsx";
import { Panel } from "../../parts/panels.tsx";
import { Outside } from "../../parts/text.tsx";
import { describeAuthentication, describeCertificate, describeSecret } from "./authentication.ts";
import { type Definition, describeConduct } from "./conduct.ts";
import { Parameters } from "./parameters.tsx";

export function DefinitionView({ definition }: { definition: Definition }) {
  return (
    <div class="stack">
      <Panel title="What it calls">
        <Request definition={definition} />
      </Panel>
      <Panel title="Parameters" isFlush>
        <Parameters schema={definition.parameters} />
      </Panel>
      <Panel title="How it runs">
        <dl class="facts">
          {describeConduct(definition).map(([about, words]) => (
            <Fact key={about} about={about}>
              {words}
            </Fact>
          ))}
        </dl>
      </Panel>
    </div>
  );
}

const FORMATS = { json: "Body, JSON", form: "Body, form", text: "Body, text" };

function Request({ definition }: { definition: Definition }) {
  const { webhookMethod, webhookUrl, webhookHeaders, payloadTemplate, payloadFormat } = definition;
  return (
    <div class="stack">
      <p class="request-line">
        <strong>{webhookMethod}</strong>
        <code>
          <Template text={webhookUrl} />
        </code>
      </p>
      <dl class="facts">
        <Fact about="Authentication">
          <Outside text={describeAuthentication(definition)} />
        </Fact>
        {Object.entries(webhookHeaders).map(([name, value]) => (
          <Fact key={name} about={<code>{name}</code>}>
            <code>
              <Template text={value} />
            </code>
          </Fact>
        ))}
        <Secrets definition={definition} />
      </dl>
      {payloadTemplate === "" ? (
        <p class="muted">The request has no body.</p>
      ) : (
        <Code title={FORMATS[payloadFormat]} text={payloadTemplate} isTemplate />
      )}
    </div>
  );
}

function Secrets({ definition: { secrets, signature, clientCertificate } }: { definition: Definition }) {
  return (
    <>
      {Object.entries(secrets).map(([name, secret]) => (
        <Fact key={name} about={<code>{`secrets.${name}`}</code>}>
          <Outside text={describeSecret(secret)} />
        </Fact>
      ))}
      {signature && <Fact about="Signature">{describeSignature(signature)}</Fact>}
      {clientCertificate && (
        <Fact about="Client certificate">
          <Outside text={describeCertificate(clientCertificate)} />
        </Fact>
      )}
    </>
  );
}

const describeSignature = ({ header, encoding }: NonNullable<Definition["signature"]>) =>
  `HMAC-SHA256 in ${header}, ${encoding}, beside the standard one.`;

function Fact({ about, children }: { about: ComponentChildren; children: ComponentChildren }) {
  return (
    <>
      <dt>{about}</dt>
      <dd>{children}</dd>
    </>
  );
}
