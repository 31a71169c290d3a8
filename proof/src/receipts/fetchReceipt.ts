import { ManagementApi } from "@sotto/dev-env";
import type { Granted } from "../Installation.ts";
import { until } from "../meetings/meetings.ts";

const receiptMs = 10_000;

/** The installation's nodes. Those that share no database keep the receipts of the ends that they made themselves. */
export function nodesOf(origin: string, { secondNode }: Granted<"integrator">): string[] {
  return secondNode === undefined ? [origin] : [origin, secondNode];
}

/** The receipt of a session as an integrator gets it: listed, then downloaded with a token. */
export async function fetchReceipt(origin: string, access: Granted<"integrator">, sessionId: string): Promise<string> {
  const { apiKey, apiSecret } = access.integrator;
  const apis = nodesOf(origin, access).map((node) => ({
    node,
    management: new ManagementApi(node, apiKey, apiSecret),
  }));
  let document: string | null = null;
  await until("there is a receipt", receiptMs, async () => {
    const found = await Promise.all(apis.map(({ node, management }) => downloadFrom(node, management, sessionId)));
    document = found.find((each) => each !== null) ?? null;
    return document !== null;
  });
  return document ?? "";
}

async function downloadFrom(node: string, management: ManagementApi, sessionId: string): Promise<string | null> {
  const { result } = (await management.call("/artifact/fetch", { room_sid: sessionId })) as unknown as {
    result?: { artifacts_list: { artifact_id: string }[] };
  };
  const artifact_id = result?.artifacts_list[0]?.artifact_id;
  if (artifact_id === undefined) return null;
  const { token } = await management.demand("/artifact/getDownloadToken", { artifact_id });
  const response = await fetch(`${node}/download/artifact/${String(token)}`);
  if (!response.ok) throw new Error(`a receipt's download answers ${response.status}`);
  return response.text();
}
