import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { enginesOf } from "@sotto/dev-env";
import { RoomServiceClient } from "livekit-server-sdk";
import { describe, expect, test } from "vitest";
import { checkReceipt } from "../../tools/checkReceipt.mjs";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";
import { waiting } from "./support/waiting.ts";

/** Ways out of a meeting, and links that are no way in: what the person is told, and what is left. */
const installation = givenInstallation();
const refused = { expectedComplaints: /the server responded with a status of 4\d\d/ };

/** The media server's rooms; the control plane's own records are looked into by its own tests. */
async function sfuRooms(): Promise<string[]> {
  const dataFolder = join(installation.stack.folder, "node-1");
  const { livekit } = enginesOf(dataFolder) as { livekit: { url: string } };
  const secrets = JSON.parse(readFileSync(join(dataFolder, "secrets.json"), "utf8")) as {
    livekit: { key: string; secret: string };
  };
  const rooms = await new RoomServiceClient(livekit.url, secrets.livekit.key, secrets.livekit.secret).listRooms();
  return rooms.map(({ name }) => name);
}

/** What the page and the browser still hold of the meeting: of the chats, nothing but the key that this browser keeps. */
function remains({ page }: Person): Promise<object> {
  return page.evaluate(async () => ({
    session: Object.keys(sessionStorage),
    chats: await new Promise<number>((resolve, reject) => {
      const opening = indexedDB.open("sotto.history");
      opening.addEventListener("upgradeneeded", () => {
        opening.transaction?.abort(); // there was none, and it stays so
        resolve(0);
      });
      opening.addEventListener("error", () => reject(opening.error ?? new Error("no database")));
      opening.addEventListener("success", () => {
        const count = opening.result.transaction("records").objectStore("records").count();
        count.addEventListener("success", () => {
          opening.result.close();
          resolve(count.result);
        });
      });
    }),
    connections: globalThis.peerConnectionProbe.connections.filter(
      ({ connectionState }) => connectionState !== "closed",
    ).length,
  }));
}

/** What the server answers, while it ends the meeting and after, to somebody who tries to come back with the cookie of their place. */
function comeBack({ page }: Person): Promise<unknown> {
  return page.evaluate(async () => {
    const body = JSON.stringify({ senderNonce: "AAAAAAAAAAAAAAAAAAAAAA" });
    const headers = { "content-type": "application/json" };
    const answer = (await (await fetch("/api/join", { method: "POST", headers, body })).json()) as {
      error?: { code: string };
    };
    return answer.error?.code;
  });
}

/** The receipt that a host's goodbye shows, as the file that it saves. */
async function receiptOf({ page }: Person): Promise<string> {
  await page.getByText("Nothing of this meeting is left on the server").waitFor();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download receipt" }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^sotto-receipt-[\w-]{22}\.json$/);
  return readFile(await file.path(), "utf8");
}

async function nextView(person: Person, button: string, title: string | RegExp): Promise<void> {
  await person.page.getByRole("button", { name: button }).click();
  await person.page.getByRole("heading", { level: 1, name: title }).waitFor();
}

test("the host ends it for all: everybody is told, and nothing of it is left", async () => {
  const people = (await installation.meeting(["Ada", "Ben", "Cleo"], refused)) as [Person, Person, Person];
  const [ada, ben] = people;
  const { path } = ada;
  await ben.expectToSeeAndHear("Ada");
  await ben.press("Chat");
  await ben.write("A word that stays among us");
  expect(await sfuRooms()).toHaveLength(1);
  expect(await installation.stack.management.call("/room/getActiveRoomsInfo")).toMatchObject({ status: true });

  await ada.endForAll();
  for (const person of people) {
    await person.heading("The meeting is over").waitFor();
    await person.page.getByText("The host ended it for everyone.").waitFor();
    await expect.poll(() => remains(person), waiting).toEqual({ session: [], chats: 0, connections: 0 });
    expect(await person.page.context().cookies()).toHaveLength(1);
    await expect.poll(() => comeBack(person), waiting).toBe("resume_invalid");
  }
  await expect.poll(() => sfuRooms(), waiting).toEqual([]);
  expect(checkReceipt(await receiptOf(ada))).toMatchObject({
    problem: null,
    receipt: { result: "gone", counted: { people: 3, messages: { count: 1 }, files: { count: 0 } } },
  });
  for (const { page } of people.slice(1))
    expect(await page.getByText(/receipt|is left on the server/i).count()).toBe(0);
  expect(await installation.stack.management.call("/room/getActiveRoomsInfo")).toMatchObject({ status: false });
  const late = await installation.visitor("Dai", { path, ...refused });
  await late.heading("There is no such meeting").waitFor();
});

