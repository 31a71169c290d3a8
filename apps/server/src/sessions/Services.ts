import { randomBytes } from "node:crypto";
import { joiningServices, refusalOf, type JoiningService, type Service } from "@sotto/protocol";
import type { Logger } from "pino";
import { AppError } from "../platform/AppError.ts";
import type { KvEntry } from "../platform/nats/KvBucket.ts";
import { isInside, isPresent, takesPlace, type ParticipantRecord } from "./ParticipantRecord.ts";
import type { Participants } from "./Participants.ts";
import { isLive, type RoomRecord } from "./RoomRecord.ts";
import type { JobProgress, ServiceJobs } from "./ServiceJobs.ts";
import { isAdmitted, runningJobs, type ServiceRun } from "./ServiceRun.ts";
import type { ServiceTokens } from "./ServiceTokens.ts";
import type { Sessions } from "./Sessions.ts";
import type { Standings } from "./Standings.ts";
import type { State } from "./State.ts";

interface ServicesOptions {
  state: State;
  sessions: Sessions;
  participants: Participants;
  standings: Standings;
  tokens: ServiceTokens;
  /** Null where no process of this installation records or transcribes. */
  jobs: ServiceJobs | null;
  log: Logger;
}

/** A room that is live, and somebody's or nobody's wish that a service runs in it. */
interface Start {
  room: RoomRecord;
  service: JoiningService;
  startedBy: string | null;
  isAutomatic: boolean;
}

/** How long a page may take to say that it keeps its media from the service. */
const guardMs = 10_000;
/** How long those are waited for who are just coming in, and may not stay. */
const comingMs = 3_000;
/** How long a process may take to take the job, to join, and to begin. */
const admissionMs = 30_000;

const isJoining = (service: Service): service is JoiningService => joiningServices.some((each) => each === service);

/**
 * What records or transcribes a meeting, from the wish to the end (docs/adr/0017). A run goes through the phases of
 * {@link ServiceRun} by compare-and-set on the room's record; deadlines stand there too, every node sweeps them, and none
 * is lost with a node. Between "asking" and "admitting" lies the point that counts: from then on no page has a media
 * connection that did not say that it keeps its media from the service, unless its person agreed.
 */
export class Services {
  readonly #options: ServicesOptions;

