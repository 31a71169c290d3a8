import { useCallback, useLayoutEffect, useRef, useState, type RefCallback } from "react";

export interface StickToEnd {
  /** For the scrolling element; its only child holds the content. */
  ref: RefCallback<HTMLDivElement>;
  onScroll: () => void;
  /** Something newer is below what is visible. */
  behind: boolean;
  scrollToEnd: () => void;
}

const nearEndPx = 48;

/**
 * Keeps a scrolling element at its end while it or its content changes size, unless the person scrolled up. When `newest`
 * changes meanwhile, they are `behind`; or brought to the end if `always`, because whoever has just written wants to see it.
 */
export function useStickToEnd(newest: string | undefined, always: boolean): StickToEnd {
  const element = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [behind, setBehind] = useState(false);

  const scrollToEnd = useCallback(() => {
    atEnd.current = true;
    element.current?.scrollTo({ top: element.current.scrollHeight });
    setBehind(false);
  }, []);
  const onScroll = () => {
    if (!element.current) return;
    const { scrollHeight, scrollTop, clientHeight } = element.current;
    atEnd.current = scrollHeight - scrollTop - clientHeight < nearEndPx;
    if (atEnd.current) setBehind(false);
  };
  const ref = useCallback(
    (list: HTMLDivElement | null) => {
      element.current = list;
      if (!list) return undefined;
      const observer = new ResizeObserver(() => {
        if (atEnd.current) scrollToEnd();
      });
      for (const part of [list, ...list.children]) observer.observe(part);
      return () => observer.disconnect();
    },
    [scrollToEnd],
  );

  useLayoutEffect(() => {
    if (newest === undefined) return;
    if (atEnd.current || always) scrollToEnd();
    else setBehind(true);
  }, [newest, always, scrollToEnd]);

  return { ref, onScroll, behind, scrollToEnd };
}
