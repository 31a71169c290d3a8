import { useEffect, useEffectEvent, useState, type RefObject } from "react";

/**
 * Takes files that are dragged from elsewhere and dropped on an element, and says while they are over it. Dropped beside
 * it they do nothing: the browser would leave the meeting to show them.
 */
export function useFileDrop(
  target: RefObject<HTMLElement | null>,
  isAllowed: boolean,
  onFiles: (files: readonly File[]) => void,
): boolean {
  const [isOver, setIsOver] = useState(false);
  const take = useEffectEvent(onFiles);
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    const isInside = ({ target: node }: Event) => node instanceof Node && target.current?.contains(node) === true;
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      const accepts = isAllowed && isInside(event);
      event.dataTransfer.dropEffect = accepts ? "copy" : "none";
      setIsOver(accepts);
    };
    window.addEventListener("dragover", over, { signal });
    window.addEventListener("dragleave", (event) => event.relatedTarget === null && setIsOver(false), { signal });
    window.addEventListener(
      "drop",
      (event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        setIsOver(false);
        if (isAllowed && isInside(event)) take([...event.dataTransfer.files]);
      },
      { signal },
    );
    return () => listening.abort();
  }, [target, isAllowed]);
  return isOver;
}
