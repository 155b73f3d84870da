// How the request is authenticated, as fields of the form. Fields of a type that is not chosen keep what was typed.
import type { Changes, Definition } from "./changes.ts";
import { type Pair, readPairs, writePairs } from "./pairs.ts";
import { readSecret, writeSecret } from "./secret-text.ts";

type Auth = Definition["webhookAuth"];
export type AuthForm = {
  type: Auth["type"];
  token: string;
  username: string;
  password: string;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope: string;
  audience: string;
  clientAuthentication: "basic" | "body";
  tokenParameters: readonly Pair[];
  customHeaders: readonly Pair[];
  hasSignature: boolean;
  signatureHeader: string;
  signatureEncoding: "hex" | "base64";
  signaturePrefix: string;
  signatureSecret: string;
  clientCertificate: string;
};

const EMPTY: AuthForm = {
  type: "none",
  ...{ token: "", username: "", password: "", tokenUrl: "", clientId: "", clientSecret: "" },
  ...{ scope: "", audience: "", clientAuthentication: "basic", tokenParameters: [], customHeaders: [] },
  ...{ hasSignature: false, signatureHeader: "x-hub-signature-256", signatureEncoding: "hex" },
  ...{ signaturePrefix: "sha256=", signatureSecret: "", clientCertificate: "" },
};

export function readAuth({ webhookAuth, signature, clientCertificate }: Definition): AuthForm {
  const signed = signature && {
    hasSignature: true,
    signatureHeader: signature.header,
    signatureEncoding: signature.encoding,
    signaturePrefix: signature.prefix ?? "",
    signatureSecret: writeSecret(signature.secret),
  };
  const shown = clientCertificate && { clientCertificate: writeSecret(clientCertificate) };
  return { ...EMPTY, ...fieldsOf(webhookAuth), ...signed, ...shown };
}

function fieldsOf(auth: Auth): Partial<AuthForm> & Pick<AuthForm, "type"> {
  switch (auth.type) {
    case "none":
      return { type: "none" };
    case "bearer":
      return { type: "bearer", token: writeSecret(auth.token) };
    case "basic":
      return { type: "basic", username: writeSecret(auth.username), password: writeSecret(auth.password) };
    case "oauth2": {
      const {
        scope = "",
        audience = "",
        clientAuthentication = "basic",
        tokenParameters = {},
        ...rest
      } = auth;
      const clientSecret = writeSecret(auth.clientSecret);
      return {
        ...rest,
        scope,
        audience,
        clientAuthentication,
        clientSecret,
        tokenParameters: readPairs(tokenParameters, String),
      };
    }
    case "custom":
      return { type: "custom", customHeaders: readPairs(auth.customHeaders, writeSecret) };
  }
}

export function writeAuth(form: AuthForm): Pick<Changes, "webhookAuth" | "signature" | "clientCertificate"> {
  const { signatureHeader: header, signatureEncoding: encoding, signaturePrefix: prefix } = form;
  const secret = readSecret(form.signatureSecret);
  const signature = { header, encoding, ...(prefix !== "" && { prefix }), secret };
  return {
    webhookAuth: authOf(form),
    signature: form.hasSignature ? signature : null,
    clientCertificate: certificateOf(form.clientCertificate),
  };
}

/** What is no mask counts as an ARN: the service says what is wrong with it. */
function certificateOf(text: string): Changes["clientCertificate"] {
  const secretArn = text.trim();
  if (secretArn === "") return null;
  return secretArn === "********" ? secretArn : { secretArn };
}

function authOf(form: AuthForm): NonNullable<Changes["webhookAuth"]> {
  switch (form.type) {
    case "none":
      return { type: "none" };
    case "bearer":
      return { type: "bearer", token: readSecret(form.token) };
    case "basic":
      return { type: "basic", username: readSecret(form.username), password: readSecret(form.password) };
    case "oauth2":
      return oauth2Of(form);
    case "custom":
      return { type: "custom", customHeaders: writePairs(form.customHeaders, readSecret) };
  }
}

function oauth2Of(form: AuthForm): NonNullable<Changes["webhookAuth"]> {
  const { tokenUrl, clientId, scope, audience, clientAuthentication } = form;
  const tokenParameters = writePairs(form.tokenParameters, String);
  return {
    ...{ type: "oauth2", tokenUrl, clientId, clientSecret: readSecret(form.clientSecret) },
    ...(scope !== "" && { scope }),
    ...(audience !== "" && { audience }),
    ...(clientAuthentication === "body" && { clientAuthentication }),
    ...(Object.keys(tokenParameters).length > 0 && { tokenParameters }),
  };
}
