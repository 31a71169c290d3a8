import { CookieJar, startStack, type Stack } from "@sotto/dev-env";
import type { JoinAnswer } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { ConnectionState } from "./connection/ConnectionState.ts";
import { SottoApi } from "./api/SottoApi.ts";
import { createEndedSessions } from "./encryption/EndedSessions.ts";
import type { JoinOptions } from "./JoinOptions.ts";
import { Meeting } from "./Meeting.ts";
import { SottoError } from "./SottoError.ts";
import { CutProxy } from "./testing/CutProxy.ts";
import { until } from "./testing/until.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

let rooms = 0;
async function newRoom(): Promise<string> {
  const end_to_end_encryption_features = { is_enabled: true, enabled_self_insert_encryption_key: true };
  return stack.createRoom({ roomId: `secret-${++rooms}`, features: { end_to_end_encryption_features } });
}

/** Somebody's browser, and the token they came with. */
async function visitor(roomId: string, name: string, { host = false, origin = stack.origin } = {}) {
  const cookies = new CookieJar();
  const token = await stack.newJoinToken({ roomId, name, host });
  const posts: string[] = [];
  const lies: ((answer: JoinAnswer) => unknown)[] = [];
  const browse: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    if (request.method === "POST") posts.push(`${pathname} ${await request.clone().text()}`);
    const response = await cookies.fetch(request);
    if (pathname !== "/api/join" || !response.ok) return response;
    const answer = (await response.json()) as JoinAnswer;
    return Response.json(lies.reduce<unknown>((told, lie) => lie(told as JoinAnswer), answer));
  };
  const join = async (text: string, options: Partial<JoinOptions> & { open?: boolean } = {}) => {
    const { open = host, ...others } = options;
    const credential = { kind: "token" as const, token };
    const passphrase = { text, open };
    const meeting = await Meeting.join({ origin, credential, media: null, fetch: browse, passphrase, ...others });
    onTestFinished(() => meeting.leave());
    return meeting;
  };
  const fails = async (text: string, options: Partial<JoinOptions> & { open?: boolean } = {}) => {
    const outcome = await join(text, options).catch((error: unknown) => error);
    if (!(outcome instanceof SottoError)) throw new Error(`${name} got in.`);
    return outcome;
  };
  return { join, fails, browse, posts, lies };
}

const seatOf = ({ participantId }: SottoError) => {
  if (participantId === undefined) throw new Error("There is no seat.");
  return { credential: { kind: "resume" as const, participantId } };
};

async function expectToTalk(one: Meeting, other: Meeting): Promise<void> {
  const text = crypto.randomUUID();
  await one.chat.send(text);
  const messages = await until(other.chat.messages, (all) => all.some((message) => message.text === text));
  expect(messages.at(-1)).toMatchObject({ participantId: one.info.participantId });
  expect(other.chat.undecryptable.get()).toBe(0);
}

