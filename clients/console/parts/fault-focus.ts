// Moves to the first wrong field after somebody has tried to go on: also when the service says so a moment later.
import { useEffect, useRef } from "preact/hooks";

/** Returns the element of the fields, and a function that says whether its first wrong field is to get the focus. */
export function useFaultFocus<E extends HTMLElement>() {
  const element = useRef<E>(null);
  const isWanted = useRef(false);
  useEffect(() => {
    if (!isWanted.current) return;
    const field = element.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (!field) return;
    isWanted.current = false;
    field.focus();
  });
  const want = (wanted: boolean) => {
    isWanted.current = wanted;
  };
  return { element, want };
}
