// The console: signs in with code and PKCE, and shows who the token names.
type Config = {
  issuer: string;
  clientId: string;
  scope: string;
  redirectPath: string;
  signedOutPath: string;
};
type Tokens = { access_token: string; id_token: string };

const { origin, pathname, search } = location;
const config = (await (await fetch("/console/config.json")).json()) as Config;
const found = await fetch(`${config.issuer}/.well-known/openid-configuration`);
const endpoints = (await found.json()) as Record<string, string>;
const who = document.querySelector("#who");
const act = document.querySelector<HTMLButtonElement>("#act");

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

async function signIn(): Promise<void> {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  sessionStorage.setItem("verifier", verifier);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const query = new URLSearchParams({
    response_type: "code",
    client_id: config.clientId,
    scope: config.scope,
    redirect_uri: origin + config.redirectPath,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  });
  location.assign(`${endpoints["authorization_endpoint"]}?${query}`);
}

async function fetchTokens(code: string): Promise<Tokens> {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: config.clientId,
    code,
    code_verifier: sessionStorage.getItem("verifier") ?? "",
    redirect_uri: origin + config.redirectPath,
  });
  const answer = await fetch(String(endpoints["token_endpoint"]), { method: "POST", body });
  return (await answer.json()) as Tokens;
}

function offer(label: string, run: () => void): void {
  if (!act) return;
  act.textContent = label;
  act.hidden = false;
  act.onclick = run;
}

async function showWho({ access_token, id_token }: Tokens): Promise<void> {
  const answer = await fetch("/me", { headers: { authorization: `Bearer ${access_token}` } });
  const me = (await answer.json()) as { subject: string };
  if (who) who.textContent = `Signed in as ${me.subject}`;
  const query = new URLSearchParams({
    id_token_hint: id_token,
    client_id: config.clientId,
    post_logout_redirect_uri: origin + config.signedOutPath,
  });
  offer("Sign out", () => location.assign(`${endpoints["end_session_endpoint"]}?${query}`));
}

const code = pathname === config.redirectPath ? new URLSearchParams(search).get("code") : null;
if (code !== null) await showWho(await fetchTokens(code));
else offer("Sign in", () => void signIn());

export {};
