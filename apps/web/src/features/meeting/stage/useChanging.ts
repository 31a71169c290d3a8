import { useEffect, useState } from "react";

/** True from a change of `value` until it has stayed the same for `calmMs`. */
export function useChanging(value: unknown, calmMs: number): boolean {
  const [calm, setCalm] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(value), calmMs);
    return () => clearTimeout(timer);
  }, [value, calmMs]);
  return !Object.is(calm, value);
}
