import { participantIdSchema, sessionIdSchema } from "@sotto/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../AppError.ts";

/** A resume token as its cookie carries it: who may come back, where to, and the proof. */
export interface ResumeTicket {
  sessionId: string;
  participantId: string;
  token: string;
}

const prefix = "sotto_resume_";
const lifetimeSeconds = 24 * 3600;
const tokenPattern = /^[A-Za-z0-9_-]{43}$/;

export function setResumeCookie(reply: FastifyReply, ticket: ResumeTicket, secure: boolean): void {
  reply.setCookie(`${prefix}${ticket.participantId}`, `${ticket.sessionId}.${ticket.token}`, {
    path: "/api",
    httpOnly: true,
    sameSite: "strict",
    secure,
    maxAge: lifetimeSeconds,
  });
}

export function clearResumeCookie(reply: FastifyReply, participantId: string): void {
  reply.clearCookie(`${prefix}${participantId}`, { path: "/api" });
}

/** The well-formed resume tickets among a request's cookies. */
export function resumeTickets(cookies: Record<string, string | undefined>): ResumeTicket[] {
  return Object.entries(cookies).flatMap(([name, value]) => {
    if (!name.startsWith(prefix) || value === undefined) return [];
    const participantId = participantIdSchema.safeParse(name.slice(prefix.length));
    const [sid, token = "", ...rest] = value.split(".");
    const sessionId = sessionIdSchema.safeParse(sid);
    if (!participantId.success || !sessionId.success || rest.length > 0 || !tokenPattern.test(token)) return [];
    return [{ sessionId: sessionId.data, participantId: participantId.data, token }];
  });
}

/** The ticket of the named participant, or the only one there is. Pages of other origins may not use it. */
export function chooseTicket(request: FastifyRequest, participantId: string | undefined): ResumeTicket {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") throw AppError.notAllowed("only this page may resume a seat");
  const tickets = resumeTickets(request.cookies);
  const [first, ...others] = tickets;
  if (first === undefined) throw participantId === undefined ? AppError.tokenMissing() : AppError.resumeInvalid();
  if (participantId === undefined && others.length === 0) return first;
  const ticket = tickets.find((each) => each.participantId === participantId);
  if (ticket === undefined) throw AppError.resumeInvalid();
  return ticket;
}
