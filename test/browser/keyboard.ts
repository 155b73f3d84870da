// A person without a mouse: Tab until the element that is meant has the focus, then type.
import type { Page } from "playwright-core";

const MOST_STEPS = 150;

/** What a screen reader would call the element that has the focus, also inside an editor. */
const NAME_OF_FOCUS = `(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (!element || element === document.body) return "";
  const label = element.labels?.[0]?.textContent;
  return (element.getAttribute("aria-label") ?? label ?? element.textContent ?? "").trim();
})()`;

export const nameOfFocus = async (page: Page) => String(await page.evaluate(NAME_OF_FOCUS));

/** @throws Error if Tab never leads there */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await page.keyboard.press("Tab");
    const found = await nameOfFocus(page);
    if (typeof name === "string" ? found === name : name.test(found)) return;
  }
  throw new Error(`Tab does not lead to ${name}`);
}

/** Replaces what stands in the field that has the focus. */
export async function retype(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
}
