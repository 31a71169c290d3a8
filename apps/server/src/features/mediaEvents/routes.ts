import type { FastifyInstance } from "fastify";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { mediaEventsPath } from "../../platform/sfu/mediaEventsPath.ts";
import { MediaEvents } from "./MediaEvents.ts";

/** livekit-server tells of tracks here, signed with the secret that it shares with us. */
export async function mediaEventRoutes(http: FastifyInstance, context: Context): Promise<void> {
  const mediaEvents = new MediaEvents(context);
  await http.register(async (reports) => {
    // The signature covers the bytes as they came.
    reports.removeAllContentTypeParsers();
    reports.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    reports.post(mediaEventsPath, async ({ body, headers }) => {
      const report = await context.sfu.reported(typeof body === "string" ? body : "", headers.authorization);
      if (report === null)
        throw new AppError("token_invalid", "this is not signed by this installation's media server");
      await mediaEvents.take(report);
      return {};
    });
  });
}
