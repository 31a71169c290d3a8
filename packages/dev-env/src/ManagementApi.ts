import { createHmac } from "node:crypto";

/** What every endpoint of the management API answers, and whatever it adds. */
export interface ManagementAnswer {
  status: boolean;
  msg: string;
  [field: string]: unknown;
}

/** Signed calls of the management API, as an integrator's SDK makes them. */
export class ManagementApi {
  readonly #origin: string;
  readonly #apiKey: string;
  readonly #apiSecret: string;

  constructor(origin: string, apiKey: string, apiSecret: string) {
    this.#origin = origin;
    this.#apiKey = apiKey;
    this.#apiSecret = apiSecret;
  }

  /** `path` below `/auth`, such as `/room/create`. The answer is as it came, also when its `status` is false. */
  async call(path: string, request: object = {}): Promise<ManagementAnswer> {
    const response = await this.send(path, JSON.stringify(request));
    return (await response.json()) as ManagementAnswer;
  }

  /** Like `call`, but throws when the answer's `status` is false. */
  async demand(path: string, request: object = {}): Promise<ManagementAnswer> {
    const answer = await this.call(path, request);
    if (!answer.status) throw new Error(`${path} was refused: ${answer.msg}`);
    return answer;
  }

  /** Sends any body, with the right signature unless `headers` replace it. */
  send(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
    const signature = createHmac("sha256", this.#apiSecret).update(body).digest("hex");
    return fetch(`${this.#origin}/auth${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "API-KEY": this.#apiKey,
        "HASH-SIGNATURE": signature,
        ...headers,
      },
      body,
    });
  }
}
