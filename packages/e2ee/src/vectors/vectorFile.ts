/** The shape of `test-vectors/key-schedule-v1.json`. Bytes are hex. */
export interface VectorFile {
  version: string;
  livekit: { ratchetSalt: string };
  vectors: Vector[];
}

/** One known answer: what goes in and what must come out. */
export interface Vector {
  name: string;
  inputs: Record<string, VectorValue>;
  out: Record<string, VectorValue>;
}

type VectorValue = string | number | string[] | number[] | Record<string, string>;

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function unhex(text: string): Uint8Array<ArrayBuffer> {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error(`not hex: ${text}`);
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** Reads a vector's inputs with their types; an input that is absent or of another type is an error of the file. */
export class VectorInputs {
  readonly #inputs: Vector["inputs"];

  constructor(inputs: Vector["inputs"]) {
    this.#inputs = inputs;
  }

  text(name: string): string {
    const value = this.#inputs[name];
    if (typeof value !== "string") throw new Error(`the vector has no text ${name}`);
    return value;
  }

  number(name: string): number {
    const value = this.#inputs[name];
    if (typeof value !== "number") throw new Error(`the vector has no number ${name}`);
    return value;
  }

  numbers(name: string): number[] {
    const value = this.#inputs[name];
    if (!Array.isArray(value)) throw new Error(`the vector has no list ${name}`);
    return value.map(Number);
  }

  bytes(name: string): Uint8Array<ArrayBuffer> {
    return unhex(this.text(name));
  }
}
