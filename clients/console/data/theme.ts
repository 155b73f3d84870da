// The colours that a person has chosen for this browser; without a choice, those of the system.
import { signal } from "@preact/signals";

const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];
const STORED = "runbooks.theme";

export const theme = signal<Theme>(readTheme());

function readTheme(): Theme {
  const text = globalThis.localStorage.getItem(STORED);
  return THEMES.find((each) => each === text) ?? "system";
}

/** Shows the chosen colours. */
export function applyTheme(): void {
  globalThis.document.documentElement.dataset["theme"] = theme.value;
}

/** Chooses the next of the three. */
export function switchTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "system";
  globalThis.localStorage.setItem(STORED, theme.value);
  applyTheme();
}
