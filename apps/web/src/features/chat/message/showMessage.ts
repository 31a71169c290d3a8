/** Brings a message into sight, lets it stand out for a moment and gives it the focus, so that screen readers are there. */
export function showMessage(conversation: HTMLElement | null, id: string): void {
  const row = conversation?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
  if (!row) return;
  row.scrollIntoView({ block: "center" });
  row.focus({ preventScroll: true });
  delete row.dataset["found"];
  void row.offsetWidth; // so that the mark begins anew
  row.dataset["found"] = "";
}
