// What was typed and not saved, kept for this tab: it outlives a sign-in and a reload. Secrets are left out.
import type { Form } from "./form.ts";

const keyOf = (runbookId: string, version: number) => `runbooks.draft ${runbookId} ${version}`;

/** `base`: what the form began with; its secrets are masks. */
export function keepDraft(runbookId: string, version: number, form: Form, base: Form): void {
  const kept: Form = { ...form, auth: { ...form.auth, ...secretsOf(base.auth) }, secrets: base.secrets };
  globalThis.sessionStorage.setItem(keyOf(runbookId, version), JSON.stringify(kept));
}

const secretsOf = ({
  token,
  username,
  password,
  clientSecret,
  customHeaders,
  signatureSecret,
}: Form["auth"]) => ({
  ...{ token, username, password, clientSecret, customHeaders, signatureSecret },
});

/** Null: nothing was typed, or it was for another version. */
export function findDraft(runbookId: string, version: number): Form | null {
  const text = globalThis.sessionStorage.getItem(keyOf(runbookId, version));
  return text === null ? null : (JSON.parse(text) as Form);
}

export const dropDraft = (runbookId: string, version: number): void =>
  globalThis.sessionStorage.removeItem(keyOf(runbookId, version));
