import { Meeting, type JoinCredential } from "@sotto/client";
import { CookieJar } from "@sotto/dev-env";
import { joinAnswerSchema, type JoinAnswer } from "@sotto/protocol";
import type { Browser, Page } from "playwright-core";
import { openPublisher } from "../media/pages.ts";

/** Somebody in a meeting: the SDK for the messages, a browser for picture and sound, and everything they were given. */
export class Attendee implements AsyncDisposable {
  readonly meeting: Meeting;
  readonly answer: JoinAnswer;
  readonly cookies: CookieJar;
  readonly #page: Page;

  private constructor(meeting: Meeting, answer: JoinAnswer, cookies: CookieJar, page: Page) {
    this.meeting = meeting;
    this.answer = answer;
    this.cookies = cookies;
    this.#page = page;
  }

  static async join(
    browser: Browser,
    origin: string,
    credential: JoinCredential,
    analytics = false,
  ): Promise<Attendee> {
    const cookies = new CookieJar();
    let answer: JoinAnswer | undefined;
    const meeting = await Meeting.join({
      origin,
      credential,
      media: null,
      analytics,
      async fetch(input, init) {
        const response = await cookies.fetch(input, init);
        if (response.ok && response.url.endsWith("/api/join")) {
          answer ??= joinAnswerSchema.parse(await response.clone().json());
        }
        return response;
      },
    });
    if (answer === undefined) throw new Error("nobody joins without an answer");
    return new Attendee(meeting, answer, cookies, await openPublisher(browser, origin, answer.media));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#page.context().close();
    await this.meeting[Symbol.asyncDispose]();
  }
}
