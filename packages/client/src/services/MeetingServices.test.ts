import { defaultRoomFeatures, noServices, type Consents, type ServiceStates } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { Store } from "../store/Store.ts";
import { MeetingServices } from "./MeetingServices.ts";

const one = "A".repeat(22);
const two = "B".repeat(22);
const asking = (jobId: string) => ({ state: "asking", jobId, startedBy: "Grace", since: 1 }) as const;

function given({ isReachable = true } = {}) {
  const room = new Store<ServiceStates>(noServices);
  const consents = new Store<Consents>({});
  const calls: [string, unknown][] = [];
  const services = new MeetingServices({
    features: defaultRoomFeatures,
    room,
    consents,
    call: (method, body, schema) => {
      calls.push([method, JSON.parse(new TextDecoder().decode(body))]);
      const result = schema.safeParse({});
      if (!isReachable || !result.success) return Promise.reject(new Error("not connected"));
      return Promise.resolve(result.data);
    },
  });
  return { room, consents, calls, services };
}

describe("a person is asked", () => {
  test("about each run once, until they answered or it is over", async () => {
    const { room, services, calls } = given();
    expect(services.questions.get()).toEqual([]);
    room.set({ ...noServices, recording: asking(one) });
    expect(services.questions.get()).toEqual([{ service: "recording", jobId: one, startedBy: "Grace" }]);
    await services.answer({ service: "recording", jobId: one }, true);
    expect(services.questions.get()).toEqual([]);
    expect(calls).toEqual([["consent", { service: "recording", jobId: one, agreed: true }]]);
    room.set({ ...noServices, recording: { ...asking(one), state: "on" } });
    expect(services.questions.get()).toEqual([]);
    expect(services.answerTo("recording")).toBe(true);

    room.set(noServices);
    room.set({ ...noServices, recording: asking(two) });
    expect(services.answerTo("recording")).toBeNull();
    expect(services.questions.get()).toMatchObject([{ jobId: two }]);
    room.set(noServices);
    expect(services.questions.get()).toEqual([]);
  });

  test("not again on a new page; what they answer there counts", async () => {
    const { room, consents, services } = given();
    room.set({ ...noServices, recording: asking(one) });
    consents.set({ recording: { jobId: one, agreed: true } });
    expect(services.questions.get()).toEqual([]);
    expect(services.answers.get().recording).toBe(true);
    await services.answer({ service: "recording", jobId: one }, false);
    // The server's word from before comes late.
    consents.set({ recording: { jobId: one, agreed: true } });
    expect(services.answers.get().recording).toBe(false);
  });

  test("and a refusal holds although the server cannot be told", async () => {
    const { room, services } = given({ isReachable: false });
    room.set({ ...noServices, transcription: asking(one) });
    await expect(services.answer({ service: "transcription", jobId: one }, false)).rejects.toThrow();
    expect(services.answers.get().transcription).toBe(false);
  });
});

test("what runs is told of when it changes only", () => {
  const { room, services } = given();
  let changes = 0;
  services.running.subscribe(() => changes++);
  room.set({ ...noServices, recording: asking(one) });
  room.set({ ...noServices, recording: { ...asking(one), state: "on" } });
  expect([...services.running.get()]).toEqual(["recording"]);
  expect(changes).toBe(1);
});

test("hosts start and stop, and are told why not", async () => {
  const { services, calls } = given();
  await services.start("recording");
  await services.stop("recording");
  await services.setLocalRecording(true);
  expect(calls).toEqual([
    ["service", { service: "recording", action: "start" }],
    ["service", { service: "recording", action: "stop" }],
    ["local-recording", { on: true }],
  ]);
  expect(services.refusalOf("recording")).toBeNull();
  expect(services.refusalOf("ai")).toBe("feature_disabled");
});
