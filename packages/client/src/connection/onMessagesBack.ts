import type { ReadonlyStore } from "../store/Store.ts";
import { areMessagesUp, type ConnectionState } from "./ConnectionState.ts";

/** Calls `listener` each time messages come and go again after they did not, for as long as the store lives. */
export function onMessagesBack(connection: ReadonlyStore<ConnectionState>, listener: () => void): void {
  let wereUp = true;
  connection.subscribe(() => {
    const areUp = areMessagesUp(connection.get());
    const areBack = areUp && !wereUp;
    wereUp = areUp;
    if (areBack) listener();
  });
}
