import { randomBytes } from "node:crypto";
import { nkeyAuthenticator, type NatsConnection } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import {
  jobReportResultSchema,
  jobSubjects,
  jobTokenResultSchema,
  rpcAnswerSchema,
  takeJobResultSchema,
  workerInboxRoot,
  type Job,
  type JoiningService,
  type JobMethod,
  type JobReport,
  type JobReportResult,
  type StoredRecording,
} from "@sotto/protocol";
import { z, type ZodType } from "zod";
import { JobError } from "./JobError.ts";

/** Where a worker finds the control plane's NATS, and the nkey seed that lets it in. */
export interface ControlPlaneAddress {
  /** `host:port`, or `nats://` and `tls://` addresses, of each nats-server. */
  readonly servers: readonly string[];
  readonly seed: string;
}

const requestTimeoutMs = 10_000;
const nothingSchema = z.object({});

/** A worker's connection: the four requests and the one broadcast of `protocol/jobs.ts`. It comes back by itself. */
export class ControlPlaneLink implements AsyncDisposable {
  readonly #connection: NatsConnection;

  /** Throws where nats-server cannot be reached or does not know the seed. */
  static async open({ servers, seed }: ControlPlaneAddress): Promise<ControlPlaneLink> {
    const connection = await connect({
      servers: [...servers],
      name: "sotto worker",
      authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
      inboxPrefix: `${workerInboxRoot}.${randomBytes(16).toString("base64url")}`,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      ignoreAuthErrorAbort: true,
      pingInterval: 10_000,
    });
    return new ControlPlaneLink(connection);
  }

  private constructor(connection: NatsConnection) {
    this.#connection = connection;
  }

  /** Calls `listener` when there is something to take or to stop, and when the connection came back. */
  onNews(listener: () => void): void {
    this.#connection.subscribe(jobSubjects.news, {
      callback: (error) => {
        if (error === null) listener();
      },
    });
    void (async () => {
      for await (const { type } of this.#connection.status()) if (type === "reconnect") listener();
    })();
  }

  /** The next job of that kind; null while there is none. */
  async take(kind: JoiningService): Promise<Job | null> {
    return (await this.#request("take", { kind }, takeJobResultSchema)).job;
  }

  /** A one-time service token, to join the job's session with. `refused` where the job is not ours or may not be done any more. */
  async serviceToken({ jobId, lease }: Pick<Job, "jobId" | "lease">): Promise<string> {
    return (await this.#request("token", { jobId, lease }, jobTokenResultSchema)).token;
  }

  /** Says how a job goes, and hears what is wanted of it. */
  report(report: JobReport): Promise<JobReportResult> {
    return this.#request("report", report, jobReportResultSchema);
  }

  /** Says that a recording is complete on disk; resolves when it is on record. */
  async stored(recording: StoredRecording): Promise<void> {
    await this.#request("stored", recording, nothingSchema);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#connection.close();
  }

  async #request<T>(method: JobMethod, body: object, schema: ZodType<T>): Promise<T> {
    let answer: unknown;
    try {
      const message = await this.#connection.request(jobSubjects.request(method), JSON.stringify(body), {
        timeout: requestTimeoutMs,
      });
      answer = message.json();
    } catch (cause) {
      throw new JobError("unreachable", "the control plane does not answer", { cause });
    }
    const parsed = rpcAnswerSchema.parse(answer);
    if (!parsed.ok) throw new JobError("refused", parsed.error.message);
    return schema.parse(parsed.result);
  }
}
