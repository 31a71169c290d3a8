import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { ReturnBanner, type ReturnBannerProps } from "./ReturnBanner.tsx";

const lostAt = Date.now() - 12_000;

const inPage = (changes: Partial<ReturnBannerProps> = {}) =>
  function Specimen() {
    return (
      <main style={{ padding: "1rem" }}>
        <h1>Weekly planning</h1>
        <ReturnBanner awayMs={40_000} parts={["messages", "media"]} messages={0} lost={false} {...changes} />
      </main>
    );
  };

export const nothingMissed = inPage();
export const messagesCame = inPage({ awayMs: 118_000, messages: 3 });
export const lost = inPage({ messages: 1, lost: true });
export const media = inPage({ parts: ["media"] });

/** What stands there before. */
export function Away() {
  return (
    <main style={{ padding: "1rem" }}>
      <h1>Weekly planning</h1>
      <ConnectionBanner since={lostAt} parts={["messages", "media"]} />
    </main>
  );
}
