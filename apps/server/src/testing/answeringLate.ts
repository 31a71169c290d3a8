/**
 * The same object, except that the first answer of one method reaches its caller only when `goOn` is called: so that
 * something else comes between. `asked` resolves when that answer is there.
 */
export function answeringLate<T extends object>(
  object: T,
  method: keyof T & string,
): { late: T; asked: Promise<void>; goOn: () => void } {
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let calls = 0;
  const late = new Proxy(object, {
    get(target, key) {
      const value = Reflect.get(target, key) as unknown;
      if (typeof value !== "function") return value;
      return async (...args: unknown[]) => {
        const answer: unknown = await Reflect.apply(value, target, args);
        calls += key === method ? 1 : 0;
        if (key === method && calls === 1) {
          asked.resolve();
          await released.promise;
        }
        return answer;
      };
    },
  });
  return { late, asked: asked.promise, goOn: released.resolve };
}
