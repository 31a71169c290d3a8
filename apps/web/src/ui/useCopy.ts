import { useEffect, useState } from "react";
import { copyText } from "./copyText.ts";

const shownForMs = 2_500;

/** Copies text; `copied` is true for a moment afterwards. */
export function useCopy(): { copied: boolean; copy: (text: string) => void } {
  const [copies, setCopies] = useState(0);
  useEffect(() => {
    if (copies === 0) return undefined;
    const timer = setTimeout(() => setCopies(0), shownForMs);
    return () => clearTimeout(timer);
  }, [copies]);
  const copy = (text: string) => {
    void copyText(text).then((done) => done && setCopies((count) => count + 1));
  };
  return { copied: copies > 0, copy };
}