describe("the right passphrase", () => {
  test("the host opens, others get in with the same words however they are typed", async () => {
    const roomId = await newRoom();
    const ada = await (await visitor(roomId, "Ada", { host: true })).join("Caf\u00e9 am See");
    const ben = await (await visitor(roomId, "Ben")).join("  Cafe\u0301\u00a0am  See ");
    expect(ben.info).toMatchObject({
      e2eeModel: "passphrase",
      passphrase: { openedBy: "Ada", mayPutInLink: true },
      sessionId: ada.info.sessionId,
    });
    await expectToTalk(ada, ben);
    await expectToTalk(ben, ada);
  });

  test("nothing but salt and check leaves the opener's page, and nothing at all a joiner's", async () => {
    const roomId = await newRoom();
    const [ada, ben] = [await visitor(roomId, "Ada", { host: true }), await visitor(roomId, "Ben")];
    await ada.join("correct horse");
    await ben.join("correct horse");
    expect(ada.posts.map((post) => post.split(" ")[0])).toEqual(["/api/join", "/api/opening"]);
    expect(Object.keys(JSON.parse(ada.posts[1]!.split(" ")[1]!) as object).toSorted()).toEqual([
      "check",
      "openerSalt",
      "participantId",
      "sessionId",
    ]);
    expect(ben.posts).toHaveLength(1);
    expect(ben.posts[0]).toMatch(/^\/api\/join \{"senderNonce":"[\w-]{22}"\}$/);
  });

  test("two hosts at once: one opens, both are in with the same passphrase", async () => {
    const roomId = await newRoom();
    const [ada, ben] = [await visitor(roomId, "Ada", { host: true }), await visitor(roomId, "Ben", { host: true })];
    const [one, other] = await Promise.all([ada.join("same"), ben.join("same")]);
    expect(one.info.passphrase?.openedBy).toBe(other.info.passphrase?.openedBy);
    expect(ada.posts.concat(ben.posts).filter((post) => post.startsWith("/api/opening"))).toHaveLength(2);
    await expectToTalk(one, other);
  });

  test("a connection beyond repair is replaced with the same keys, without asking again", async () => {
    const roomId = await newRoom();
    const network = await CutProxy.start(stack.origin);
    onTestFinished(() => network[Symbol.asyncDispose]());
    const ada = await (await visitor(roomId, "Ada", { host: true })).join("correct horse");
    const visit = await visitor(roomId, "Ben", { origin: network.origin });
    const ben = await visit.join("correct horse");
    network.refuse();
    await until(ben.connection, ({ status }) => status === "reconnecting");
    const { participantId } = ben.info;
    const other = await visit.join("correct horse", {
      origin: stack.origin,
      credential: { kind: "resume", participantId },
    });
    network.allow();
    await until(ben.connection, ({ status }) => status === "connected");
    await until(other.connection, ({ status }) => status === "ended");
    await expectToTalk(ben, ada);
    await expectToTalk(ada, ben);
  });
});

describe("the wrong passphrase", () => {
  test("is an error with the opener's name and a seat; the next attempt may be right", async () => {
    const roomId = await newRoom();
    const ada = await (await visitor(roomId, "Ada", { host: true })).join("correct horse");
    const ben = await visitor(roomId, "Ben");
    const first = await ben.fails("correct house");
    expect(first).toMatchObject({ code: "passphrase_wrong", openedBy: "Ada" });
    const again = await ben.fails("Correct horse", seatOf(first));
    expect(again).toMatchObject({ code: "passphrase_wrong", participantId: first.participantId });
    await expectToTalk(ada, await ben.join("correct horse", seatOf(again)));
  });

  test("the slower of two openers is told, and opens nothing", async () => {
    const roomId = await newRoom();
    const [ada, ben] = [await visitor(roomId, "Ada", { host: true }), await visitor(roomId, "Ben", { host: true })];
    const outcomes = await Promise.allSettled([ada.join("one"), ben.join("two")]);
    const [lost] = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as SottoError] : []));
    const [won] = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    expect(lost).toMatchObject({ code: "passphrase_wrong", openedBy: won?.info.name });
  });

  test.each([
    ["nothing", ""],
    ["only white space", " \u00a0\t"],
    ["1025 bytes", "x".repeat(1025)],
    ["a control character", "a\u0000b"],
    ["half of an emoji", "a\ud83d"],
  ])("%s is refused before anything is sent", async (_what, text) => {
    const ben = await visitor(await newRoom(), "Ben");
    expect(await ben.fails(text)).toMatchObject({ code: "passphrase_invalid", participantId: undefined });
    expect(ben.posts).toEqual([]);
  });

  test.each([
    ["emoji", "\u{1f469}\u200d\u{1f680} \u{1f600}"],
    ["right to left", "\u0633\u0644\u0627\u0645 \u05e9\u05dc\u05d5\u05dd"],
    ["1024 bytes", "\u8a9e".repeat(341) + "x"],
  ])("%s is a passphrase like any other", async (_what, text) => {
    const roomId = await newRoom();
    const ada = await (await visitor(roomId, "Ada", { host: true })).join(text);
    await expectToTalk(await (await visitor(roomId, "Ben")).join(text), ada);
  });
});

