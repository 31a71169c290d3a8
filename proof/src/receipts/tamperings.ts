/** The document with one value changed, once for each value in it: what somebody could try who wants it to say something else. */
export function tamperings(document: string): string[] {
  const original: unknown = JSON.parse(document);
  return places(original).map((path) => JSON.stringify(replaceAt(original, path)));
}

type Path = (string | number)[];

function places(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => places(each, [...path, index]));
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, member]) => places(member, [...path, name]));
}

function replaceAt(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return changed(value);
  if (Array.isArray(value))
    return value.map((each, index) => (index === step ? replaceAt(each, rest) : (each as unknown)));
  const members = value as Record<string, unknown>;
  return { ...members, [step]: replaceAt(members[step], rest) };
}

function changed(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (typeof value !== "string") return 0;
  // The first character: the last one of base64url may mean nothing.
  return `${value.startsWith("A") ? "B" : "A"}${value.slice(1)}`;
}
