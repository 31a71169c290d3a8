import {
  subjects,
  type AdmissionRequest,
  type DirectKind,
  type JoinAnswer,
  type ModerateRequest,
} from "@sotto/protocol";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { connectAs, type TestParticipant } from "./connectAs.ts";
import { eventually } from "./eventually.ts";
import { joinAs } from "./joinAs.ts";
import type { TestServer } from "./startTestServer.ts";

/** Somebody in a meeting, connected to NATS. */
export interface Person extends TestParticipant {
  answer: JoinAnswer;
  cookie: string;
  sid: string;
  pid: string;
  /** What came on `to.<pid>.<kind>` so far. */
  told(kind: DirectKind): Record<string, unknown>[];
  /** Calls `moderate`; gives `ok` or the error's code. */
  moderate(request: ModerateRequest): Promise<string>;
  /** Calls `admission`; gives `ok` or the error's code. */
  decide(request: AdmissionRequest): Promise<string>;
  isConnected(): boolean;
  /** Resolves when the server has closed the connection. */
  kicked(): Promise<void>;
  /** Connects anew with the same secret, as a page does whose connection was closed. */
  reconnect(): Promise<Person>;
  /** Publishes without an answer being expected; gives whether nats-server took it. */
  mayPublish(subject: string, body?: string): Promise<boolean>;
}

/** Joins with a fresh token and connects. `node` is whose HTTP is used. */
export async function enter(server: TestServer, roomId: string, person: object = {}, node = server): Promise<Person> {
  const { answer, cookie } = await joinAs(node, { token: await server.joinToken(roomId, person) });
  return connectPerson(answer, cookie);
}

/** Connects with what a join answered; closed after the test. */
export async function connectPerson(answer: JoinAnswer, cookie: string): Promise<Person> {
  const participant = await connectAs(answer);
  const { client } = participant;
  onTestFinished(() => client.close());
  const { sessionId: sid, participantId: pid } = answer;
  const outcomeOf = async (method: "moderate" | "admission", request: object) => {
    const result = await participant.call(method, JSON.stringify(request));
    return result.ok ? "ok" : result.error.code;
  };
  const isConnected = () => client.socket.readyState === WebSocket.OPEN;
  return {
    ...participant,
    answer,
    cookie,
    sid,
    pid,
    told: (kind) => participant.events(subjects.to(sid, pid, kind)),
    moderate: (request) => outcomeOf("moderate", request),
    decide: (request) => outcomeOf("admission", request),
    isConnected,
    async kicked() {
      await eventually(() => !isConnected());
    },
    reconnect: () => connectPerson(answer, cookie),
    async mayPublish(subject, body = "{}") {
      const before = client.errors.length;
      client.publish(subject, body);
      await client.ping();
      return client.errors.length === before;
    },
  };
}
