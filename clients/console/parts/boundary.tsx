// Catches what a page throws while it is drawn, so that the frame stays.
import { Component, type ComponentChildren } from "preact";
import { FailurePanel } from "./failure.tsx";

type Props = { children: ComponentChildren };

export class Boundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static override getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    return error === undefined ? this.props.children : <FailurePanel error={error} />;
  }
}
