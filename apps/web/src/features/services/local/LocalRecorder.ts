import { Store, type Meeting, type ReadonlyStore } from "@sotto/client";
import { Composition } from "./Composition.ts";
import { openRecordingFile, type RecordingFile } from "./openRecordingFile.ts";

export type LocalRecorderStatus = "off" | "starting" | "on" | "saving";

const mimeType = "video/webm";
/** A part is written this often: so much is lost when the browser crashes. */
const partMs = 1_000;

interface Running {
  recorder: MediaRecorder;
  composition: Composition;
  file: RecordingFile;
  stopFollowing: () => void;
}

/**
 * Records what the person sees and hears into a file of theirs. Everybody is told first, and where they cannot be, nothing
 * is recorded.
 */
export class LocalRecorder {
  readonly #meeting: Meeting;
  readonly #status = new Store<LocalRecorderStatus>("off");
  #running: Running | null = null;
  #failed = false;

  constructor(meeting: Meeting) {
    this.#meeting = meeting;
  }

  get status(): ReadonlyStore<LocalRecorderStatus> {
    return this.#status;
  }

  /** To be called in a click: the browser asks where to save. Throws where it does not work; off then. */
  async start(fileName: string): Promise<void> {
    if (this.#status.get() !== "off") return;
    this.#status.set("starting");
    try {
      const file = await openRecordingFile(`${fileName}.webm`, mimeType);
      if (file === null) return this.#status.set("off");
      await this.#meeting.services.setLocalRecording(true);
      this.#record(file);
      this.#status.set("on");
    } catch (error) {
      this.#status.set("off");
      throw error;
    }
  }

  /** Ends it; resolves when the file is complete. Throws where it could not be written. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    this.#status.set("saving");
    const { recorder, composition, file, stopFollowing } = running;
    const ended = new Promise<void>((resolve) => recorder.addEventListener("stop", () => resolve(), { once: true }));
    if (recorder.state === "inactive") stopFollowing();
    else {
      recorder.stop();
      await ended;
      stopFollowing();
    }
    composition[Symbol.dispose]();
    try {
      await file.close();
      if (this.#failed) throw new Error("a part of the recording could not be written");
    } finally {
      this.#status.set("off");
      // Whoever is not connected, or no host any more, is not shown as recording anyway.
      await this.#meeting.services.setLocalRecording(false).catch(() => undefined);
    }
  }

  #record(file: RecordingFile): void {
    const { tracks } = this.#meeting;
    const composition = new Composition();
    const show = () => composition.show(tracks.get(), (id) => this.#meeting.nameOf(id));
    show();
    const stopFollowing = tracks.subscribe(show);
    const recorder = new MediaRecorder(composition.stream(), { mimeType });
    this.#failed = false;
    recorder.addEventListener("dataavailable", ({ data }) => {
      file.write(data).catch(() => {
        this.#failed = true;
      });
    });
    recorder.start(partMs);
    this.#running = { recorder, composition, file, stopFollowing };
  }
}
