// Starts the API reference: shows the document, and lets whoever signs in try what it describes.
import { applyTheme, theme } from "../data/theme.ts";
import { loadIssuer } from "../session/issuer.ts";
import { beginSignIn, completeSignIn, isSignInAnswer } from "../session/sign-in.ts";
import { currentToken } from "../session/tokens.ts";
import { createViewer, type Viewer } from "./viewer.ts";

/** As the contract's `REFERENCE_PATH`, and at the issuer an address to come back to. */
const OWN_PATH = "/docs";
/** The bearer token in the document's security schemes. */
const TOKEN_SCHEME = "token";
/** The viewer gets a new token before the old one expires. */
const RENEW_MS = 30_000;

const system = globalThis.matchMedia("(prefers-color-scheme: dark)");
const isDark = () => theme.value === "dark" || (theme.value === "system" && system.matches);

function colour(viewer: Viewer): void {
  viewer.dataset["colours"] = isDark() ? "dark" : "light";
}

function say(text: string): void {
  const place = document.querySelector("#session");
  if (place) place.textContent = text;
}

/** Completes a sign-in that began here. */
async function readAnswer(): Promise<void> {
  const address = new URL(globalThis.location.href);
  if (!isSignInAnswer(address)) return;
  globalThis.history.replaceState(null, "", OWN_PATH);
  await completeSignIn(address);
}

/** Gives the viewer the token of the session. Returns whether there is one. */
async function passToken(viewer: Viewer): Promise<boolean> {
  const token = await currentToken();
  if (token === "") return false;
  await viewer.setAuthenticationConfiguration(TOKEN_SCHEME, { token });
  return true;
}

async function startSession(viewer: Viewer): Promise<void> {
  await readAnswer();
  if (await passToken(viewer)) {
    say("Signed in: requests that you try are sent as you.");
    globalThis.setInterval(() => void passToken(viewer), RENEW_MS);
    return;
  }
  await loadIssuer();
  const button = document.querySelector<HTMLButtonElement>("#sign-in");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => void beginSignIn(OWN_PATH, OWN_PATH));
}

applyTheme();
const viewer = createViewer();
colour(viewer);
system.addEventListener("change", () => colour(viewer));
document.querySelector("#reference")?.replaceChildren(viewer);
viewer.addEventListener("spec-loaded", () => {
  startSession(viewer).catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
});
