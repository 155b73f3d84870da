// Asks before a form with changes is left that nobody has saved.
import { useEffect, useRef } from "preact/hooks";
import { guardLeaving } from "../../navigation/location.ts";

/** Returns the function that ends this: it is saved. */
export function useUnsaved(isChanged: boolean): () => void {
  const release = useRef(() => {});
  useEffect(() => {
    if (!isChanged) return;
    release.current = guardLeaving(() => globalThis.confirm("Leave, and lose what you have typed?"));
    return release.current;
  }, [isChanged]);
  return () => release.current();
}
