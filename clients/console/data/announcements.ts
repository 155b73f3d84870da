// What has just happened, said once: shown for some seconds, and read out by screen readers.
import { signal } from "@preact/signals";

type Announcement = { id: number; text: string };

const SHOWN_MS = 6_000;
let count = 0;

export const announcements = signal<readonly Announcement[]>([]);

export function announce(text: string): void {
  const id = ++count;
  announcements.value = [...announcements.value, { id, text }];
  setTimeout(() => {
    announcements.value = announcements.value.filter((each) => each.id !== id);
  }, SHOWN_MS);
}
