// Shows what has just happened, and has screen readers say it.
import { announcements } from "../data/announcements.ts";
import { Outside } from "./text.tsx";

export function Announcements() {
  return (
    <div class="announcements" role="status">
      {announcements.value.map(({ id, text }) => (
        <p key={id} class="announcement">
          <Outside text={text} />
        </p>
      ))}
    </div>
  );
}
