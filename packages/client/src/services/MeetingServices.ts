import {
  consentTo,
  emptyResultSchema,
  joiningServices,
  refusalOf,
  type ConsentRequest,
  type Consents,
  type GuardedRequest,
  type JoiningService,
  type LocalRecordingRequest,
  type RoomFeatures,
  type RpcMethod,
  type Service,
  type ServiceRefusal,
  type ServiceRequest,
  type ServiceStates,
} from "@sotto/protocol";
import { jsonBody } from "../connection/jsonBody.ts";
import type { CallControlPlane } from "../connection/RpcClient.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";

/** That our person is asked whether a service may record or transcribe them. */
export interface ServiceQuestion {
  readonly service: JoiningService;
  readonly jobId: string;
  /** Name of the host who started it; null where it starts by itself. */
  readonly startedBy: string | null;
}

/** Per service: agreed, refused, or null where there is no answer, or nothing to answer. */
export type Answers = Readonly<Record<JoiningService, boolean | null>>;

export interface MeetingServicesOptions {
  readonly features: RoomFeatures;
  readonly room: ReadonlyStore<ServiceStates>;
  /** What the server has of our own answers, from a page before this one too. */
  readonly consents: ReadonlyStore<Consents>;
  readonly call: CallControlPlane;
}

/**
 * What records or transcribes the meeting, what we answer to it, and what hosts do about it. What we answered here holds at
 * once; what the server has of an earlier page of ours holds until then.
 */
export class MeetingServices {
  readonly #options: MeetingServicesOptions;
  readonly #running = new Store<ReadonlySet<JoiningService>>(new Set());
  readonly #answers = new Store<Answers>({ recording: null, transcription: null });
  readonly #questions = new Store<readonly ServiceQuestion[]>([]);
  readonly #stop: (() => void)[];
  /** What our person has just started, and by that agreed to. */
  readonly #starting = new Set<Service>();
  #given: Consents = {};

  /** Made by `Meeting.join`. */
  constructor(options: MeetingServicesOptions) {
    this.#options = options;
    const derive = () => this.#derive();
    this.#stop = [options.room.subscribe(derive), options.consents.subscribe(derive)];
    derive();
  }

  /** What our person has not answered yet. */
  get questions(): ReadonlyStore<readonly ServiceQuestion[]> {
    return this.#questions;
  }

  /** What our person answered to what runs now. */
  get answers(): ReadonlyStore<Answers> {
    return this.#answers;
  }

  /** Services that run or are about to. */
  get running(): ReadonlyStore<ReadonlySet<JoiningService>> {
    return this.#running;
  }

  /** Why this meeting has a service not; null where it may. */
  refusalOf(service: Service): ServiceRefusal | null {
    return refusalOf(service, this.#options.features);
  }

  /** What our person answered to the run that is on or asked about now; null where they did not, or nothing runs. */
  answerTo(service: JoiningService): boolean | null {
    return this.#answers.get()[service];
  }

  /**
   * Starts a service: everybody else is asked; what comes of it is the room's state. For hosts, who agree by it. Throws a `SottoError`:
   * `key_model_forbids` or `feature_disabled` where the meeting may not have it.
   */
  async start(service: Service): Promise<void> {
    this.#starting.add(service);
    try {
      await this.#send("service", { service, action: "start" } satisfies ServiceRequest);
    } catch (error) {
      this.#starting.delete(service);
      throw error;
    }
  }

  /** Stops a service. For hosts. Throws a `SottoError`. */
  stop(service: Service): Promise<void> {
    return this.#send("service", { service, action: "stop" } satisfies ServiceRequest);
  }

  /**
   * Answers for our person, which may be changed later. A refusal holds from the moment of the call, whatever becomes of
   * it. Throws a `SottoError` where the server could not be told.
   */
  async answer({ service, jobId }: Pick<ServiceQuestion, "service" | "jobId">, agreed: boolean): Promise<void> {
    this.#given = { ...this.#given, [service]: { jobId, agreed } };
    this.#derive();
    await this.#send("consent", { service, jobId, agreed } satisfies ConsentRequest);
  }

  /** Says that our media is kept from a run. */
  sayGuarded(service: JoiningService, jobId: string): Promise<void> {
    return this.#send("guarded", { service, jobId } satisfies GuardedRequest);
  }

  /** Tells everybody that we record on our own device, or do not any more. For hosts. Throws a `SottoError`. */
  setLocalRecording(on: boolean): Promise<void> {
    return this.#send("local-recording", { on } satisfies LocalRecordingRequest);
  }

  dispose(): void {
    for (const stop of this.#stop) stop();
  }

  #derive(): void {
    const states = this.#options.room.get();
    const running = new Set(joiningServices.filter((service) => states[service].state !== "off"));
    const answers = { recording: this.#read("recording"), transcription: this.#read("transcription") };
    const known = this.#answers.get();
    const isOther = joiningServices.some((service) => running.has(service) !== this.#running.get().has(service));
    if (isOther) this.#running.set(running);
    if (joiningServices.some((service) => answers[service] !== known[service])) this.#answers.set(answers);
    const open = joiningServices.flatMap((service): ServiceQuestion[] => {
      const state = states[service];
      if (state.state === "off" || this.answerTo(service) !== null) return [];
      // Where the server could not be told, the person is asked like everybody else.
      if (this.#starting.delete(service)) {
        void this.answer({ service, jobId: state.jobId }, true).catch(() => undefined);
        return [];
      }
      return [{ service, jobId: state.jobId, startedBy: state.startedBy }];
    });
    const before = this.#questions.get();
    const isSame = open.length === before.length && open.every(({ jobId }, index) => jobId === before[index]?.jobId);
    if (!isSame) this.#questions.set(open);
  }

  #read(service: JoiningService): boolean | null {
    const state = this.#options.room.get()[service];
    return consentTo(service, this.#given, state) ?? consentTo(service, this.#options.consents.get(), state);
  }

  async #send(method: RpcMethod, request: object): Promise<void> {
    await this.#options.call(method, jsonBody(request), emptyResultSchema);
  }
}
