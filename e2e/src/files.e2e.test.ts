import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";

/** Files in the chat of two people in real pages. */
const installation = givenInstallation({ config: { files: { maxFileMegabytes: 4 } } });

async function twoPeople(): Promise<[Person, Person]> {
  const people = (await installation.meeting(["Ada", "Ben"], { quietly: true })) as [Person, Person];
  for (const person of people) await person.press("Chat");
  return people;
}

const attach = (page: Page) => page.locator("input[type=file]");
const save = (page: Page, name: string) => page.getByRole("button", { name: `Save ${name}`, exact: true });
const blobFolder = () => join(installation.stack.folder, "node-1", "blobs");

/** Every byte that the blob store holds, by the path of its file. */
async function blobs(): Promise<Map<string, Buffer>> {
  const entries = await readdir(blobFolder(), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path)] as const)));
}

test("a file of 3 MB goes across byte by byte; the blob store holds neither it nor its name, and nothing after the end", async () => {
  const [ada, ben] = await twoPeople();
  const canary = `canary-${randomBytes(12).toString("hex")}`;
  const name = `${canary}.bin`;
  const body = Buffer.concat([Buffer.from(canary), randomBytes(3 * 1024 * 1024), Buffer.from(canary)]);
  await attach(ada.page).setInputFiles({ name, mimeType: "application/octet-stream", buffer: body });

  const download = ben.page.waitForEvent("download");
  await save(ben.page, name).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe(name);
  expect((await readFile(await saved.path())).equals(body)).toBe(true);

  const stored = await blobs();
  expect(stored.size).toBe(1);
  for (const [path, bytes] of stored) {
    expect(bytes.length).toBeGreaterThan(body.length);
    expect(bytes.includes(canary)).toBe(false);
    expect(path).not.toContain(canary);
  }
  await ada.endForAll();
  await expect.poll(() => readdir(blobFolder())).toEqual([]);
});

test("a picture is shown to both, and several files arrive in their order", async () => {
  const [ada, ben] = await twoPeople();
  const text = (name: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(name) });
  await attach(ada.page).setInputFiles([{ name: "red.png", mimeType: "image/png", buffer: redPng(64) }, text("b.txt")]);
  for (const { page } of [ada, ben]) {
    const image = page.getByRole("img", { name: "Picture: red.png" });
    await image.waitFor();
    expect(await image.evaluate((each: HTMLImageElement) => each.decode().then(() => each.naturalWidth))).toBe(64);
  }
  await save(ben.page, "b.txt").waitFor();
  const order = await ben.messages
    .getByRole("button", { name: /^Save / })
    .evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label")));
  expect(order).toEqual(["Save red.png", "Save b.txt"]);
});

test("a file that is too large is refused before anything of it is sent", async () => {
  const [ada] = await twoPeople();
  const before = [...(await blobs()).keys()];
  const requests: string[] = [];
  ada.page.on("request", (request) => requests.push(request.url()));
  await attach(ada.page).setInputFiles({
    name: "large.bin",
    mimeType: "application/octet-stream",
    buffer: Buffer.alloc(4 * 1024 * 1024 + 1),
  });
  await ada.page.getByText("large.bin is too large. Files here have at most 4 MB.").waitFor();
  expect(requests.filter((url) => url.includes("/api/files"))).toEqual([]);
  expect([...(await blobs()).keys()]).toEqual(before);
});

test("a file that the server changed is neither shown nor saved", async () => {
  const [ada, ben] = await twoPeople();
  await attach(ada.page).setInputFiles({
    name: "a.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("a".repeat(9_000)),
  });
  await save(ben.page, "a.txt").waitFor();
  const saved: string[] = [];
  ben.page.on("download", (item) => saved.push(item.suggestedFilename()));
  await ben.page.route("**/api/files/*", async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body.writeUInt8(body.readUInt8(100) ^ 1, 100);
    await route.fulfill({ response, body });
  });
  await save(ben.page, "a.txt").click();
  await ben.page.getByText("This file was changed on its way. It is not shown or saved.").waitFor();
  expect(saved).toEqual([]);
});

/** A square of one colour. */
function redPng(size: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const typed = Buffer.concat([Buffer.from(type), data]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(crc32(typed));
    return Buffer.concat([head, typed, tail]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(size * 3).fill("ff0000", "hex")]);
  const rows = deflateSync(Buffer.concat(Array.from({ length: size }, () => row)));
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}
