import { historyKey, type HistoryRoot } from "@sotto/e2ee";
import type { HistoryRows, RecordRow, SeatRow } from "./HistoryDatabase.ts";
import { openMessages, openSeat, sealMessage, sealSeat, seatKeys } from "./historyRecords.ts";

/** The same rows under another root. What does not open under the old one is lost, as it was before. */
export async function resealed(
  { seats, records }: HistoryRows,
  old: HistoryRoot,
  next: HistoryRoot,
): Promise<HistoryRows> {
  const rows: { seats: SeatRow[]; records: RecordRow[] } = { seats: [], records: [] };
  for (const row of seats) {
    const oldKey = await historyKey(old.key, row.seat);
    const identity = await openSeat(oldKey, row).catch(() => null);
    if (!identity) continue;
    const keys = await seatKeys(next, identity);
    rows.seats.push(await sealSeat(keys, identity, row));
    const messages = await openMessages(
      oldKey,
      records.filter(({ seat }) => seat === row.seat),
    );
    rows.records.push(...(await Promise.all(messages.map((message) => sealMessage(keys, message)))));
  }
  return rows;
}
