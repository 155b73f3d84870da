// Starts the console in its page.
import { render } from "preact";
import { Console } from "./app/console.tsx";
import { startSession } from "./app/start.ts";
import { applyTheme } from "./data/theme.ts";
import { followLinks } from "./navigation/location.ts";

const place = globalThis.document.getElementById("console");
if (place) {
  applyTheme();
  followLinks();
  place.replaceChildren();
  render(<Console />, place);
  void startSession();
}
