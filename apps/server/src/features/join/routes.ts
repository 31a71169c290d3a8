import { joinRequestSchema, type JoinAnswer } from "@sotto/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { publicOrigin, webSocketOrigin } from "../../platform/http/publicOrigin.ts";
import { Admission, type Admitted } from "./Admission.ts";
import { clearResumeCookie, resumeTickets, setResumeCookie, type ResumeTicket } from "./resumeCookies.ts";

/** With more resume cookies than this, those of meetings that are over are cleared: a browser sends them all each time. */
const keptCookies = 8;

/** `POST /api/join`: the one way into a session. */
export function joinRoutes(http: FastifyInstance, context: Context): void {
  const { config, joinTokens, state } = context;
  const admission = new Admission(context);

  http.post("/api/join", async (request, reply): Promise<JoinAnswer> => {
    const body = joinRequestSchema.parse(request.body ?? {});
    const origin = publicOrigin(request, config.server.publicUrl);
    const tickets = resumeTickets(request.cookies);
    const { answer, ticket } = await (request.headers.authorization === undefined
      ? admission.resume(chooseTicket(request, tickets, body.participantId), body.senderNonce)
      : admission.join(joinTokens.verify(request.headers.authorization), body));

    setResumeCookie(reply, ticket, origin.protocol === "https:");
    for (const stale of await staleTickets(tickets)) clearResumeCookie(reply, stale.participantId);
    return withUrls(answer, webSocketOrigin(origin));
  });

  async function staleTickets(tickets: ResumeTicket[]): Promise<ResumeTicket[]> {
    if (tickets.length <= keptCookies) return [];
    const entries = await Promise.all(
      tickets.map(({ sessionId, participantId }) => state.participants.get(`${sessionId}.${participantId}`)),
    );
    return tickets.filter((_, index) => !entries[index]?.value.resume);
  }
}

/** The cookie of the named participant, or the only one there is. */
function chooseTicket(
  request: FastifyRequest,
  tickets: ResumeTicket[],
  participantId: string | undefined,
): ResumeTicket {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") throw AppError.notAllowed("only this page may resume a seat");
  const [first, ...others] = tickets;
  if (first === undefined) throw participantId === undefined ? AppError.tokenMissing() : AppError.resumeInvalid();
  if (participantId === undefined && others.length === 0) return first;
  const ticket = tickets.find((each) => each.participantId === participantId);
  if (ticket === undefined) throw AppError.resumeInvalid();
  return ticket;
}

function withUrls({ nats, mediaToken, ...answer }: Admitted["answer"], origin: string): JoinAnswer {
  return { ...answer, nats: { url: `${origin}/nats`, ...nats }, media: { url: origin, token: mediaToken } };
}
