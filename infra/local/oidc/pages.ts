// The pages of the local issuer, as HTML: sign in, sign out, and what went wrong. No script, no other origin's file.
import { escapeHtml } from "../../../shared/contract/escape-html.ts";
import { PEOPLE } from "./people.ts";

export const STYLES_PATH = "/sign-in.css";

/** What was typed, and what is wrong with it, by field. */
export type TypedPerson = { name: string; groups: string; errors: { name?: string; groups?: string } };
const NOTHING_TYPED: TypedPerson = { name: "", groups: "", errors: {} };

export function renderSignIn(address: string, typed: TypedPerson = NOTHING_TYPED): string {
  const action = escapeHtml(address);
  const people = PEOPLE.map(
    ({ user, about, groups }) => `<li><button name="person" value="${user}">
      <strong>${user}</strong> <span>${escapeHtml(about)}</span> <code>${groups.join(" ")}</code>
    </button></li>`,
  );
  return renderDocument(
    "Sign in",
    `<h1>Sign in to the local stack</h1>
    <p>This issuer is on your machine and knows no passwords. Who do you want to be?</p>
    <form method="post" action="${action}"><ul>${people.join("\n")}</ul></form>
    <form method="post" action="${action}" novalidate>
      <h2>Somebody else</h2>
      ${renderField("name", "Name", "Letters, digits, dots, _ and -: the subject of the token.", typed)}
      ${renderField("groups", "Groups", "Separated by spaces, such as team:search:responder.", typed)}
      <button class="plain">Sign in</button>
    </form>`,
  );
}

function renderField(name: "name" | "groups", label: string, hint: string, typed: TypedPerson): string {
  const error = typed.errors[name];
  const wrong = error === undefined ? "" : `<p class="error" id="${name}-error">${escapeHtml(error)}</p>`;
  const described = error === undefined ? `${name}-hint` : `${name}-error ${name}-hint`;
  const invalid = error === undefined ? "" : ' aria-invalid="true" autofocus';
  return `<label for="${name}">${label}</label>
    <p class="hint" id="${name}-hint">${escapeHtml(hint)}</p>${wrong}
    <input id="${name}" name="${name}" value="${escapeHtml(typed[name])}" aria-describedby="${described}"
      autocomplete="off" spellcheck="false" maxlength="2000"${invalid}>`;
}

/** `form`: oidc-provider's own, which the button sends. */
export const renderSignOut = (form: string) =>
  renderDocument(
    "Sign out",
    `<h1>Sign out of the local stack?</h1>${form}
    <p><button class="plain" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button></p>
    <p><button class="plain quiet" form="op.logoutForm">Stay signed in</button></p>`,
  );

export const renderSignedOut = () =>
  renderDocument("Signed out", "<h1>You are signed out</h1><p>You can close this page.</p>");

export const renderFailure = (what: string) =>
  renderDocument(
    "Cannot sign in",
    `<h1>This sign-in cannot go on</h1><p role="alert">${escapeHtml(what)}</p>
    <p>Go back to the console and sign in again. Sign-ins end after an hour, and when the local stack restarts.</p>`,
  );

const renderDocument = (title: string, main: string) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>${title} · Runbooks, local</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <link rel="stylesheet" href="${STYLES_PATH}">
</head>
<body><main>${main}</main></body>
</html>
`;
