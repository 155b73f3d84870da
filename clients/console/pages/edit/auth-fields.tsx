// The part of the form that says how the request proves who sends it.
import { CheckField, SelectField, TextField } from "../../parts/field.tsx";
import type { AuthForm } from "./auth-form.ts";
import type { Editing } from "./editing.ts";
import { PairsField } from "./pairs-field.tsx";
import { wordsAt } from "./problems.ts";

const TYPES = [
  ["none", "None"],
  ["bearer", "Bearer token"],
  ["basic", "User name and password"],
  ["oauth2", "OAuth 2 client credentials"],
  ["custom", "Secret headers"],
] as const;

type TextName = { [K in keyof AuthForm]: AuthForm[K] extends string ? K : never }[keyof AuthForm];

/** The texts of each type: field, label, and whether it is a secret. */
const TEXTS: Readonly<Record<string, readonly (readonly [TextName, string, "secret" | "optional" | ""])[]>> =
  {
    bearer: [["token", "Token", "secret"]],
    basic: [
      ["username", "User name", ""],
      ["password", "Password", "secret"],
    ],
    oauth2: [
      ["tokenUrl", "Token endpoint", ""],
      ["clientId", "Client id", ""],
      ["clientSecret", "Client secret", "secret"],
      ["scope", "Scope", "optional"],
      ["audience", "Audience", "optional"],
    ],
  };

const SECRET_HINT = "******** keeps the stored one. The ARN of a secret in AWS Secrets Manager refers to it.";

export function AuthFields({ form: { auth }, change, problems }: Editing) {
  const set = (changes: Partial<AuthForm>) => change({ auth: { ...auth, ...changes } });
  return (
    <>
      <SelectField
        label="Authentication"
        value={auth.type}
        onInput={(value) => set({ type: TYPES.find(([each]) => each === value)?.[0] ?? "none" })}
        options={TYPES}
      />
      <Texts auth={auth} set={set} problems={problems} />
      {auth.type === "oauth2" && (
        <OauthExtras auth={auth} set={set} error={wordsAt(problems, "/webhookAuth/tokenParameters")} />
      )}
      {auth.type === "custom" && (
        <PairsField
          legend="Secret headers"
          what="secret header"
          isSecret
          pairs={auth.customHeaders}
          onInput={(customHeaders) => set({ customHeaders })}
          error={wordsAt(problems, "/webhookAuth/customHeaders")}
        />
      )}
      <SignatureFields auth={auth} set={set} error={wordsAt(problems, "/signature")} />
      <TextField
        label="Client certificate"
        required={false}
        hint="For a receiver that asks for one: the ARN of a secret in AWS Secrets Manager with certificate and key in PEM."
        value={auth.clientCertificate}
        onInput={(clientCertificate) => set({ clientCertificate })}
        error={wordsAt(problems, "/clientCertificate")}
      />
    </>
  );
}

type TextsProps = Pick<PartProps, "auth" | "set"> & Pick<Editing, "problems">;

function Texts({ auth, set, problems }: TextsProps) {
  return (
    <>
      {(TEXTS[auth.type] ?? []).map(([name, label, kind]) => (
        <TextField
          key={name}
          label={label}
          required={kind !== "optional"}
          hint={kind === "secret" ? SECRET_HINT : undefined}
          value={auth[name]}
          onInput={(text) => set({ [name]: text })}
          error={wordsAt(problems, `/webhookAuth/${name}`)}
        />
      ))}
    </>
  );
}

type PartProps = { auth: AuthForm; set: (changes: Partial<AuthForm>) => void; error: string | undefined };

function OauthExtras({ auth, set, error }: PartProps) {
  return (
    <>
      <SelectField
        label="The client shows its secret"
        value={auth.clientAuthentication}
        onInput={(value) => set({ clientAuthentication: value === "body" ? "body" : "basic" })}
        options={[
          ["basic", "by HTTP Basic"],
          ["body", "in the form, as client_secret"],
        ]}
      />
      <PairsField
        legend="Further fields of the token request"
        what="field"
        pairs={auth.tokenParameters}
        onInput={(tokenParameters) => set({ tokenParameters })}
        error={error}
      />
    </>
  );
}

function SignatureFields({ auth, set, error }: PartProps) {
  const text = (name: TextName) => ({
    value: auth[name],
    onInput: (value: string) => set({ [name]: value }),
  });
  return (
    <>
      <CheckField
        label="Sign the body in a header of the receiver's own, too"
        hint="HMAC-SHA256, for receivers that do not know Standard Webhooks, whose signature is always there."
        checked={auth.hasSignature}
        onInput={(hasSignature) => set({ hasSignature })}
      />
      {auth.hasSignature && (
        <div class="columns">
          <TextField label="Header" {...text("signatureHeader")} />
          <TextField label="Prefix" required={false} {...text("signaturePrefix")} />
          <SelectField
            label="Encoding"
            value={auth.signatureEncoding}
            onInput={(value) => set({ signatureEncoding: value === "base64" ? "base64" : "hex" })}
            options={[
              ["hex", "hex"],
              ["base64", "base64"],
            ]}
          />
          <TextField label="Key" {...text("signatureSecret")} error={error} />
        </div>
      )}
    </>
  );
}