describe("before a room is open", () => {
  test("who may not open keeps the token, and gets in with it later", async () => {
    const roomId = await newRoom();
    const host = await visitor(roomId, "Ada", { host: true });
    const ben = await visitor(roomId, "Ben");
    expect(await ben.fails("correct horse", { open: true })).toMatchObject({
      code: "not_opened",
      participantId: undefined,
    });
    const ada = await host.join("correct horse");
    await expectToTalk(await ben.join("correct horse"), ada);
  });

  test("who may open but does not mean to opens nothing", async () => {
    const ada = await visitor(await newRoom(), "Ada", { host: true });
    const error = await ada.fails("correct horse", { open: false });
    expect(error.code).toBe("not_opened");
    expect(ada.posts.some((post) => post.startsWith("/api/opening"))).toBe(false);
    await ada.join("correct horse", { ...seatOf(error), open: true });
  });

  test("a join without a passphrase is told that one is needed", async () => {
    const roomId = await newRoom();
    const ada = await visitor(roomId, "Ada", { host: true });
    const token = await stack.newJoinToken({ roomId, host: true });
    const joining = Meeting.join({ origin: stack.origin, credential: { kind: "token", token }, media: null });
    await expect(joining).rejects.toMatchObject({ code: "passphrase_required" });
    expect(ada.posts).toEqual([]);
  });
});

describe("beginning again", () => {
  const isOver = ({ status }: ConnectionState) => status === "ended";

  test("a host gives the room a new session: everybody is out, and in again with the new passphrase alone", async () => {
    const roomId = await newRoom();
    const [ada, ben] = [await visitor(roomId, "Ada", { host: true }), await visitor(roomId, "Ben")];
    const before = { ada: await ada.join("old"), ben: await ben.join("old") };
    await expect(before.ben.restart()).rejects.toMatchObject({ code: "not_allowed" });
    expect(before.ben.connection.get()).toEqual({ status: "connected" });
    await before.ada.restart();
    const over = { status: "ended", reason: "restarted" };
    expect(before.ada.connection.get()).toEqual(over);
    expect(await until(before.ben.connection, isOver)).toEqual(over);

    const seat = ({ info }: Meeting) => ({
      credential: { kind: "resume" as const, participantId: info.participantId },
    });
    expect(await ben.fails("new", seat(before.ben))).toMatchObject({ code: "not_opened" });
    const again = await ada.join("new", seat(before.ada));
    expect(again.info.sessionId).not.toBe(before.ada.info.sessionId);
    expect(await ben.fails("old", seat(before.ben))).toMatchObject({ code: "passphrase_wrong", openedBy: "Ada" });
    await expectToTalk(await ben.join("new", seat(before.ben)), again);
  });

  test("a page that opens the session before is told, and opens the new one only when it is told to", async () => {
    const roomId = await newRoom();
    const [ada, ben] = [await visitor(roomId, "Ada", { host: true }), await visitor(roomId, "Ben", { host: true })];
    const { participantId = "", sessionId = "" } = await ben.fails("any", { open: false });
    const api = new SottoApi(stack.origin, { fetch: ben.browse });
    /** Ada's opening is on its way while Ben begins again. */
    const slow: typeof fetch = async (input, init) => {
      if (new URL(input as string).pathname === "/api/opening") await api.restart({ sessionId, participantId });
      return ada.browse(input, init);
    };
    const late = await ada.fails("for the session before", { fetch: slow });
    expect(late).toMatchObject({ code: "session_replaced", sessionId });
    await expect(api.restart({ sessionId, participantId })).rejects.toMatchObject({ code: "session_replaced" });
    const again = await ada.join("for this one", seatOf(late));
    expect(again.info.sessionId).not.toBe(sessionId);
    await expectToTalk(await ben.join("for this one", { credential: { kind: "resume", participantId } }), again);
  });

  test("the same passphrase in the same page gives other keys, every one of them", async () => {
    const ada = await visitor(await newRoom(), "Ada", { host: true });
    const [bits, keys] = [vi.spyOn(crypto.subtle, "deriveBits"), vi.spyOn(crypto.subtle, "deriveKey")];
    onTestFinished(() => [bits, keys].forEach((spy) => spy.mockRestore()));
    /** What WebCrypto derived since the last look; keys that cannot be read are derived once more, as bytes. */
    const derived = async () => {
      const unreadable = keys.mock.calls.map(([algorithm, material]) =>
        crypto.subtle.deriveBits(algorithm as HkdfParams, material, 256),
      );
      const all = await Promise.all([
        ...bits.mock.results.map(({ value }) => value as Promise<ArrayBuffer>),
        ...unreadable,
      ]);
      for (const spy of [bits, keys]) spy.mockClear();
      return new Set(all.map((key) => Buffer.from(key).toString("hex")));
    };
    const first = await ada.join("the same words");
    await first.chat.send("one");
    const before = await derived();
    await first.restart();
    const { participantId } = first.info;
    const second = await ada.join("the same words", { credential: { kind: "resume", participantId } });
    await second.chat.send("one");
    const after = await derived();
    expect([before.size, after.size]).toEqual([2, 2]); // the check and the key of what Ada writes
    expect([...before].filter((key) => after.has(key))).toEqual([]);
  });

  test("of two hosts who begin again at once one does, and both are out", async () => {
    const roomId = await newRoom();
    const [ada, ben] = [await visitor(roomId, "Ada", { host: true }), await visitor(roomId, "Ben", { host: true })];
    const meetings = [await ada.join("old"), await ben.join("old")];
    await Promise.all(meetings.map((meeting) => meeting.restart()));
    const over = { status: "ended", reason: "restarted" };
    expect(meetings.map(({ connection }) => connection.get())).toEqual([over, over]);
  });
});

