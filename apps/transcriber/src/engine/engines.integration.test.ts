import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Heard, Recogniser } from "./Engine.ts";
import { EngineProcess } from "./EngineProcess.ts";
import { openEngine } from "./openEngine.ts";
import { debianModelFolder } from "./pocketsphinx.ts";
import { withoutNetwork } from "./withoutNetwork.ts";

const folder = mkdtempSync(join(tmpdir(), "sotto-engines-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const choice = { isolation: "preferred" } as const;
const speechFile = "/usr/share/pocketsphinx/test/data/goforward.raw";
const hasPocketsphinx = existsSync(speechFile);

/** Words as they come out of a recogniser that a test opened. */
function listening(open: (onHeard: (heard: Heard) => void, onLost: (error: Error) => void) => Recogniser) {
  const heard: Heard[] = [];
  const lost = Promise.withResolvers<Error>();
  const recogniser = open((each) => void heard.push(each), lost.resolve);
  return { recogniser, heard, lost: lost.promise };
}

it.runIf(hasPocketsphinx)(
  "pocketsphinx understands what is said, utterance after utterance, on one stream",
  async () => {
    const engine = openEngine({ ...choice, engine: "pocketsphinx", model: debianModelFolder });
    const { recogniser, heard } = listening((onHeard, onLost) => engine.open({ onHeard, onLost }));
    for (const spoken of [1, 2]) {
      recogniser.write(readFileSync(speechFile));
      recogniser.pause();
      await expect.poll(() => heard.filter(({ text }) => text !== "").length, { timeout: 60_000 }).toBe(spoken);
    }
    expect(heard.filter(({ text }) => text !== "")).toEqual([
      { text: "go forward ten meters", isFinal: true },
      { text: "go forward ten meters", isFinal: true },
    ]);
    recogniser.close();
  },
);

it("says which folder has no model, and what should be in it", () => {
  const open = (engine: "pocketsphinx" | "sherpa-onnx", model: string) => openEngine({ ...choice, engine, model });
  expect(() => open("pocketsphinx", folder)).toThrow(hasPocketsphinx ? `${folder}/en-us is missing` : "install");
  expect(() => open("sherpa-onnx", "")).toThrow("name its folder in SOTTO_TRANSCRIBER_MODEL");
  expect(() => open("sherpa-onnx", join(folder, "nowhere"))).toThrow("is no folder that can be read");
  expect(() => open("sherpa-onnx", folder)).toThrow(`${folder} has no encoder*.onnx`);
});

it.each([
  ["nothing", Buffer.alloc(0)],
  ["what is no model", Buffer.alloc(4_096, "not a model ")],
])("says what to do about a model of sherpa-onnx with %s in its files, before anybody speaks", (_, content) => {
  const broken = mkdtempSync(join(folder, "model-"));
  for (const name of ["encoder.onnx", "decoder.onnx", "joiner.onnx"]) writeFileSync(join(broken, name), content);
  writeFileSync(join(broken, "tokens.txt"), "<blk> 0\n");
  const open = () => openEngine({ ...choice, engine: "sherpa-onnx", model: broken });
  expect(open).toThrow(`sherpa-onnx does not work with the model in ${broken}`);
  // The native loader itself looked at it.
  expect(open).toThrow(`Load model from ${broken}/decoder.onnx failed`);
  expect(open).toThrow("name another streaming transducer in SOTTO_TRANSCRIBER_MODEL");
});

it("keeps engines from the network, loopback included", async ({ skip }) => {
  const isolation = withoutNetwork();
  if (isolation === null) return skip("this system lets no program be kept from the network");
  let contacts = 0;
  const server = createServer((socket) => {
    contacts += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const script = `require("net").connect(${port}, "127.0.0.1").on("error", () => console.log("refused")).on("connect", () => console.log("reached"))`;
  const says = async (before: readonly string[]) => {
    const { heard } = listening((onHeard, onLost) => {
      const read = (text: string) => ({ text, isFinal: true });
      return new EngineProcess({ command: [...before, process.execPath, "-e", script], read, onHeard, onLost });
    });
    await expect.poll(() => heard.length).toBe(1);
    return heard[0]?.text;
  };
  expect(await says(isolation)).toBe("refused");
  expect(await says([])).toBe("reached");
  expect(contacts).toBe(1);
  server.close();
});

it("ends what it starts, hears that it ended by itself, and gives it nothing of its own environment", async () => {
  const read = (text: string) => ({ text, isFinal: true });
  process.env["SOTTO_TEST_SECRET"] = "canary";
  const printing = listening(
    (onHeard, onLost) => new EngineProcess({ command: ["sh", "-c", "env; echo over"], read, onHeard, onLost }),
  );
  await printing.lost;
  expect(printing.heard.at(-1)?.text).toBe("over");
  expect(JSON.stringify(printing.heard)).not.toContain("canary");
  delete process.env["SOTTO_TEST_SECRET"];
});

it("does not pile up sound for a program that does not read it", () => {
  const { recogniser } = listening(
    (onHeard, onLost) => new EngineProcess({ command: ["sleep", "60"], read: () => null, onHeard, onLost }),
  );
  const second = new Uint8Array(32_000);
  const taken = Array.from({ length: 60 }, () => recogniser.write(second)).filter(Boolean).length;
  expect(taken).toBeLessThan(20);
  expect(taken).toBeGreaterThan(5);
  recogniser.close();
});
