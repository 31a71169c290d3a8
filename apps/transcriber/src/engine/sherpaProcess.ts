// A program of its own, so that native code meets nothing but sound: reads PCM, prints what it hears as lines of JSON.
// Arguments: the model's files as JSON; `--check` only loads them.
import { createRequire } from "node:module";
import { sampleRate, type Heard } from "./Engine.ts";
import type { SherpaFiles } from "./sherpaFiles.ts";

/** What is used of sherpa-onnx-node, which has no types. */
interface SherpaStream {
  acceptWaveform(sound: { sampleRate: number; samples: Float32Array }): void;
}
interface SherpaRecogniser {
  createStream(): SherpaStream;
  isReady(stream: SherpaStream): boolean;
  decode(stream: SherpaStream): void;
  isEndpoint(stream: SherpaStream): boolean;
  reset(stream: SherpaStream): void;
  getResult(stream: SherpaStream): { text: string };
}
interface Sherpa {
  OnlineRecognizer: new (config: object) => SherpaRecogniser;
}

function loadRecogniser({ encoder, decoder, joiner, tokens }: SherpaFiles): SherpaRecogniser {
  const { OnlineRecognizer } = createRequire(import.meta.url)("sherpa-onnx-node") as Sherpa;
  return new OnlineRecognizer({
    featConfig: { sampleRate, featureDim: 80 },
    modelConfig: { transducer: { encoder, decoder, joiner }, tokens, numThreads: 1, provider: "cpu", debug: 0 },
    enableEndpoint: 1,
    rule1MinTrailingSilence: 2.4,
    rule2MinTrailingSilence: 0.6,
    rule3MinUtteranceLength: 20,
  });
}

function say(heard: Heard): void {
  process.stdout.write(`${JSON.stringify(heard)}\n`);
}

async function hear(recogniser: SherpaRecogniser): Promise<void> {
  const stream = recogniser.createStream();
  let said = "";
  let rest = Buffer.alloc(0);
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, chunk]);
    const samples = Float32Array.from(
      { length: bytes.length >> 1 },
      (_, index) => bytes.readInt16LE(index * 2) / 32_768,
    );
    rest = bytes.subarray(samples.length * 2);
    stream.acceptWaveform({ sampleRate, samples });
    while (recogniser.isReady(stream)) recogniser.decode(stream);
    const text = recogniser.getResult(stream).text.trim();
    const isFinal = recogniser.isEndpoint(stream);
    if (isFinal) recogniser.reset(stream);
    if (isFinal ? text !== "" : text !== said && text !== "") say({ text, isFinal });
    said = isFinal ? "" : text;
  }
}

try {
  const recogniser = loadRecogniser(JSON.parse(process.argv[2] ?? "") as SherpaFiles);
  if (process.argv[3] !== "--check") await hear(recogniser);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message.split("\n")[0] : String(error)}\n`);
  process.exitCode = 1;
}