describe("a server that lies", () => {
  const offer = (e2ee: object) => (answer: JoinAnswer) => ({ ...answer, e2ee: { ...answer.e2ee, ...e2ee } });

  test.each([
    ["another version of the key schedule", offer({ version: "v2" })],
    ["cheaper Argon2 parameters", offer({ memory: 8 })],
    [
      "cheaper Argon2 parameters in the opening",
      (answer: JoinAnswer) =>
        answer.e2ee.model === "passphrase"
          ? offer({ opening: { ...answer.e2ee.opening, iterations: 1 } })(answer)
          : null,
    ],
    ["a key of its own", offer({ secret: "A".repeat(43) })],
    ["a room without encryption", (answer: JoinAnswer) => ({ ...answer, e2ee: { model: "none" } })],
    [
      "a room with its own key",
      (answer: JoinAnswer) => ({
        ...answer,
        e2ee: {
          model: "server",
          version: "v1",
          secret: "A".repeat(43),
          epochs: [{ epoch: 0, secret: "A".repeat(43) }],
        },
      }),
    ],
  ])("%s: nobody joins", async (_what, lie) => {
    const roomId = await newRoom();
    await (await visitor(roomId, "Ada", { host: true })).join("correct horse");
    const ben = await visitor(roomId, "Ben");
    ben.lies.push(lie);
    expect(await ben.fails("correct horse")).toMatchObject({ code: "encryption_unsupported" });
  });

  test("a check that is not ours, whatever it is, is the wrong passphrase", async () => {
    const roomId = await newRoom();
    await (await visitor(roomId, "Ada", { host: true })).join("correct horse");
    const ben = await visitor(roomId, "Ben");
    ben.lies.push((answer) => {
      if (answer.e2ee.model !== "passphrase" || !answer.e2ee.opening) return null;
      return { ...answer, e2ee: { ...answer.e2ee, opening: { ...answer.e2ee.opening, check: "A".repeat(43) } } };
    });
    expect(await ben.fails("correct horse")).toMatchObject({ code: "passphrase_wrong" });
  });

  test("a session that ended here is not joined again", async () => {
    const roomId = await newRoom();
    const stored = new Map<string, string>();
    const endedSessions = createEndedSessions({
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
    });
    const ada = await visitor(roomId, "Ada", { host: true });
    const first = await ada.join("correct horse", { endedSessions });
    const { sessionId } = first.info;
    await first.endForAll();
    const again = await visitor(roomId, "Ada", { host: true });
    again.lies.push((answer) => ({ ...answer, sessionId }));
    expect(await again.fails("correct horse", { endedSessions })).toMatchObject({ code: "session_reused" });
    expect(again.posts.some((post) => post.startsWith("/api/opening"))).toBe(false);
  });
});