describe("an integrator's invitation", () => {
  const open = (token: string) => installation.visitor("Ada", { path: `/?access_token=${token}`, ...refused });

  test("lets one person in, once", async () => {
    const token = await installation.stack.newJoinToken({ roomId: "once", name: "Ada" });
    const [ada, other] = await Promise.all([open(token), open(token)]);
    await other.page.getByText("Joining as Ada").waitFor();
    await ada.page.getByRole("button", { name: "Join now" }).click();
    await ada.isInMeeting();

    await other.page.getByRole("button", { name: "Join now" }).click();
    await other.heading("This invitation was already used").waitFor();
    await (await open(token)).heading("This invitation was already used").waitFor();
    await ada.expectPeople("Ada");
    await ada.isInMeeting();
    await nextView(other, "To the start page", "Meetings that stay between you.");
  });

  /** The same invitation with other claims, signed with `secret`. */
  async function alter(claims: object, secret = installation.stack.apiSecret): Promise<string> {
    const token = await installation.stack.newJoinToken({ roomId: "altered" });
    const [header = "", payload = ""] = token.split(".");
    const all = { ...(JSON.parse(Buffer.from(payload, "base64url").toString()) as object), ...claims };
    const input = `${header}.${Buffer.from(JSON.stringify(all)).toString("base64url")}`;
    return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
  }
  const nowSeconds = Math.floor(Date.now() / 1000);

  test.each([
    ["expired", { exp: nowSeconds - 60 }, undefined, "This invitation has expired"],
    [
      "not valid yet",
      { nbf: nowSeconds + 3600, exp: nowSeconds + 7200 },
      undefined,
      "This invitation is not valid yet",
    ],
    ["made by somebody else", {}, "another installation's secret", "This invitation does not work here"],
  ])("that is %s is refused", async (_, claims: { exp?: number; nbf?: number }, secret, title) => {
    const ada = await open(await alter(claims, secret));
    await ada.heading(title).waitFor();
    expect(ada.page.url()).not.toContain("access_token");
    expect(await remains(ada)).toMatchObject({ session: claims.nbf === undefined ? [] : ["sotto.invitation"] });
  });

  test("to a meeting that was closed meanwhile says that it is over", async () => {
    const { stack } = installation;
    const [mine, late] = await Promise.all([
      stack.newJoinToken({ roomId: "over" }),
      stack.newJoinToken({ roomId: "over" }),
    ]);
    const ada = await open(mine);
    await ada.page.getByRole("button", { name: "Join now" }).click();
    await ada.isInMeeting();
    await stack.management.demand("/room/endRoom", { room_id: "over" });
    await ada.heading("The meeting is over").waitFor();
    await ada.page.getByText("The organiser closed it.").waitFor();
    const other = await open(late);
    await other.heading("There is no such meeting").waitFor();
    await other.page.getByText("It may be over").waitFor();
  });
});

test("the link of a meeting that never was leads to a sentence, and on", async () => {
  const ada = await installation.visitor("Ada", { path: "/m/never-was", ...refused });
  await ada.heading("There is no such meeting").waitFor();
  await nextView(ada, "To the start page", "Meetings that stay between you.");
});
