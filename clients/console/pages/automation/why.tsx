// Asks of one event why the automation did, or did not, fire: an event that did not match has left no decision.
import { useState } from "preact/hooks";
import { navigate } from "../../navigation/location.ts";
import { eventPath } from "../../navigation/page-paths.ts";
import { Button } from "../../parts/button.tsx";
import { TextField } from "../../parts/field.tsx";

export function Why() {
  const [eventId, setEventId] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    if (eventId.trim() !== "") navigate(eventPath(eventId.trim()));
  };
  return (
    <form class="fields narrow" onSubmit={submit} noValidate>
      <TextField
        label="Id of an event"
        hint="The id that EventBridge gave it, or that the answer to the source's message says."
        mono
        value={eventId}
        onInput={setEventId}
      />
      <div>
        <Button type="submit">Why?</Button>
      </div>
    </form>
  );
}
