import { wsconnect } from "@nats-io/nats-core";
import { SottoApi, SottoError } from "@sotto/client";
import type { CookieJar } from "@sotto/dev-env";
import type { JoinAnswer } from "@sotto/protocol";
import { newSenderNonce } from "../rooms.ts";

/** Everything a join gives that lets somebody in. */
export interface Credentials {
  answer: JoinAnswer;
  cookies: CookieJar;
}

/** What each of them is good for now. */
export interface Outcomes {
  connectionSecret: "accepted" | "refused";
  mediaToken: "accepted" | "refused";
  resumeCookie: "accepted" | "refused";
}

/** Uses each of them once. */
export async function tryCredentials(origin: string, { answer, cookies }: Credentials): Promise<Outcomes> {
  return {
    connectionSecret: await connectMessages(answer),
    mediaToken: await connectMedia(origin, answer),
    resumeCookie: await resume(origin, cookies),
  };
}

async function connectMessages({ sessionId, participantId, nats }: JoinAnswer): Promise<"accepted" | "refused"> {
  const options = { servers: nats.url, user: `${sessionId}.${participantId}`, pass: nats.secret, reconnect: false };
  try {
    const connection = await wsconnect({ ...options, inboxPrefix: nats.inboxPrefix });
    await connection.close();
    return "accepted";
  } catch (error) {
    if (error instanceof Error && /authorization violation/i.test(error.message)) return "refused";
    throw error;
  }
}

/** LiveKit's own question whether a token is good. */
async function connectMedia(origin: string, { media }: JoinAnswer): Promise<"accepted" | "refused"> {
  const { status } = await fetch(`${origin}/rtc/validate?access_token=${media?.token}`);
  if (status === 200) return "accepted";
  if (status === 401 || status === 403) return "refused";
  throw new Error(`the media signalling answers ${status}`);
}

async function resume(origin: string, cookies: CookieJar): Promise<"accepted" | "refused"> {
  if (cookies.entries().size === 0) throw new Error("there is no resume cookie to try");
  try {
    await new SottoApi(origin, { fetch: cookies.fetch }).join({ senderNonce: newSenderNonce() }, {});
    return "accepted";
  } catch (error) {
    const refusals = ["resume_invalid", "session_ended", "token_missing"];
    if (error instanceof SottoError && refusals.includes(error.code)) return "refused";
    throw error;
  }
}
