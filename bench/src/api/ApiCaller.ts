import { createHmac, randomBytes } from "node:crypto";
import { Agent, request } from "node:http";

const metadata = {
  room_title: "Bench",
  room_features: { end_to_end_encryption_features: { is_enabled: true } },
};

/** Calls the API as an integrator's server and a page do, with as little work of its own as can be. */
export class ApiCaller implements Disposable {
  readonly #origin: string;
  readonly #key: string;
  readonly #secret: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(origin: string, { key, secret }: { key: string; secret: string }) {
    this.#origin = origin;
    this.#key = key;
    this.#secret = secret;
  }

  async create(room_id: string): Promise<void> {
    await this.#manage("/auth/room/create", { room_id, metadata });
  }

  async token(room_id: string, user_id: string): Promise<string> {
    const user_info = { name: "Ada", user_id, is_admin: false, is_hidden: false };
    return (await this.#manage("/auth/room/getJoinToken", { room_id, user_info })).token ?? "";
  }

  async join(token: string): Promise<void> {
    const body = JSON.stringify({ senderNonce: randomBytes(16).toString("base64url") });
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const { participantId } = await this.#post("/api/join", body, headers);
    if (!participantId) throw new Error("not let in");
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  async #manage(path: string, fields: object): Promise<Record<string, string>> {
    const body = JSON.stringify(fields);
    const signature = createHmac("sha256", this.#secret).update(body).digest("hex");
    const answer = await this.#post(path, body, { "API-KEY": this.#key, "HASH-SIGNATURE": signature });
    if (!answer["status"]) throw new Error(answer["msg"]);
    return answer;
  }

  #post(path: string, body: string, headers: Record<string, string>): Promise<Record<string, string>> {
    const options = {
      method: "POST",
      agent: this.#agent,
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
    };
    return new Promise((resolve, reject) => {
      const call = request(`${this.#origin}${path}`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode !== 200) reject(new Error(`${response.statusCode}: ${text}`));
          else resolve(JSON.parse(text) as Record<string, string>);
        });
      });
      call.on("error", reject);
      call.end(body);
    });
  }
}
