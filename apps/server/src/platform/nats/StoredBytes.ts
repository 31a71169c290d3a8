import { BoundedMap } from "../BoundedMap.ts";

/** Streams remembered at most: of those that other nodes ended nobody tells. */
const maxStreams = 10_000;

/** How much each participant has stored in each stream through this node. */
export class StoredBytes {
  readonly #streams = new BoundedMap<string, Map<string, number>>(maxStreams);

  of(stream: string, pid: string): number {
    return this.#streams.get(stream)?.get(pid) ?? 0;
  }

  /** Counts more, or where `bytes` is negative, less. */
  add(stream: string, pid: string, bytes: number): void {
    const people = this.#streams.get(stream) ?? new Map<string, number>();
    people.set(pid, (people.get(pid) ?? 0) + bytes);
    this.#streams.set(stream, people);
  }

  forget(stream: string): void {
    this.#streams.delete(stream);
  }
}
