// Something that a person does with a button: under way once at a time, and its failure is kept to be shown.
import { useState } from "preact/hooks";

type Act<A extends unknown[]> = {
  /** Returns whether it succeeded. */
  run: (...given: A) => Promise<boolean>;
  isRunning: boolean;
  error: unknown;
  forget: () => void;
};

export function useAction<A extends unknown[]>(act: (...given: A) => Promise<unknown>): Act<A> {
  const [state, setState] = useState<{ isRunning: boolean; error: unknown }>(IDLE);
  const run = async (...given: A) => {
    if (state.isRunning) return false;
    setState({ isRunning: true, error: undefined });
    try {
      await act(...given);
      setState(IDLE);
      return true;
    } catch (error) {
      setState({ isRunning: false, error });
      return false;
    }
  };
  return { ...state, run, forget: () => setState(IDLE) };
}

const IDLE = { isRunning: false, error: undefined };
