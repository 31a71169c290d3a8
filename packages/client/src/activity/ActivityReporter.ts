import { encodeBase64Url } from "@sotto/e2ee";
import { emptyResultSchema, type ActivityReport, type Standing } from "@sotto/protocol";
import { jsonBody } from "../connection/jsonBody.ts";
import type { CallControlPlane } from "../connection/RpcClient.ts";
import type { LocalMediaState } from "../media/LocalMediaState.ts";
import type { ReadonlyStore } from "../store/Store.ts";

export interface ActivityReporterOptions {
  readonly selfId: string;
  readonly standing: ReadonlyStore<Pick<Standing, "permissions">>;
  readonly media: ReadonlyStore<LocalMediaState>;
  /** Ids of the people who are speaking. */
  readonly speakers: ReadonlyStore<ReadonlySet<string>>;
  /** How often we have reacted. */
  readonly reactions: () => number;
  readonly call: CallControlPlane;
}

const everyMs = 10_000;
/** What is switched on and off again within this time was not worth telling. */
const settleMs = 1_000;

/**
 * Tells the control plane what we do, for the meeting's statistics: whether microphone, camera and screen are on, how long
 * we have spoken, how often we reacted. Only where the meeting has statistics and we agreed to be in them, which is when
 * nats-server lets us; about nobody else; never what was said.
 */
export class ActivityReporter {
  readonly #options: ActivityReporterOptions;
  readonly #page = encodeBase64Url(crypto.getRandomValues(new Uint8Array(16)));
  readonly #stop: (() => void)[];
  #told: ActivityReport;
  #talkedMs = 0;
  #speakingSinceMs: number | null = null;
  #settling: ReturnType<typeof setTimeout> | undefined;

  /** Made by `Meeting.join`. */
  constructor(options: ActivityReporterOptions) {
    this.#options = options;
    const nothing = { microphone: false, camera: false, screen: false, talkedMs: 0, reactions: 0 };
    this.#told = { page: this.#page, ...nothing };
    const timer = setInterval(() => void this.#tell(), everyMs);
    this.#stop = [
      () => clearInterval(timer),
      options.media.subscribe(() => this.#tellSoon()),
      options.speakers.subscribe(() => this.#listen()),
    ];
  }

  /** What has not been told yet, as the body of a last report; null where there is nothing, or it is nobody's business. */
  lastWord(): Uint8Array | null {
    return this.#isCounted && this.#hasNews(this.#report()) ? jsonBody(this.#report()) : null;
  }

  /** Tells nothing any more. */
  dispose(): void {
    clearTimeout(this.#settling);
    for (const stop of this.#stop) stop();
  }

  get #isCounted(): boolean {
    return this.#options.standing.get().permissions.rpc.includes("activity");
  }

  #listen(): void {
    const isSpeaking = this.#options.speakers.get().has(this.#options.selfId);
    if (isSpeaking) this.#speakingSinceMs ??= performance.now();
    else {
      this.#talkedMs += this.#speakingMs();
      this.#speakingSinceMs = null;
    }
  }

  #speakingMs(): number {
    return this.#speakingSinceMs === null ? 0 : performance.now() - this.#speakingSinceMs;
  }

  #report(): ActivityReport {
    const { microphone, camera, screen } = this.#options.media.get();
    return {
      page: this.#page,
      microphone: microphone.enabled,
      camera: camera.enabled,
      screen: screen.enabled,
      talkedMs: Math.round(this.#talkedMs + this.#speakingMs()),
      reactions: this.#options.reactions(),
    };
  }

  #hasNews(report: ActivityReport): boolean {
    return JSON.stringify(report) !== JSON.stringify(this.#told);
  }

  #tellSoon(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      void this.#tell();
    }, settleMs);
  }

  async #tell(): Promise<void> {
    const report = this.#report();
    if (!this.#isCounted || !this.#hasNews(report)) return;
    try {
      await this.#options.call("activity", jsonBody(report), emptyResultSchema);
      this.#told = report;
    } catch {
      // The next report says it too.
    }
  }
}