  constructor(options: ServicesOptions) {
    this.#options = options;
    options.jobs?.onProgress((progress) => this.#inBackground(this.#follow(progress)));
  }

  /** Begins to ask everybody; nothing where it is asked or on already. Throws where the room may not have the service. */
  async start(room: RoomRecord, service: Service, { name, hidden }: ParticipantRecord): Promise<void> {
    const refusal = refusalOf(service, room.features);
    if (refusal !== null) throw AppError.serviceRefused(service, refusal);
    if (!isJoining(service)) throw AppError.serviceRefused(service, "feature_disabled");
    if (this.#options.jobs === null) {
      throw new AppError("unavailable", "no process of this installation does that; its operator can add one");
    }
    await this.#ask({ room, service, startedBy: hidden ? null : name, isAutomatic: false });
  }

  /** Ends it, and puts its process out of the meeting. */
  async stop(room: RoomRecord, service: Service): Promise<void> {
    if (isJoining(service)) await this.#end(room, service, { failure: null });
  }

  /**
   * Goes on with whatever of a room's services waits for something: a first host, pages, a process. `people`: as this node
   * remembers them; nothing is let in because of it.
   */
  async attend({ value: room }: KvEntry<RoomRecord>, people: ParticipantRecord[], now: number): Promise<void> {
    if (!isLive(room)) return;
    for (const service of joiningServices) {
      const run = room.services[service];
      if (run.phase === "asking") await this.#admit(room, service, run, people, now);
      if (run.phase === "admitting" && run.until <= now) await this.#fail(room, service, run.jobId, []);
    }
    const running = runningJobs(room.services);
    const strays = people.filter((each) => each.service && isPresent(each) && !running.includes(each.service.jobId));
    await Promise.all(strays.map((stray) => this.#putOut(stray)));
    const { enable_auto_cloud_recording: isAutomatic } = room.features.recording_features;
    if (!isAutomatic || room.autoStarted || refusalOf("recording", room.features) !== null) return;
    if (!people.some(({ role, hidden, presence }) => role === "host" && !hidden && presence.state === "online")) return;
    await this.#ask({ room, service: "recording", startedBy: null, isAutomatic: true });
  }

  /** A token for the process that took this job. Throws where the job is not one that runs, or may not any more. */
  async tokenFor(jobId: string): Promise<string> {
    const { tokens, sessions } = this.#options;
    const found = this.#find(jobId);
    if (found === null || !isAdmitted(found.room.services, found.service, jobId)) throw AppError.consentMissing();
    const { service } = found;
    const refusal = refusalOf(service, found.room.features);
    if (refusal !== null) throw AppError.serviceRefused(service, refusal);
    // From here on a process may see and hear, which the receipt tells.
    const room = await sessions.changeRoom(found.room, (record) =>
      record.servicesUsed.includes(service) ? record : { ...record, servicesUsed: [...record.servicesUsed, service] },
    );
    if (room === null) throw AppError.sessionEnded();
    return tokens.issue({ service, sid: room.sessionId, room_id: room.roomId, job: jobId });
  }

  /** Another process goes on with a job: the one before it, which may only be lost, is out. */
  async keepOnly({ sessionId, participantId }: Pick<ParticipantRecord, "sessionId" | "participantId">, jobId: string) {
    await this.#putOutOf(
      sessionId,
      (person) => person.service?.jobId === jobId && person.participantId !== participantId,
    );
  }

  async #ask({ room, service, startedBy, isAutomatic }: Start): Promise<void> {
    const now = Date.now();
    const jobId = randomBytes(16).toString("base64url");
    await this.#options.sessions.changeRoom(room, (record) => {
      const autoStarted = record.autoStarted || isAutomatic;
      if (isAutomatic && record.autoStarted) return record;
      if (record.services[service].phase !== "off") return isAutomatic ? { ...record, autoStarted } : record;
      const run: ServiceRun = { phase: "asking", jobId, startedBy, since: now, until: now + guardMs };
      return withRun({ ...record, autoStarted }, service, run);
    });
  }

  /** Lets the process in when every page that may send media keeps it from the service, or gives up. */
  async #admit(
    room: RoomRecord,
    service: JoiningService,
    run: Extract<ServiceRun, { phase: "asking" }>,
    remembered: ParticipantRecord[],
    now: number,
  ): Promise<void> {
    const { state, sessions, standings, jobs } = this.#options;
    const isAwaited = ({ presence }: ParticipantRecord) =>
      presence.state === "online" || (presence.state === "joining" && now < run.since + comingMs);
    const missingOf = (people: ParticipantRecord[]) =>
      people.filter((person) => isAwaited(person) && !isGuarded(person, run.jobId));
    if (run.until > now && missingOf(remembered).length > 0) return;

    const people = (await state.participants.entries(room.sessionId)).map(({ value }) => value);
    const missing = missingOf(people);
    if (missing.length > 0 && run.until > now) return;
    const names = missing.map(({ name }) => name);
    if (missing.length > 0) return this.#fail(room, service, run.jobId, names);
    if (jobs === null) return this.#fail(room, service, run.jobId, []);

    const { jobId } = run;
    let isFirst = false;
    const admitting = await sessions.changeRoom(room, (record) => {
      const current = record.services[service];
      isFirst = current.phase === "asking" && current.jobId === jobId;
      if (!isFirst || current.phase === "off") return record;
      const { startedBy, since } = current;
      return withRun(record, service, { phase: "admitting", jobId, startedBy, since, until: now + admissionMs });
    });
    if (admitting === null || !isFirst) return;
    // Whoever is away, or just coming in, has no media connection from here on before their page says that it is guarded.
    const unguarded = people.filter((person) => isInside(person) && !isGuarded(person, jobId));
    await Promise.all(unguarded.map((person) => standings.settlePages(person)));
    const { sessionId, roomId, title: roomTitle, features } = admitting;
    await jobs.start({ jobId, kind: service, sessionId, roomId, roomTitle, features }).catch(async (error: unknown) => {
      this.#options.log.warn({ err: error, sessionId, service }, "no process could be asked to do this");
      await this.#fail(room, service, jobId, []);
    });
  }

  /** What a process says of its job. */
  async #follow({ jobId, state }: JobProgress): Promise<void> {
    const found = this.#find(jobId);
    if (found === null) return;
    const { room, service } = found;
    if (state === "finished") return this.#end(room, service, { jobId, failure: null });
    if (state === "failed") return this.#fail(room, service, jobId, []);
    await this.#options.sessions.changeRoom(room, (record) => {
      const run = record.services[service];
      if (run.phase !== "admitting" || run.jobId !== jobId) return record;
      return state === "running"
        ? withRun(record, service, { phase: "on", jobId, startedBy: run.startedBy, since: Date.now() })
        : withRun(record, service, { ...run, until: Date.now() + admissionMs });
    });
  }

  async #fail(room: RoomRecord, service: JoiningService, jobId: string, people: string[]): Promise<void> {
    const code = people.length > 0 ? "consent_missing" : "unavailable";
    await this.#end(room, service, { jobId, failure: { code, people } });
  }

  /** Ends the run `jobId` of a service, or whichever there is. */
  async #end(
    { roomId, sessionId }: RoomRecord,
    service: JoiningService,
    { jobId, failure }: { jobId?: string; failure: Extract<ServiceRun, { phase: "off" }>["failure"] },
  ): Promise<void> {
    const { sessions, jobs } = this.#options;
    const ended: string[] = [];
    await sessions.changeRoom({ roomId, sessionId }, (record) => {
      ended.length = 0;
      const run = record.services[service];
      if (run.phase === "off" || (jobId !== undefined && run.jobId !== jobId)) return record;
      ended.push(run.jobId);
      return withRun(record, service, { phase: "off", failure });
    });
    const [endedJob] = ended;
    if (endedJob === undefined) return;
    await jobs?.stop(endedJob);
    await this.#putOutOf(sessionId, ({ service: its }) => its?.jobId === endedJob);
  }

  async #putOutOf(sessionId: string, isMeant: (person: ParticipantRecord) => boolean): Promise<void> {
    const people = await this.#options.state.participants.entries(sessionId);
    await Promise.all(people.flatMap(({ value }) => (isMeant(value) ? this.#putOut(value) : [])));
  }

  async #putOut({ sessionId, participantId }: ParticipantRecord): Promise<void> {
    await this.#options.participants.remove(sessionId, participantId, { reason: "removed" }, () => true);
  }

  #find(jobId: string): { room: RoomRecord; service: JoiningService } | null {
    for (const { value: room } of this.#options.state.rooms.memory.values()) {
      const service = joiningServices.find((each) => {
        const run = room.services[each];
        return run.phase !== "off" && run.jobId === jobId;
      });
      if (service !== undefined && isLive(room)) return { room, service };
    }
    return null;
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#options.log.warn({ err: error }, "a job's progress was not noted"));
  }
}

/** Whether a person's page keeps their media from a run, unless they agree. Whoever is hidden, or a service, sends none. */
function isGuarded(person: ParticipantRecord, jobId: string): boolean {
  return !takesPlace(person) || person.hidden || (person.seat ?? person.pending?.seat)?.guards.includes(jobId) === true;
}

function withRun(room: RoomRecord, service: JoiningService, run: ServiceRun): RoomRecord {
  return { ...room, services: { ...room.services, [service]: run } };
}
