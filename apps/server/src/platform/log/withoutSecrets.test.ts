import { expect, it } from "vitest";
import { withoutSecrets } from "./withoutSecrets.ts";

it.each([
  "GET /?access_token=canary&x=1",
  "secret: canary",
  "password = 'canary'",
  '{"pass":"canary","ok":true}',
  String.raw`{"msg":"got {\"secret\":\"canary\"}"}`,
  "postgres://sotto:canary@db.example/records",
  `Bearer eyJhbGciOiJIUzI1NiJ9.${Buffer.from("canary").toString("base64url")}.c2ln`,
])("%s has no secret any more", (line) => {
  const cleaned = withoutSecrets(line);
  expect(cleaned).not.toContain("canary");
  expect(cleaned).not.toContain(Buffer.from("canary").toString("base64url"));
});

it("leaves JSON that holds no secret as it is", () => {
  const line = JSON.stringify({ isSecret: true, secret: 5, pass: null, msg: "a session ended", at: "12:00" });
  expect(withoutSecrets(line)).toBe(line);
});
