// The console as a whole: the door, or the frame with its pages.
import { session } from "../data/session.ts";
import { Door } from "./door.tsx";
import { Frame } from "./frame.tsx";

export function Console() {
  const state = session.value;
  return "me" in state ? <Frame /> : <Door state={state} />;
}
