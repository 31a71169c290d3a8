import { expect, test } from "vitest";
import { SottoApi } from "./SottoApi.ts";

/** An API in front of a server that answers everything with `answer`. */
function apiAnswering(answer: () => Response | Promise<Response>) {
  const requests: { url: string; init: RequestInit | undefined }[] = [];
  const api = new SottoApi("https://meet.example.org/some/page", {
    fetch: async (input, init) => {
      requests.push({ url: new Request(input).url, init });
      return answer();
    },
  });
  return { api, requests };
}

test("asks the origin, with the token in a header and nowhere else", async () => {
  const { api, requests } = apiAnswering(() =>
    Response.json({ error: { code: "token_used", message: "used" } }, { status: 409 }),
  );
  await expect(api.lobby({ kind: "token", token: "secret-token" })).rejects.toMatchObject({
    code: "token_used",
    message: "used",
  });
  await expect(api.guestToken("a/../b?c")).rejects.toMatchObject({ code: "token_used" });
  expect(requests.map(({ url }) => url)).toEqual([
    "https://meet.example.org/api/lobby",
    "https://meet.example.org/api/meetings/a%2F..%2Fb%3Fc/tokens",
  ]);
  expect(requests[0]!.init?.headers).toEqual({ authorization: "Bearer secret-token" });
});

test("a refusal with a code of a newer server is `internal`, with its message", async () => {
  const { api } = apiAnswering(() => Response.json({ error: { code: "moon_full", message: "wait" } }, { status: 400 }));
  await expect(api.installation()).rejects.toMatchObject({ code: "internal", message: "wait" });
});

test("what is no answer of Sotto is an unreachable server", async () => {
  const answers: (() => Response | Promise<Response>)[] = [
    () => new Response("<html>Bad gateway</html>", { status: 502 }),
    () => Response.json({ anything: "else" }, { status: 500 }),
    () => Response.json({ guestsMayOpenMeetings: "perhaps" }),
    () => Response.json(null),
    () => Promise.reject(new TypeError("fetch failed")),
  ];
  for (const answer of answers) {
    await expect(apiAnswering(answer).api.installation()).rejects.toMatchObject({ code: "server_unreachable" });
  }
});

test("fields a newer server adds are no obstacle", async () => {
  const { api } = apiAnswering(() => Response.json({ guestsMayOpenMeetings: true, motd: "hi" }));
  expect(await api.installation()).toMatchObject({ guestsMayOpenMeetings: true });
});
