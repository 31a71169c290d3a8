import { Component, type ErrorInfo, type ReactNode } from "react";
import { Problem } from "../features/problem/Problem.tsx";
import { Shell } from "./Shell.tsx";

/** Catches what a view throws while rendering (a chunk that did not load, say), so that nobody looks at a blank page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidCatch(error: Error, info: ErrorInfo) {
    // The person's own console; nothing is sent anywhere.
    // oxlint-disable-next-line no-console
    console.error(error, info.componentStack);
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Shell>
        <Problem
          code="page_failed"
          onRetry={() => window.location.reload()}
          onHome={() => window.location.assign("/")}
        />
      </Shell>
    );
  }
}
