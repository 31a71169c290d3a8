import { joinRequestSchema, type JoinAnswer } from "@sotto/protocol";
import type { FastifyInstance } from "fastify";
import type { Context } from "../../context.ts";
import { publicError } from "../../platform/http/errors.ts";
import { publicOrigin, webSocketOrigin } from "../../platform/http/publicOrigin.ts";
import {
  chooseTicket,
  clearResumeCookie,
  resumeTickets,
  setResumeCookie,
  type ResumeTicket,
} from "../../platform/http/resumeCookies.ts";
import { Admission } from "./Admission.ts";
import type { AnswerWithoutUrls } from "./joinAnswer.ts";

/** With more resume cookies than this, those of meetings that are over are cleared: a browser sends them all each time. */
const keptCookies = 8;

/** `POST /api/join`: the one way into a session. */
export function joinRoutes(http: FastifyInstance, context: Context): void {
  const { config, joinTokens, metrics, services, serviceTokens, ticketHolders } = context;
  const admission = new Admission(context);

  const countRefusal = async (_request: unknown, _reply: unknown, thrown: unknown) =>
    metrics.joins.add(publicError(thrown)?.code ?? "internal");
  http.post("/api/join", { onError: countRefusal }, async (request, reply): Promise<JoinAnswer> => {
    const body = joinRequestSchema.parse(request.body ?? {});
    const origin = publicOrigin(request, config.server.publicUrl);
    const tickets = resumeTickets(request.cookies);
    const { authorization } = request.headers;
    const service = serviceTokens.read(authorization);
    const { answer, ticket } = await (authorization === undefined
      ? admission.resume(chooseTicket(request, body.participantId), body)
      : service !== null
        ? admission.joinAsService(service, body)
        : admission.join(joinTokens.verify(authorization), body));
    if (service !== null) await services.keepOnly(answer, service.job);
    metrics.joins.add(answer.waiting ? "waiting" : authorization === undefined ? "resumed" : "joined");

    setResumeCookie(reply, ticket, origin.protocol === "https:");
    const others = tickets.filter(({ participantId }) => participantId !== ticket.participantId);
    for (const stale of await staleTickets(others)) clearResumeCookie(reply, stale.participantId);
    return withAddresses(answer, webSocketOrigin(origin), config.livekit.iceHosts);
  });

  async function staleTickets(tickets: ResumeTicket[]): Promise<ResumeTicket[]> {
    if (tickets.length <= keptCookies) return [];
    const valid = await Promise.all(tickets.map((each) => ticketHolders.isValid(each)));
    return tickets.filter((_, index) => !valid[index]);
  }
}

function withAddresses(
  { nats, mediaToken, ...answer }: AnswerWithoutUrls,
  origin: string,
  iceHosts: string[],
): JoinAnswer {
  const media = mediaToken === null ? null : { url: origin, token: mediaToken, iceHosts };
  return { ...answer, nats: { url: `${origin}/nats`, ...nats }, media };
}
