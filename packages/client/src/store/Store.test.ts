import { expect, test } from "vitest";
import { Store } from "./Store.ts";

test("tells listeners of changes, and of nothing else", () => {
  const store = new Store(1);
  const heard: number[] = [];
  const stop = store.subscribe(() => heard.push(store.get()));
  store.set(1);
  store.set(2);
  stop();
  store.set(3);
  expect(heard).toEqual([2]);
});

test("a listener subscribed twice is removed one by one", () => {
  const store = new Store(0);
  let calls = 0;
  const listener = () => void calls++;
  const stopFirst = store.subscribe(listener);
  store.subscribe(listener);
  stopFirst();
  stopFirst();
  store.set(1);
  expect(calls).toBe(1);
});

test("a listener removed while the others are told is not told", () => {
  const store = new Store(0);
  let calls = 0;
  store.subscribe(() => stop());
  const stop = store.subscribe(() => void calls++);
  store.set(1);
  expect(calls).toBe(0);
});
