import { mkdir, writeFile } from "node:fs/promises";
import { managementOperations } from "@sotto/protocol";
import { PlugNmeet } from "plugnmeet-sdk-js";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { connectAs } from "../../testing/connectAs.ts";
import { joinAs } from "../../testing/joinAs.ts";
import { startTestServer, type TestServer } from "../../testing/startTestServer.ts";
import { recordedRequests } from "./testing/recordedRequests.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await mkdir(server.context.config.webDir);
  await writeFile(
    `${server.context.config.webDir}/index.html`,
    `<script type="module" crossorigin src="/assets/index-1a.js"></script>
     <link rel="modulepreload" crossorigin href="/assets/other-2b.js">
     <link rel="stylesheet" crossorigin href="/assets/index-3c.css">`,
  );
});
afterAll(() => server[Symbol.asyncDispose]());

const artifactPaths = ["/artifact/info", "/artifact/getDownloadToken", "/artifact/delete"];
/** Those that come last, in this order. */
const order = ["/room/endRoom", "/room/fetchPastRooms", "/artifact/fetch", ...artifactPaths];
const sorted = recordedRequests.toSorted((a, b) => order.indexOf(a.path) - order.indexOf(b.path));

/** Sends every recorded request of one SDK, in the life of one room; `manage` holds each answer to its description. */
async function lifeOf(room: string, sdk: "newer" | "older"): Promise<Record<string, Record<string, unknown>>> {
  const answers: Record<string, Record<string, unknown>> = {};
  let artifact = "";
  for (const recorded of sorted) {
    const request = recorded[sdk];
    if (request === undefined) continue;
    const body = JSON.stringify(request).replaceAll("ROOM", room).replaceAll("ARTIFACT", artifact);
    const answer = await server.manage(recorded.path, JSON.parse(body) as object);
    expect(answer, recorded.path).toMatchObject({ status: true, status_code: "SUCCESS" });
    answers[recorded.path] = answer;
    if (recorded.path === "/room/getJoinToken") {
      const { client } = await connectAs((await joinAs(server, { token: String(answer["token"]) })).answer);
      onTestFinished(() => client.close());
    }
    if (recorded.path === "/artifact/fetch") {
      const { artifacts_list } = answer["result"] as { artifacts_list: { artifact_id: string }[] };
      artifact = artifacts_list[0]!.artifact_id;
    }
  }
  return answers;
}

it("every endpoint understands both spellings, and means the same by them", async () => {
  // Of webhooks that were given up no SDK knows; recordings and statistics have tests of their own, with the SDK.
  const known = Object.keys(managementOperations).filter((path) => !/^\/(webhook|recording|analytics)\//.test(path));
  expect(recordedRequests.map(({ path }) => path).toSorted()).toEqual(known.toSorted());
  const [newer, older] = [await lifeOf("newer", "newer"), await lifeOf("older", "older")];
  const metadataOf = (answers: typeof newer) => {
    const { metadata } = answers["/room/create"]!["room_info"] as { metadata: string };
    const { extra_data, ...rest } = JSON.parse(metadata) as { extra_data: unknown; room_features: object };
    return { rest, courseId: typeof extra_data === "string" ? (JSON.parse(extra_data) as unknown) : extra_data };
  };
  expect(metadataOf(newer)).toEqual(metadataOf(older));
  expect(metadataOf(newer)).toMatchObject({
    courseId: { courseId: "7" },
    rest: {
      room_features: {
        room_duration: 90,
        mute_on_start: false,
        chat_features: { is_allow: true, is_allow_file_upload: false, max_file_size: 5 },
        end_to_end_encryption_features: { is_enabled: true, enabled_self_insert_encryption_key: false },
      },
    },
  });
  const claimsOf = (answers: typeof newer) => {
    const token = String(answers["/room/getJoinToken"]!["token"]);
    const claims = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Record<string, unknown>;
    const { user_metadata, is_admin, is_hidden, name, sub } = claims;
    const { extra_data, ...metadata } = user_metadata as Record<string, unknown>;
    return { metadata, is_admin, is_hidden, name, sub, hasExtra: extra_data !== undefined };
  };
  expect(claimsOf(newer)).toEqual(claimsOf(older));
  expect(newer["/getClientFiles"]).toMatchObject({
    css: ["index-3c.css"],
    js: ["index-1a.js"],
    css_files: ["index-3c.css"],
    js_files: ["index-1a.js"],
    static_assets_path: "/assets",
  });
});

it("a refusal is answered as described too", async () => {
  const request = { roomId: "none", room_ids: ["none"], artifact_id: "none" };
  const refusable = recordedRequests.filter(({ path }) => !["/getClientFiles", "/room/isRoomActive"].includes(path));
  const answers = await Promise.all(refusable.map(({ path }) => server.manage(path, request)));
  expect(answers.map(({ status }) => status)).toEqual(refusable.map(() => false));
});

it("the unmodified SDK 1.4.1 gets the page's files", async () => {
  const sdk = new PlugNmeet(server.origin, server.secrets.api.key, server.secrets.api.secret);
  expect(await sdk.getClientFiles()).toMatchObject({ status: true, css: ["index-3c.css"], js: ["index-1a.js"] });
});
